"""The routes that are measured: three tasks in a row, a loop, and a timer.

SpiffWorkflow as it comes gets the very same diagrams; only the one condition (of the loop) loses
the "=" that makes it FEEL, because there conditions are Python.
"""

from __future__ import annotations

from pathlib import Path

from tests.engine.sample import checkbox, day, diagram, form, form_of, lanes, process, text
from tests.spiff.drawing import catch, end, exclusive, flow, flows, start, timer, user

THREE, LARGE, LOOP, CLOCK = "drie", "groot", "lus", "klok"
# One person a route, so that what a person may see is as narrow as it usually is.
USERS = {THREE: "sanne", LARGE: "noor", LOOP: "lars", CLOCK: "kim"}
TASKS = ("Aanmelden", "Beoordelen", "Afsluiten")
TASK_FORM = form("taak", text("opmerking"), day("datum"), checkbox("akkoord"))

PROCESSES = Path(__file__).resolve().parents[2] / "processes"

_TOML = """
id = "{key}"
naam = "Meting {key}"
proces = "Hoofd"
startformulier = "start"
startrol = "begeleider"
zaaknummer = "ME"
[client]
naam = "clientNaam"
email = "clientEmail"
[partijen.zorg]
naam = "Zorgaanbieder"
[rollen.begeleider]
naam = "Begeleider"
partij = "zorg"
[lanes]
"Zorg" = "begeleider"
[[demo.organisaties]]
id = "zorg-een"
partij = "zorg"
naam = "Zorg Een"
email = "een@example.org"
[[demo.personen]]
naam = "Begeleider"
gebruiker = "{user}"
organisatie = "zorg-een"
rollen = ["begeleider"]
"""


def _files(key: str, drawn: bytes) -> dict[str, bytes]:
    return {
        "route.toml": _TOML.format(key=key, user=USERS[key]).encode(),
        "hoofd.bpmn": drawn,
        "start.form": form("start", text("clientNaam"), text("clientEmail")),
        "taak.form": TASK_FORM,
    }


def _task(element_id: str) -> str:
    return user(element_id, extra=form_of("taak"), name=element_id)


def three_tasks() -> dict[str, bytes]:
    """Three user tasks in a row, each with a form of three fields."""
    return _files(THREE, _in_a_row(TASKS))


def shipped_size() -> int:
    """How many user tasks the largest route in ``processes/`` has."""
    counts: dict[Path, int] = {}
    for drawing in PROCESSES.glob("*/*.bpmn"):
        found = drawing.read_bytes().count(b"<bpmn:userTask ")
        counts[drawing.parent] = counts.get(drawing.parent, 0) + found
    return max(counts.values())


def large() -> dict[str, bytes]:
    """The same in the size of a real route: as many user tasks as the largest shipped one."""
    names = tuple(f"Taak_{number}" for number in range(1, shipped_size() + 1))
    return _files(LARGE, _in_a_row(names))


def _in_a_row(tasks: tuple[str, ...]) -> bytes:
    return diagram(
        process(
            "Hoofd",
            "Taken",
            lanes(Lane=f"Zorg: begin {' '.join(tasks)} einde"),
            start("begin"),
            *(_task(one) for one in tasks),
            end("einde"),
            flows(f"begin {' '.join(tasks)} einde"),
        )
    )


def looping() -> dict[str, bytes]:
    """One user task that comes back until its form says ``akkoord``."""
    drawn = diagram(
        process(
            "Hoofd",
            "Lus",
            lanes(Lane="Zorg: begin terug Aanbieden klaar einde"),
            start("begin"),
            exclusive("terug"),
            _task("Aanbieden"),
            exclusive("klaar", default="klaar_terug"),
            end("einde"),
            flows("begin terug Aanbieden klaar terug"),
            flow("klaar", "einde", "=akkoord"),
        )
    )
    return _files(LOOP, drawn)


def with_timer() -> dict[str, bytes]:
    """A wait of an hour, then a user task."""
    drawn = diagram(
        process(
            "Hoofd",
            "Klok",
            lanes(Lane="Zorg: begin Uur Afronden einde"),
            start("begin"),
            catch("Uur", timer("timeDuration", "PT1H")),
            _task("Afronden"),
            end("einde"),
            flows("begin Uur Afronden einde"),
        )
    )
    return _files(CLOCK, drawn)

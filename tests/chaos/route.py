"""The route that runs while things break: parallel parts, timers, letters, and a loop.

Every script counts one kind of happening in a variable of the case, so that the state of the engine
can be held against the rows that people see.
"""

from __future__ import annotations

from tests.engine.sample import diagram, form, form_of, headers, lanes, process, text
from tests.spiff.drawing import (
    boundary,
    catch,
    end,
    exclusive,
    flow,
    flows,
    multi,
    parallel,
    perform,
    script,
    start,
    timer,
    user,
)

KEY = "storm"
PEOPLE = ("ans", "bas", "cor", "dia", "els", "fenna")
ROUNDS = 2
"""How often a case goes round before it ends."""
AGAIN, WAIT, LIMIT = "PT2S", "PT2S", "PT5S"

COUNTED = {"Gesprek": "gesprekken", "Nabellen": "nagebeld"}
"""User tasks, and the variable that counts their completions."""
TIMED = {"Herinneren": "herinnerd", "Wachten": "gewacht", "Verlopen": "verlopen"}
"""Timers, and the variable that counts their firings."""
WRITTEN = {"HerinneringSturen": "Herinneren", "BerichtSturen": "Wachten"}
"""Send tasks, and the timer behind which each stands."""

_TOML = """
id = "storm"
naam = "Storm"
proces = "Hoofd"
startformulier = "start"
startrol = "begeleider"
zaaknummer = "ST"
[client]
naam = "clientNaam"
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
"""
_PERSON = """
[[demo.personen]]
naam = "{name}"
gebruiker = "{user}"
organisatie = "zorg-een"
rollen = ["begeleider"]
"""
_LETTER = """+++
onderwerp = "Zaak {{zaak.nummer}}"
titel = "Bericht"
+++
Over zaak {{zaak.nummer}}.
"""
_LETTER_TO = headers(brief="bericht", aan='="post@example.org"')


def _plus_one(element_id: str, variable: str) -> str:
    return script(element_id, variable, f"={variable} + 1")


def files() -> dict[str, bytes]:
    """The whole route."""
    counters = (*COUNTED.values(), *TIMED.values(), "rondes")
    zeros = [f"Nul_{name}" for name in counters]
    work = "Gesprek Bezichtigen Nabellen"
    drawn = diagram(
        process(
            "Hoofd",
            "Storm",
            lanes(Lane=f"Zorg: begin {work} HerinneringSturen BerichtSturen"),
            start("begin"),
            *(script(f"Nul_{name}", name, "=0") for name in counters),
            exclusive("opnieuw"),
            parallel("uiteen"),
            user("Gesprek", extra=form_of("taak"), name="Gesprek voeren"),
            boundary("Herinneren", "Gesprek", timer("timeCycle", f"R/{AGAIN}"), interrupting=False),
            _plus_one("TelHerinnering", "herinnerd"),
            perform("HerinneringSturen", extra=_LETTER_TO),
            end("eindeHerinnering"),
            _plus_one("TelGesprek", "gesprekken"),
            user(
                "Bezichtigen",
                inside=multi("=[1, 2]", element="kamer"),
                extra=form_of("taak"),
                name="Bezichtigen",
            ),
            catch("Wachten", timer("timeDuration", WAIT)),
            _plus_one("TelWachten", "gewacht"),
            perform("BerichtSturen", extra=_LETTER_TO),
            user("Nabellen", extra=form_of("taak"), name="Nabellen"),
            boundary("Verlopen", "Nabellen", timer("timeDuration", LIMIT)),
            _plus_one("TelVerlopen", "verlopen"),
            _plus_one("TelNabellen", "nagebeld"),
            exclusive("nagebeldOfNiet"),
            parallel("samen"),
            _plus_one("TelRonde", "rondes"),
            exclusive("klaar", default="klaar_opnieuw"),
            end("einde"),
            flows(
                f"begin {' '.join(zeros)} opnieuw uiteen",
                "uiteen Gesprek TelGesprek Bezichtigen samen",
                "Herinneren TelHerinnering HerinneringSturen eindeHerinnering",
                "uiteen Wachten TelWachten BerichtSturen Nabellen TelNabellen nagebeldOfNiet samen",
                "Verlopen TelVerlopen nagebeldOfNiet",
                "samen TelRonde klaar opnieuw",
            ),
            flow("klaar", "einde", f"=rondes >= {ROUNDS}"),
        )
    )
    people = "".join(_PERSON.format(name=name.title(), user=name) for name in PEOPLE)
    return {
        "route.toml": (_TOML + people).encode(),
        "hoofd.bpmn": drawn,
        "start.form": form("start", text("clientNaam")),
        "taak.form": form("taak", text("merk")),
        "letters/bericht.md": _LETTER.encode(),
    }

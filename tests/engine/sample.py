"""A small route with a bit of everything: intake, assessment, letters, a linked objection."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.spiff.drawing import (
    HEAD,
    boundary,
    decision,
    end,
    exclusive,
    flow,
    flows,
    message,
    node,
    on_message,
    perform,
    schedule,
    start,
    timer,
    user,
    zeebe,
)

KEY = "proef"

DUE = '=eindeTermijn(sleutelDatum, "P3W", "werkafspraak")'
REMIND = '=eindeTermijn(sleutelDatum, instellingen.herinnering, "werkafspraak")'


def headers(**values: str) -> str:
    return zeebe("taskHeaders", "".join(zeebe("header", key=k, value=v) for k, v in values.items()))


def properties(**values: str) -> str:
    return zeebe(
        "properties", "".join(zeebe("property", name=k, value=v) for k, v in values.items())
    )


def form_of(form_id: str) -> str:
    return zeebe("formDefinition", formId=form_id)


def lanes(**members: str) -> str:
    """Lanes by id: "name: element element"."""
    found = ""
    for lane_id, text in members.items():
        name, _, ids = text.partition(": ")
        refs = "".join(f"<bpmn:flowNodeRef>{item}</bpmn:flowNodeRef>" for item in ids.split())
        found += f'<bpmn:lane id="{lane_id}" name="{name}">{refs}</bpmn:lane>'
    return f'<bpmn:laneSet id="LaneSet_{"_".join(members)}">{found}</bpmn:laneSet>'


def diagram(*parts: str, rest: str = "") -> bytes:
    head = HEAD.format(id="Hoofd")
    return f"{head}{''.join(parts)}{rest}</bpmn:definitions>".encode()


def process(process_id: str, name: str, *parts: str) -> str:
    return (
        f'<bpmn:process id="{process_id}" name="{name}" isExecutable="true">'
        f"{''.join(parts)}</bpmn:process>"
    )


def main_process() -> str:
    return process(
        "Hoofd",
        "Hoofdroute",
        lanes(
            LaneZorg="Zorg: begin Intake Bevestiging Wachten Herinnering",
            LaneGemeente="Gemeente: Beoordelen KlachtBehandelen Herinnerd Klacht",
        ),
        start("begin"),
        user(
            "Intake",
            extra=form_of("intake")
            + properties(delenMet="gemeente", delenAls="=toestemming", feit="sleutelDatum"),
            name="Intake doen",
        ),
        decision("Toets", "advies", "advies"),
        perform("Bevestiging", extra=headers(brief="bevestiging", aan="client")),
        user(
            "Beoordelen",
            extra=form_of("oordeel") + schedule(dueDate=DUE),
            name="Aanvraag beoordelen",
        ),
        boundary("Herinnering", "Beoordelen", timer("timeDate", REMIND), interrupting=False),
        perform("Herinnerd", extra=headers(brief="herinnering", aan="rol:beoordelaar")),
        end("eindeHerinnering"),
        boundary(
            "Klacht",
            "Beoordelen",
            on_message("Message_klacht"),
            extra=properties(knop="Klacht ontvangen", rol="beoordelaar", formulier="klacht"),
        ),
        user("KlachtBehandelen", extra=form_of("oordeel"), name="Klacht behandelen"),
        node("endEvent", "eindeKlacht", name="Klacht behandeld"),
        exclusive("Akkoord", "Akkoord_Bezwaar"),
        node("endEvent", "eindeGoed", name="Woning toegewezen"),
        perform(
            "Bezwaar",
            "thuisroute:zaak",
            tag="serviceTask",
            extra=headers(proces="Bezwaarzaak", resultaat="bezwaarNummer")
            + zeebe("ioMapping", zeebe("input", source="=opmerking", target="aanleiding")),
        ),
        user("Wachten", extra=form_of("oordeel"), name="Wachten op bezwaar"),
        boundary("BezwaarKlaar", "Wachten", on_message("Message_klaar")),
        node("endEvent", "eindeBezwaar", name="Bezwaar afgehandeld"),
        node("endEvent", "eindeWacht", name="Niet gewacht"),
        flows(
            "begin Intake Toets Bevestiging Beoordelen Akkoord",
            "Herinnering Herinnerd eindeHerinnering",
            "Klacht KlachtBehandelen eindeKlacht",
            "Akkoord Bezwaar Wachten eindeWacht",
            "BezwaarKlaar eindeBezwaar",
        ),
        flow("Akkoord", "eindeGoed", "=akkoord"),
    )


def objection_process() -> str:
    return process(
        "Bezwaarzaak",
        "Bezwaar",
        lanes(LaneGemeenteBezwaar="Gemeente: BezwaarBehandelen"),
        start("beginBezwaar"),
        user("BezwaarBehandelen", extra=form_of("bezwaar"), name="Bezwaar behandelen"),
        perform(
            "Melding",
            "thuisroute:melding",
            extra=headers(bericht="bezwaar klaar", naar="hoofdzaak")
            + zeebe("ioMapping", zeebe("input", source="=uitkomst", target="uitkomst")),
        ),
        end("klaarBezwaar"),
        flows("beginBezwaar BezwaarBehandelen Melding klaarBezwaar"),
    )


def bpmn(main: str | None = None, objection: str | None = None) -> bytes:
    return diagram(
        main or main_process(),
        objection or objection_process(),
        rest=message("Message_klacht", "klacht") + message("Message_klaar", "bezwaar klaar"),
    )


def form(form_id: str, *fields: Mapping[str, object]) -> bytes:
    components = [
        {"id": f"Field_{form_id}_{number}", **item} for number, item in enumerate(fields, start=1)
    ]
    return json.dumps(
        {"type": "default", "id": form_id, "schemaVersion": 18, "components": components}
    ).encode()


def text(key: str, label: str = "Vraag") -> dict[str, object]:
    return {"type": "textfield", "key": key, "label": label}


def checkbox(key: str) -> dict[str, object]:
    return {"type": "checkbox", "key": key, "label": key}


def day(key: str) -> dict[str, object]:
    return {"type": "datetime", "subtype": "date", "key": key, "dateLabel": key}


TOML = """
id = "proef"
naam = "Proefroute"
proces = "Hoofd"
startformulier = "start"
startrol = "begeleider"
zaaknummer = "PR"
[client]
naam = "clientNaam"
email = "clientEmail"
mail_toegestaan = "clientMailToegestaan"
[partijen.zorg]
naam = "Zorgaanbieder"
variabele = "zorgaanbieder"
[partijen.gemeente]
naam = "Gemeente"
variabele = "gemeente"
[rollen.begeleider]
naam = "Begeleider"
partij = "zorg"
[rollen.beoordelaar]
naam = "Beoordelaar"
partij = "gemeente"
[lanes]
"Zorg" = "begeleider"
"Gemeente" = "beoordelaar"
[[instellingen]]
naam = "herinnering"
uitleg = "Wanneer wij herinneren"
waarden = [ { vanaf = 2020-01-01, waarde = "P1W" }, { vanaf = 2027-01-01, waarde = "P2W" } ]
[[einde]]
id = "intrekking"
naam = "De client stopt"
brieven = [
  { brief = "einde", aan = "client" },
  { brief = "einde", aan = "partij:gemeente" },
]
[[einde]]
id = "overlijden"
naam = "De client is overleden"
brieven = [ { brief = "einde", aan = "client" } ]
client_mail_stopt = true
"""

DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="Beslissing" name="Beslissing"
  namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="advies" name="Advies">
    <decisionTable id="tabel" hitPolicy="FIRST">
      <input id="in1"><inputExpression id="ie1" typeRef="boolean">
        <text>toestemming</text></inputExpression></input>
      <output id="uit1" name="advies" typeRef="string" />
      <rule id="regelJa"><inputEntry id="e1"><text>true</text></inputEntry>
        <outputEntry id="o1"><text>"delen"</text></outputEntry></rule>
      <rule id="regelNee"><inputEntry id="e2"><text>-</text></inputEntry>
        <outputEntry id="o2"><text>"niet delen"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""

CONFIRMATION = """+++
onderwerp = "Uw aanvraag {{zaak.nummer}}"
titel = "Bevestiging"
+++
Beste {{clientNaam}},

Wij hebben uw aanvraag.
U hoort het uiterlijk op {{tekstDatum(eindeTermijn(sleutelDatum, "P3W", "werkafspraak"))}}.

{{opmerking}}

Met groet,
{{partijen.zorg.naam}}
"""
REMINDER = """+++
onderwerp = "Zaak {{zaak.nummer}}: beoordelen"
titel = "Herinnering"
+++
Zaak {{zaak.nummer}} wacht op uw oordeel.
"""
GOODBYE = """+++
onderwerp = "Zaak {{zaak.nummer}} stopt"
titel = "Einde"
+++
De zaak {{zaak.nummer}} stopt.
"""


def files() -> dict[str, bytes]:
    """All files of the route; a test changes what it needs."""
    return {
        "route.toml": TOML.encode(),
        "hoofd.bpmn": bpmn(),
        "advies.dmn": DMN.encode(),
        "start.form": form(
            "start", text("clientNaam"), text("clientEmail"), checkbox("clientMailToegestaan")
        ),
        "intake.form": form(
            "intake",
            text("gemeente"),
            day("sleutelDatum"),
            checkbox("toestemming"),
            text("zorgaanbieder"),
        ),
        "oordeel.form": form("oordeel", checkbox("akkoord"), text("opmerking")),
        "klacht.form": form("klacht", text("klacht")),
        "bezwaar.form": form("bezwaar", text("uitkomst"), text("aanleiding")),
        "letters/bevestiging.md": CONFIRMATION.encode(),
        "letters/herinnering.md": REMINDER.encode(),
        "letters/einde.md": GOODBYE.encode(),
    }

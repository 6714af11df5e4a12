"""The small route with named terms: its assessment has eight weeks, by law."""

from __future__ import annotations

from collections.abc import Mapping

from tests.engine import sample
from tests.engine.test_faults import route
from tests.spiff.drawing import (
    boundary,
    end,
    flows,
    schedule,
    timer,
    user,
)

TERMS = """
[termijnen.beslissen]
naam = "Beslistermijn"
start = "sleutelDatum"
duur = "P8W"
soort = "wet"
bron = "Artikel 4:13 Awb"
klaar = "akkoord != null"
opschortbaar = true
verlengbaar = true
rollen = ["beoordelaar"]
brieven = { pauze = "pauze", hervatting = "weer", verlenging = "langer" }

[termijnen.herinneren]
naam = "Herinneren"
start = "termijnen.beslissen.laatsteDag"
duur = "=instellingen.herinnering"
soort = "werkafspraak"
telwijze = "terug"

[termijnen.betalen]
naam = "Betalen"
start = "sleutelDatum"
duur = "P2W"
soort = "verordening"
verlengbaar = "P1W"
rollen = ["begeleider", "beoordelaar"]

[termijnen.later]
naam = "Later"
start = "opmerking"
duur = "P1W"
soort = "werkafspraak"
"""

PAUSED = """+++
onderwerp = "Zaak {{zaak.nummer}} staat stil"
titel = "Termijn staat stil"
+++
Wij vragen: {{wijziging.tekst}} Graag voor {{tekstDatum(wijziging.tot)}}.
De reden is: {{wijziging.grond}}. Wij beslissen uiterlijk op {{tekstDatum(wijziging.laatsteDag)}}.
"""
RESUMED = """+++
onderwerp = "Zaak {{zaak.nummer}} loopt weer"
titel = "Termijn loopt weer"
+++
Wij beslissen uiterlijk op {{tekstDatum(termijnen.beslissen.laatsteDag)}}.
"""
EXTENDED = """+++
onderwerp = "Zaak {{zaak.nummer}} duurt langer"
titel = "Termijn verlengd"
+++
{{wijziging.tekst}} Wij beslissen uiterlijk op {{tekstDatum(wijziging.laatsteDag)}}.
"""


def files(toml: str = TERMS, **letters: str) -> Mapping[str, bytes]:
    """A task that is due on the last day of the term, with a timer before it and one after."""
    found = route(
        user(
            "Daarna",
            extra=sample.form_of("oordeel") + schedule(dueDate="=termijnen.beslissen.laatsteDag"),
            name="Beslissen",
        ),
        boundary(
            "Wekker",
            "Daarna",
            timer("timeDate", "=termijnen.herinneren.laatsteDag"),
            interrupting=False,
        ),
        end("eindeWekker"),
        boundary(
            "TeLaat",
            "Daarna",
            timer("timeDate", "=termijnen.beslissen.laatsteDag"),
            interrupting=False,
        ),
        end("eindeTeLaat"),
        end("einde"),
        flows("begin Intake Daarna einde", "Wekker eindeWekker", "TeLaat eindeTeLaat"),
    )
    return {
        **found,
        "route.toml": found["route.toml"] + toml.encode(),
        "letters/pauze.md": letters.get("pauze", PAUSED).encode(),
        "letters/weer.md": letters.get("weer", RESUMED).encode(),
        "letters/langer.md": letters.get("langer", EXTENDED).encode(),
    }

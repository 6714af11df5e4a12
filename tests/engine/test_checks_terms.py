"""The gate on named terms: what is wrong, where, in Dutch."""

from __future__ import annotations

import pytest

from engine.checks import check
from engine.findings import Finding
from tests.engine import termroute

GOOD = """
[termijnen.beslissen]
naam = "Beslistermijn"
start = "sleutelDatum"
duur = "P8W"
soort = "wet"
opschortbaar = true
verlengbaar = true
rollen = ["beoordelaar"]
brieven = { pauze = "pauze" }

[termijnen.herinneren]
naam = "Herinneren"
start = "termijnen.beslissen.laatsteDag"
duur = "=instellingen.herinnering"
soort = "werkafspraak"
telwijze = "terug"
"""


def findings(toml: str) -> tuple[Finding, ...]:
    return check(termroute.files(toml=toml))


def test_the_named_terms_of_the_tests_are_right() -> None:
    assert findings(GOOD) == ()


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('soort = "wet"', 'soort = "wett"', "termijnen.beslissen.soort", "een van wet,"),
        ('duur = "P8W"', 'duur = "acht weken"', "termijnen.beslissen.duur", "geen goede duur"),
        ('duur = "P8W"', 'duur = "PT8H"', "termijnen.beslissen.duur", "dagen, weken, maanden"),
        ('duur = "P8W"', 'duur = "-P8W"', "termijnen.beslissen.duur", "dagen, weken, maanden"),
        ('telwijze = "terug"', 'telwijze = "heen"', "termijnen.herinneren.telwijze", "een van"),
        ('rollen = ["beoordelaar"]\n', "", "termijnen.beslissen.rollen", "Zeg bij 'rollen'"),
        (
            'rollen = ["beoordelaar"]',
            'rollen = ["burgemeester"]',
            "termijnen.beslissen.rollen",
            "staat niet onder [rollen]",
        ),
        ('pauze = "pauze"', 'pauze = "weg"', "termijnen.beslissen.brieven.pauze", "letters/weg.md"),
        ('pauze = "pauze"', 'stil = "pauze"', "termijnen.beslissen.brieven.stil", "onbekend"),
        ("opschortbaar = true\n", "", "termijnen.beslissen.brieven.pauze", "gaat nooit uit"),
        ('soort = "wet"', 'soort = "wet"\naan = "iemand"', "termijnen.beslissen.aan", "'aan' is"),
        ('start = "sleutelDatum"', 'start = "sleutel"', "termijnen.beslissen", "nergens vandaan"),
        ('start = "sleutelDatum"', 'start = "1 +"', "termijnen.beslissen", "geen geldige FEEL"),
        (
            'start = "termijnen.beslissen.laatsteDag"',
            'start = "termijnen.niets.laatsteDag"',
            "termijnen.herinneren",
            "staat niet onder [termijnen]",
        ),
        (
            'start = "termijnen.beslissen.laatsteDag"',
            'start = "termijnen.beslissen.eind"',
            "termijnen.herinneren",
            "is 'eind' niet bekend",
        ),
        (
            'start = "sleutelDatum"',
            'start = "termijnen.herinneren.laatsteDag"',
            "termijnen.beslissen.start",
            "vanaf zichzelf",
        ),
        (
            'start = "sleutelDatum"',
            'start = "termijnen"',
            "termijnen.beslissen",
            "Schrijf welke termijn",
        ),
        ('telwijze = "terug"', 'telwijze = "terug"\nverlengbaar = true\nrollen = ["beoordelaar"]',
         "termijnen.herinneren.telwijze", "terugtelt"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_named_term_is_said_at_its_place(
    old: str, new: str, place: str, words: str
) -> None:
    assert old in GOOD
    found = findings(GOOD.replace(old, new, 1))
    assert any(one.element_id == place and words in one.message for one in found), found
    assert all(one.file == "route.toml" for one in found)


def test_a_setting_that_is_no_length_is_refused_with_its_date() -> None:
    files = dict(termroute.files(toml=GOOD))
    files["route.toml"] = files["route.toml"].replace(
        b'{ vanaf = 2027-01-01, waarde = "P2W" }', b'{ vanaf = 2027-01-01, waarde = "twee" }'
    )
    (found,) = check(files)
    assert found.element_id == "termijnen.herinneren.duur"
    assert "herinnering' (vanaf 2027-01-01)" in found.message


@pytest.mark.parametrize(
    ("letter", "words"),
    [
        ("{{wijziging.wat}}", "Van de wijziging is 'wat' niet bekend"),
        ("{{termijnen.niets.laatsteDag}}", "staat niet onder [termijnen]"),
    ],
)
def test_a_letter_that_reads_what_a_term_does_not_have_is_refused(letter: str, words: str) -> None:
    found = check(termroute.files(pauze=termroute.PAUSED + letter))
    assert [one.file for one in found] == ["letters/pauze.md"]
    assert words in found[0].message

"""The deploy gate: says everything that is wrong, with file, element and a Dutch sentence."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from engine.checks import check
from tests.engine import sample
from tests.engine.sample import TOML, files


def changed(**replacements: tuple[str, str]) -> dict[str, bytes]:
    """The route with texts replaced, by file (``hoofd_bpmn`` for hoofd.bpmn)."""
    found = files()
    for name, (old, new) in replacements.items():
        path = name.replace("letters_", "letters/").replace("_", ".")
        text = found[path].decode()
        assert old in text, f"{old} is not in {path}"
        found[path] = text.replace(old, new).encode()
    return found


def codes(route: Mapping[str, bytes]) -> set[tuple[str, str, str]]:
    return {(item.file, item.element_id, item.code) for item in check(route)}


def test_a_good_route_has_no_findings() -> None:
    assert check(files()) == ()


def test_all_findings_come_at_once_with_file_element_and_a_dutch_sentence() -> None:
    route = changed(
        hoofd_bpmn=('formId="intake"', 'formId="inteek"'),
        letters_einde_md=("{{zaak.nummer}} stopt.", "{{zaak.numer}} stopt."),
        route_toml=('"Gemeente" = "beoordelaar"', '"Gemeente" = "beoordeler"'),
    )
    route["klacht.form"] = b"{"
    found = check(route)
    assert {item.file for item in found} >= {"letters/einde.md", "route.toml", "klacht.form"}
    assert all(item.message.endswith((".", ")", "?")) and item.code for item in found)
    assert len(found) >= 3


@pytest.mark.parametrize(
    ("name", "old", "new", "element", "code"),
    [
        ("hoofd_bpmn", 'formId="intake"', 'formId="inteek"', "Intake", "onbekend-formulier"),
        (
            "hoofd_bpmn",
            'decisionId="advies"',
            'decisionId="advys"',
            "Toets",
            "onbekende-beslissing",
        ),
        ("hoofd_bpmn", 'value="bevestiging"', 'value="x"', "Bevestiging", "onbekende-brief"),
        ("hoofd_bpmn", 'value="client"', 'value="klant"', "Bevestiging", "brief-aan"),
        ("hoofd_bpmn", 'value="rol:beoordelaar"', 'value="rol:x"', "Herinnerd", "onbekende-rol"),
        ("hoofd_bpmn", 'value="Bezwaarzaak"', 'value="X"', "Bezwaar", "onbekend-proces"),
        ("hoofd_bpmn", 'value="hoofdzaak"', 'value="overal"', "Melding", "melding-naar"),
        ("hoofd_bpmn", 'value="bezwaar klaar"', 'value="x"', "Melding", "onbekend-bericht"),
        ("hoofd_bpmn", "thuisroute:brief", "thuisroute:fax", "Bevestiging", "onbekend-taaktype"),
        ("hoofd_bpmn", 'value="gemeente"', 'value="politie"', "Intake", "onbekende-partij"),
        ("hoofd_bpmn", 'value="sleutelDatum"', 'value="deurDatum"', "Intake", "feit"),
        ("hoofd_bpmn", 'name="delenMet"', 'name="delenmet"', "Intake", "eigenschap"),
        ("hoofd_bpmn", 'key="aan"', 'key="naar"', "Bevestiging", "kop-ontbreekt"),
        ("hoofd_bpmn", 'name="Gemeente"', 'name="Overheid"', "Beoordelen", "onbekende-baan"),
        ("hoofd_bpmn", 'value="klacht"', 'value="klagt"', "Klacht", "onbekend-formulier"),
        ("hoofd_bpmn", "=akkoord<", "=accoord<", "Akkoord_eindeGoed", "unknown-name"),
        ("hoofd_bpmn", "=akkoord<", "=akkoord and<", "Akkoord_eindeGoed", "feel"),
        (
            "hoofd_bpmn",
            "eindeTermijn(sleutelDatum, &quot;",
            "eindTermijn(sleutelDatum, &quot;",
            "Beoordelen",
            "unknown-function",
        ),
        (
            "hoofd_bpmn",
            "instellingen.herinnering",
            "instellingen.herinering",
            "Herinnering",
            "onbekende-naam",
        ),
        ("hoofd_bpmn", 'target="aanleiding"', 'target="zaak"', "Bezwaar", "gereserveerde-naam"),
        (
            "hoofd_bpmn",
            'name="delenAls" value="=toestemming"',
            'name="delenAls" value="=toestemmin"',
            "Intake",
            "unknown-name",
        ),
    ],
)
def test_what_a_diagram_points_at_must_be_there(
    name: str, old: str, new: str, element: str, code: str
) -> None:
    assert ("hoofd.bpmn", element, code) in codes(changed(**{name: (old, new)}))


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('proces = "Hoofd"', 'proces = "Bijzaak"', "proces"),
        ('startformulier = "start"', 'startformulier = "begin"', "startformulier"),
        ('startrol = "begeleider"', 'startrol = "baas"', "startrol"),
        ('zaaknummer = "PR"', 'zaaknummer = "P/R"', "zaaknummer"),
        ('"Zorg" = "begeleider"', '"Zorgen" = "begeleider"', "lanes.Zorgen"),
        ('partij = "zorg"', 'partij = "zorgen"', "rollen.begeleider.partij"),
        ('brief = "einde", aan = "client"', 'brief = "einde", aan = "klant"', "einde.intrekking"),
        ('brief = "einde", aan = "client"', 'brief = "eind", aan = "client"', "einde.intrekking"),
        ('naam = "clientNaam"', 'naam = "klantNaam"', "client.naam"),
        ("vanaf = 2020-01-01", 'vanaf = "vorig jaar"', "instellingen[1].waarden[1].vanaf"),
        ("vanaf = 2027-01-01", "vanaf = 2020-01-01", "instellingen[1].waarden"),
        ("uitleg = ", "uitlegg = ", "instellingen[1].uitlegg"),
    ],
)
def test_route_toml_is_read_without_guessing(old: str, new: str, place: str) -> None:
    found = codes(changed(route_toml=(old, new)))
    assert ("route.toml", place) in {(file, element) for file, element, _ in found}


def test_a_name_that_nothing_provides_is_refused_in_letters_forms_and_decisions() -> None:
    route = changed(
        letters_herinnering_md=("op uw oordeel", "{{nergens}}"),
        advies_dmn=("<text>toestemming</text>", "<text>nergens</text>"),
    )
    form = sample.form(
        "oordeel",
        sample.checkbox("akkoord"),
        {**sample.text("opmerking"), "conditional": {"hide": "=nergens"}},
    )
    found = codes({**route, "oordeel.form": form})
    assert {(file, code) for file, _, code in found if code == "unknown-name"} == {
        ("letters/herinnering.md", "unknown-name"),
        ("advies.dmn", "unknown-name"),
        ("oordeel.form", "unknown-name"),
    }


def test_a_form_that_cannot_be_read_does_not_make_every_name_unknown() -> None:
    found = check({**files(), "intake.form": b"{"})
    assert {item.file for item in found} == {"intake.form"}


def test_wrong_arity_is_refused() -> None:
    route = changed(hoofd_bpmn=("=akkoord<", "=tekstDatum(akkoord, akkoord) = null<"))
    assert ("hoofd.bpmn", "Akkoord_eindeGoed", "arguments") in codes(route)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</bpmn:definitions>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="a" name="a" namespace="x">&a;
</definitions>"""


@pytest.mark.parametrize(
    "hostile",
    [
        {"hoofd.bpmn": BOMB},
        {"advies.dmn": BOMB},
        {"advies.dmn": OUTSIDE},
        {"hoofd.bpmn": b"<a>" * 100_000},
        {"hoofd.bpmn": b""},
        {"hoofd.bpmn": b"\x00\x01"},
        {"intake.form": b"[" * 100_000},
        {"intake.form": b"null"},
        {"route.toml": b"a = " + b"[" * 20_000},
        {"route.toml": b"\xff"},
        {"route.toml": b""},
        {"route.toml": b"id = 1\nproces = []\n[rollen]\nx = 3\n[[einde]]\nbrieven = [1]"},
        {"route.toml": TOML.replace("[lanes]", "[lanes]\nx = 1").encode()},
        {"letters/einde.md": b"\xff"},
        {"letters/../../etc.md": b"x"},
        {"letters/vreemde naam.md": b"x"},
    ],
)
def test_hostile_or_broken_files_are_refused_and_break_nothing(hostile: dict[str, bytes]) -> None:
    found = check({**files(), **hostile})
    assert found
    assert all(item.message and item.code for item in found)


def test_a_route_without_anything_is_refused() -> None:
    assert check({})


@pytest.mark.parametrize(
    ("element", "properties", "said"),
    [
        ("Beoordelen", 'name="herinneren" value="drie dagen"', "geen herinnering"),
        ("Beoordelen", 'name="herinneren" value="PT4H voor"', "dagen, weken of maanden"),
        ("Beoordelen", 'name="herinneren" value="op de dag, op de dag"', "twee keer"),
        ("Beoordelen", 'name="teamleider" value="P1Y"', "van P1D tot en met P3M"),
        ("Beoordelen", 'name="dringend" value="heel erg"', "ja of nee"),
        ("Intake", 'name="herinneren" value="op de dag"', "een einddatum"),
        ("Bevestiging", 'name="dringend" value="ja"', "een einddatum"),
    ],
)
def test_a_reminder_that_cannot_be_is_refused_in_dutch(
    element: str, properties: str, said: str
) -> None:
    route = with_property(element, properties)
    assert [item.message for item in check(route) if said in item.message] != []


@pytest.mark.parametrize(
    "properties",
    [
        'name="herinneren" value="P3D voor, op de dag, elke werkdag erna"',
        'name="herinneren" value="P2W voor,P1W  erna"',
        'name="herinneren" value="geen"',
        'name="teamleider" value="P5D"',
        'name="teamleider" value="geen"',
        'name="dringend" value="ja"',
    ],
)
def test_a_reminder_that_can_be_is_accepted(properties: str) -> None:
    assert check(with_property("Beoordelen", properties)) == ()


def with_property(element: str, attributes: str) -> dict[str, bytes]:
    """The route with one more property at an element."""
    extra = f"<zeebe:properties><zeebe:property {attributes} /></zeebe:properties>"
    text = files()["hoofd.bpmn"].decode()
    before, mark, after = text.partition(f'id="{element}"')
    assert mark
    head, tag, rest = after.partition("<bpmn:extensionElements>")
    assert "</bpmn:userTask>" not in head
    if "<zeebe:properties>" in rest.partition("</bpmn:extensionElements>")[0]:
        rest = rest.replace(
            "<zeebe:properties>", f"<zeebe:properties><zeebe:property {attributes} />", 1
        )
        extra = ""
    return {**files(), "hoofd.bpmn": f"{before}{mark}{head}{tag}{extra}{rest}".encode()}


def test_the_reminders_of_a_route_are_checked() -> None:
    wrong = """
[herinneringen]
schema = "vaak"
teamleider_na = "lang"
[herinneringen.teamleiders]
gemeente = ["begeleider"]
onbekend = ["begeleider"]
"""
    route = {**files(), "route.toml": (TOML + wrong).encode()}
    places = {item.element_id for item in check(route)}
    assert places == {
        "herinneringen.schema",
        "herinneringen.teamleider_na",
        "herinneringen.teamleiders.gemeente",
        "herinneringen.teamleiders.onbekend",
    }
    right = '[herinneringen]\nschema = "geen"\n[herinneringen.teamleiders]\nzorg = ["begeleider"]\n'
    assert check({**files(), "route.toml": (TOML + right).encode()}) == ()

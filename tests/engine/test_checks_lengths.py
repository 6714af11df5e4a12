"""The longest texts that the gate takes fit into the tables; one more and it says so."""

from __future__ import annotations

import pytest

from engine.checks import check
from engine.models import MessageSubscription, TermChange
from engine.spiff.elements import MAX_MESSAGE
from engine.terms.state import MAX_EXTENSION
from tests.engine import sample
from tests.engine.world import INTAKE, World

FORM, LETTER, PATH = "f" * 100, "b" * 100, "onderweg/" + "p" * 186 + ".form"
PARTIES = ",".join(["gemeente"] * 33)
DEMO = f"""
[[demo.organisaties]]
id = "demo-org"
partij = "zorg"
naam = "{"o" * 201}"
email = "{"e" * 300}@example.org"
[[demo.personen]]
naam = "{"p" * 201}"
gebruiker = "iemand"
organisatie = "demo-org"
rollen = ["begeleider"]
[lanes]"""
LONGEST = {
    "route.toml": [('naam = "Proefroute"', f'naam = "{"r" * 200}"')],
    "hoofd.bpmn": [
        ('name="klacht"', f'name="{"m" * MAX_MESSAGE}"'),
        ('value="Klacht ontvangen"', f'value="{"k" * 200}"'),
        ('name="Aanvraag beoordelen"', f'name="{"a" * 300}"'),
        ('id="Herinnering"', f'id="Herinnering" name="{"t" * 300}"'),
        ('name="delenMet" value="gemeente"', f'name="delenMet" value="{PARTIES}"'),
        ('formId="oordeel"', f'formId="{FORM}"'),
        ('value="bevestiging"', f'value="{LETTER}"'),
        ('name="Klacht behandeld"', f'name="{"e" * 300}"'),
    ],
}


def stretched(**more: tuple[str, str]) -> dict[str, bytes]:
    """The sample route with long texts; ``more`` makes one of them still longer, by file."""
    files = sample.files()
    files[PATH] = files.pop("oordeel.form").replace(b'"oordeel"', f'"{FORM}"'.encode())
    files[f"letters/{LETTER}.md"] = files.pop("letters/bevestiging.md")
    changes = {**{name: list(some) for name, some in LONGEST.items()}}
    for name, change in more.items():
        changes.setdefault(name.replace("_", "."), []).append(change)
    for name, some in changes.items():
        for old, new in some:
            assert old.encode() in files[name], old
            files[name] = files[name].replace(old.encode(), new.encode())
    return files


def test_the_longest_texts_go_into_every_table(world: World) -> None:
    assert check(stretched()) == ()
    world.deploy(stretched())
    case = world.start()
    world.complete(case, "Intake", **INTAKE)
    assert list(world.tasks(case)) == ["Beoordelen"]
    with world.database.reading() as session:
        assert session.query(MessageSubscription).one().button == "k" * 200
    world.message(case, "m" * MAX_MESSAGE)
    world.complete(case, "KlachtBehandelen", "fatima")
    assert world.case(case).outcome == "e" * 300


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("route.toml", "r" * 200, "r" * 201, "De naam van de route is te lang: hoogstens 200"),
        ("hoofd.bpmn", "k" * 200, "k" * 201, "De eigenschap 'knop' is te lang: hoogstens 200"),
        ("hoofd.bpmn", PARTIES, f"{PARTIES},zorg", "De eigenschap 'delenMet' is te lang"),
        ("hoofd.bpmn", "m" * 200, "m" * 201, "De naam van dit bericht is te lang"),
        ("route.toml", "De client stopt", "x" * 301, "De naam van dit einde is te lang"),
        ("route.toml", "[lanes]", DEMO, "De naam van deze organisatie is te lang"),
        ("route.toml", "[lanes]", DEMO, "De naam van deze persoon is te lang"),
        ("route.toml", "[lanes]", DEMO, "Het e-mailadres is te lang"),
    ],
)
def test_one_more_is_refused(file: str, old: str, new: str, told: str) -> None:
    found = check(stretched(**{file.replace(".", "_"): (old, new)}))
    assert [one.file for one in found if told in one.message] == [file], found


def test_names_of_files_and_forms_that_do_not_fit_are_refused() -> None:
    files = stretched()
    files[PATH.replace("ppp", "pppp", 1)] = files.pop(PATH).replace(b"fff", b"ffff", 1)
    files[f"letters/{LETTER}b.md"] = files.pop(f"letters/{LETTER}.md")
    told = {one.message for one in check(files)}
    assert {
        "De naam van dit bestand is te lang: hoogstens 200 tekens.",
        "De id van dit formulier is te lang: hoogstens 100 tekens.",
        "De naam van deze brief is te lang: hoogstens 100 tekens.",
    } <= told


def test_what_is_measured_elsewhere_is_measured_as_its_column() -> None:
    assert MessageSubscription.message.type.length == MAX_MESSAGE  # type: ignore[attr-defined]
    assert TermChange.duration.type.length == MAX_EXTENSION  # type: ignore[attr-defined]

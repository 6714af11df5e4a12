"""Letters: what becomes of a placeholder, and to whom a letter goes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.errors import RouteFault
from engine.letters import LetterRefused, read_letter, render
from engine.models import Channel, OutboxMessage, OutboxStatus
from engine.refusals import StepFailed
from tests.engine import sample
from tests.engine.world import CLIENT, INTAKE, World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def letter(body: str, subject: str = "Onderwerp", title: str = "Titel") -> bytes:
    return f'+++\nonderwerp = "{subject}"\ntitel = "{title}"\n+++\n{body}\n'.encode()


def rendered(body: str, **values: object) -> tuple[str, str]:
    done = render(read_letter("proef", letter(body)), values, NOW)
    return done.text, done.html


def letters_of(world: World, case_id: int) -> list[OutboxMessage]:
    rows = world.all(OutboxMessage, OutboxMessage.case_id == case_id)
    return [row for row in rows if isinstance(row, OutboxMessage)]


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "# Grote kop",
        "[klik](http://kwaad.example)",
        "**vet** _schuin_ `code`",
        "&copy; &#60;b&#62;",
        "1. eerste\n2. tweede\n\n> citaat",
        "a\n===\n\n---\n\n    code",
        "![x](http://kwaad.example/x.png) <http://kwaad.example>",
        "\\*",
    ],
)
def test_what_somebody_typed_is_shown_and_never_becomes_mark_up(typed: str) -> None:
    text, html = rendered("Wij lezen: {{x}}.", x=typed)
    for tag in ("<script", "<h1", "<a ", "<strong", "<em", "<code", "<ol", "<img", "<hr", "<pre"):
        assert tag not in html
    shown = text.removeprefix("Wij lezen: ").strip()
    assert [part.strip() for part in shown.splitlines() if part.strip()] == [
        part.strip() for part in f"{typed}.".splitlines() if part.strip()
    ]


def test_the_mark_up_of_the_letter_itself_stays() -> None:
    text, html = rendered("## Kop\n\nBeste **u**,\n\n- een\n- twee\n\n[site](https://example.org)")
    assert "<h2>" in html
    assert "<strong>" in html
    assert '<a href="https://example.org">' in html
    assert text == "Kop\n\nBeste u,\n\n- een\n\n- twee\n\nsite (https://example.org)\n"


def test_raw_html_in_a_letter_is_text() -> None:
    _, html = rendered("<b onclick='x'>dag</b>")
    assert "<b" not in html


def test_a_hole_in_a_letter_is_a_fault() -> None:
    with pytest.raises(RouteFault) as fault:
        rendered("Beste {{x}},", x=None)
    assert (fault.value.element_id, fault.value.place) == ("proef", "letter")


@pytest.mark.parametrize("value", [None, ""])
def test_a_paragraph_of_one_empty_placeholder_disappears(value: object) -> None:
    text, _ = rendered("Een.\n\n{{x}}\n\nTwee.", x=value)
    assert text == "Een.\n\nTwee.\n"


def test_values_are_written_as_a_dutch_reader_expects() -> None:
    text, _ = rendered(
        '{{1250.5}}, {{true}}, {{date("2026-05-18")}}, '
        '{{date and time("2026-05-18T08:30:00@Europe/Amsterdam")}}, {{["a", "b"]}}'
    )
    assert text == ("1250,5, ja, maandag 18 mei 2026, maandag 18 mei 2026 om 8.30 uur, a, b\n")


def test_a_subject_cannot_smuggle_in_a_header() -> None:
    raw = letter("tekst", subject="Zaak {{x}}")
    done = render(read_letter("proef", raw), {"x": "1\r\nBcc: kwaad@example.org"}, NOW)
    assert done.subject == "Zaak 1 Bcc: kwaad@example.org"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"Beste",
        b"+++\nonderwerp = 1\n+++\ntekst",
        b'+++\nonderwerp = "x"\n+++\ntekst',
        b'+++\nonderwerp = "x"\ntitel = "y"\n+++\n',
        b'+++\nonderwerp = "x"\ntitel = "y"\nonzin = 1\n+++\ntekst',
        b'+++\nonderwerp = "x"\ntitel = "y"\n+++\n{{ open',
        b"+++\nonderwerp = \n+++\ntekst",
        b"\xff\xfe",
        b"+++\n" + b"x" * 300_000,
    ],
)
def test_a_file_that_is_no_letter_is_refused(raw: bytes) -> None:
    with pytest.raises(LetterRefused):
        read_letter("proef", raw)


def test_a_letter_to_the_client_leaves_by_mail(world: World) -> None:
    case = world.assessed()
    (row,) = letters_of(world, case.id)
    assert (row.channel, row.recipients, row.audience) == (
        Channel.EMAIL,
        "zoe@example.org",
        "client",
    )
    assert row.subject == f"Uw aanvraag {case.number}"
    assert "maandag 30 maart 2026" in row.body_text
    assert "De Brug" in row.body_text
    assert row.sender_organisation_id == world.actors["sanne"].organisation_id
    assert row.message_id.startswith("<")
    assert row.message_id.endswith(">")


@pytest.mark.parametrize(
    "client",
    [{"clientMailToegestaan": False}, {"clientEmail": ""}, {"clientEmail": "geen adres"}],
)
def test_without_permission_or_address_the_letter_is_for_paper(
    world: World, client: dict[str, object]
) -> None:
    case = world.start(**{**CLIENT, **client})
    world.complete(case, "Intake", **INTAKE)
    (row,) = letters_of(world, case.id)
    assert (row.channel, row.recipients) == (Channel.PRINT, "")


def test_a_letter_to_a_role_goes_to_its_people_in_this_case_only(world: World) -> None:
    case = world.assessed(sleutelDatum=world.now.date())
    world.now = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
    from engine.timers import fire_due

    assert fire_due(world.database, world.now).fired == 1
    row = letters_of(world, case.id)[-1]
    assert (row.letter_id, row.audience, row.recipients) == (
        "herinnering",
        "rol:beoordelaar",
        "fatima@example.org",
    )
    assert row.organisation_id == world.actors["fatima"].organisation_id


def test_ending_a_case_writes_the_letters_of_the_reason_and_stops_the_others(world: World) -> None:
    case = world.assessed()
    world.end(case, "intrekking")
    first, *rest = letters_of(world, case.id)
    assert first.status is OutboxStatus.CANCELLED
    assert [(row.letter_id, row.audience, row.status) for row in rest] == [
        ("einde", "client", OutboxStatus.PENDING),
        ("einde", "partij:gemeente", OutboxStatus.PENDING),
    ]


def test_a_party_that_was_never_known_gets_no_letter(world: World) -> None:
    case = world.start()
    world.end(case, "intrekking")
    assert [row.audience for row in letters_of(world, case.id)] == ["client"]


def test_a_party_that_does_not_take_part_yet_is_not_told_of_the_case_by_its_end(
    world: World,
) -> None:
    start = sample.form(
        "start",
        sample.text("clientNaam"),
        sample.text("clientEmail"),
        sample.checkbox("clientMailToegestaan"),
        sample.text("gemeente"),
    )
    world.deploy({**sample.files(), "start.form": start})
    case = world.start(gemeente="stad")
    assert world.parties(case)["stad"].since is None
    world.end(case, "intrekking")
    assert [row.audience for row in letters_of(world, case.id)] == ["client"]


def test_a_client_who_died_gets_nothing_any_more(world: World) -> None:
    case = world.assessed()
    world.end(case, "overlijden")
    (row,) = letters_of(world, case.id)
    assert row.status is OutboxStatus.CANCELLED
    assert "letter_withheld" in world.kinds(case)


def test_a_letter_with_a_hole_stops_the_step_and_nothing_is_written(world: World) -> None:
    files = sample.files()
    files["letters/bevestiging.md"] = letter("U hoort het op {{opmerking}}.")
    world.deploy(files)
    case = world.start()
    with pytest.raises(StepFailed) as failed:
        world.complete(case, "Intake", **INTAKE)
    assert failed.value.element_id == "Bevestiging"
    assert letters_of(world, case.id) == []
    assert list(world.tasks(case)) == ["Intake"]

"""What a process owner reads when a file of the route is not right: Dutch, with what to do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.checks import check
from engine.cli import main
from engine.findings import RouteRefused
from engine.routes import read_folder
from tests.engine.sample import files

PROGRAMMERS_WORDS = ("Error", "Invalid", "line ", "doctype:", "None", "condition")


def messages(route: Mapping[str, bytes]) -> list[str]:
    found = [item.message for item in check(route)]
    for message in found:
        assert not any(word in message for word in PROGRAMMERS_WORDS), message
    return found


def with_file(name: str, content: bytes) -> dict[str, bytes]:
    return {**files(), name: content}


def replaced(name: str, old: str, new: str) -> dict[str, bytes]:
    text = files()[name].decode()
    assert old in text
    return with_file(name, text.replace(old, new, 1).encode())


def test_a_number_too_long_to_read_is_a_finding() -> None:
    route = files()
    long_number = b"\ngetal = " + b"9" * 5000 + b"\n"
    assert len(messages({**route, "route.toml": long_number + route["route.toml"]})) == 1
    route["letters/einde.md"] = b"+++" + long_number + b"+++\ntekst\n"
    assert messages(route)


def test_broken_toml_is_told_in_dutch_with_its_line() -> None:
    found = messages(with_file("route.toml", b'id = "x"\nnaam = Proef\n'))
    assert found == ["Het bestand is geen geldige TOML. De fout staat op regel 2."]


def test_the_broken_head_of_a_letter_is_told_in_dutch_with_its_line() -> None:
    found = messages(with_file("letters/einde.md", b"+++\ntitel = Einde\n+++\ntekst\n"))
    assert "De kop van de brief is geen geldige TOML. De fout staat op regel 2." in found


def test_a_broken_form_is_told_with_its_line() -> None:
    found = messages(with_file("klacht.form", b'{\n  "id": "klacht",\n  "components": [\n'))
    assert "Het formulier is geen geldige JSON. De fout staat op regel 4." in found
    found = messages(with_file("klacht.form", b"[" * 100_000))
    assert "Het formulier is geen geldige JSON." in found


def test_a_form_without_a_version_does_not_speak_of_none() -> None:
    found = messages(with_file("klacht.form", b'{"id": "klacht", "components": []}'))
    assert any("geen schemaVersion" in message for message in found)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><definitions/>', "Haal de regel met DOCTYPE weg"),
        (b"<definitions>", "De fout staat op regel 1."),
        (b"<x/>", "Dit is geen beslistabel"),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/20110501"/>', "DMN 1.3"),
        (b'<d xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/">' + b"<a>" * 300, "regel 1"),
    ],
)
def test_a_decision_file_is_refused_in_dutch(content: bytes, said: str) -> None:
    found = messages(with_file("ander.dmn", content))
    assert any(said in message for message in found), found


def test_a_due_date_in_words_is_refused_and_a_date_is_not() -> None:
    text = files()["hoofd.bpmn"].decode()
    old = text[text.index('dueDate="') : text.index('"', text.index('dueDate="') + 9) + 1]
    for wrong in ("over twee weken", "P3W"):
        found = check(replaced("hoofd.bpmn", old, f'dueDate="{wrong}"'))
        assert [(item.element_id, item.code) for item in found] == [("Beoordelen", "einddatum")]
        assert "begint met =" in found[0].message
    assert check(replaced("hoofd.bpmn", old, 'dueDate="2026-12-31"')) == ()


def test_where_an_expression_stands_is_said_in_the_words_of_the_modeller() -> None:
    found = messages(replaced("hoofd.bpmn", "=akkoord", "=akkord"))
    assert any(message.endswith("(bij de voorwaarde)") for message in found)


def test_a_file_too_large_is_told_with_what_may(tmp_path: Path) -> None:
    (tmp_path / "route.toml").write_text("")
    (tmp_path / "groot.bpmn").write_bytes(b"x" * 5_000_001)
    with pytest.raises(RouteRefused) as refused:
        read_folder(tmp_path)
    assert refused.value.findings[0].file == "groot.bpmn"
    assert "hoogstens 5 MB" in refused.value.findings[0].message


@pytest.mark.parametrize(
    "words",
    [
        ["processes", "check", "bestaat-niet"],
        ["processes", "check"],
        ["processes", "check", "--snel", "."],
        ["processes", "weg"],
        ["proceses"],
        ["run", "--port", "abc"],
        ["run", "--port", "99999999"],
    ],
)
def test_a_command_used_wrongly_answers_in_dutch(words: list[str]) -> None:
    result = CliRunner().invoke(main, words, prog_name="thuisroute")
    assert result.exit_code == 2
    for english in ("Error", "Invalid", "Missing", "No such", "Try ", "does not", "not in the"):
        assert english not in result.output, result.output


@pytest.mark.parametrize("words", [["deploy"], ["list"]])
def test_a_database_that_is_away_is_told_in_a_sentence(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in files().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    folder = [str(tmp_path)] if words == ["deploy"] else []
    monkeypatch.setenv("DATABASE_URL", "postgresql://iemand:geheim@127.0.0.1:1/weg")
    result = CliRunner().invoke(main, ["processes", *words, *folder])
    assert result.exit_code == 1
    assert result.output.startswith("De database is niet bereikbaar")
    assert "geheim" not in result.output


def test_going_back_to_older_contents_says_that_new_cases_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'route.db'}")
    folder = tmp_path / "route"
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    def deploy() -> str:
        result = CliRunner().invoke(main, ["processes", "deploy", str(folder)])
        assert result.exit_code == 0, result.output
        return result.output

    assert "in gebruik als versie 1" in deploy()
    assert "al in gebruik als versie 1" in deploy()
    config = (folder / "route.toml").read_bytes()
    (folder / "route.toml").write_bytes(config + b"\n# anders\n")
    assert "in gebruik als versie 2" in deploy()
    (folder / "route.toml").write_bytes(config)
    back = deploy()
    assert "bekend als versie 1" in back
    assert "nieuwe zaken krijgen versie 2" in back

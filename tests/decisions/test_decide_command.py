"""`thuisroute decide`, with and without --batch, also over lines that want to stop it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.decisions import command
from engine.decisions.command import decide_command
from tests.decisions.models import decision, literal, model, needs_input

INPUT = '<inputData id="i" name="a"><variable name="a" typeRef="number"/></inputData>'
SERVICE = (
    '<decisionService id="dienst" name="dienst"><outputDecision href="#t"/>'
    '<inputData href="#i"/></decisionService>'
)
GOOD = {"decision": "t", "context": "{a: 1}"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "x.dmn"
    more = decision("boom", literal("count(for i in 1..10000000 return i)"))
    body = INPUT + decision("t", literal("a + 1"), needs=needs_input("i")) + more + SERVICE
    path.write_bytes(model(body))
    return path


def batch(file: Path, *lines: bytes) -> list[dict[str, str]]:
    outcome = CliRunner().invoke(decide_command, [str(file), "--batch"], input=b"\n".join(lines))
    assert outcome.exit_code == 0, outcome.output
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def one(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(decide_command, [str(file), *arguments])


def test_each_line_of_a_batch_gets_its_answer_in_order(file: Path) -> None:
    asked = [GOOD, {"service": "dienst", "context": "{a: 2}"}, {"decision": "t"}]
    lines = (json.dumps(item).encode() for item in asked)
    assert batch(file, *lines) == [{"result": "2"}, {"result": "3"}, {"result": "null"}]


@pytest.mark.parametrize(
    "hostile",
    [
        b"[]",
        b"5",
        b"null",
        b'"x"',
        b"x",
        b"{}",
        b"\x00",
        b"9" * 5000,
        b"[" * 200_000,
        b"\xff\xfe{}",
        b'{"decision": 5}',
        b'{"decision": ["t"]}',
        b'{"decision": "t", "context": 5}',
        b'{"decision": "t", "context": {"a": 1}}',
        b'{"decision": "t", "context": null}',
        b'{"decision": "t", "context": "[1]"}',
        b'{"decision": "t", "context": "{a: 1"}',
        b'{"decision": "t", "context": "' + b"[" * 20_000 + b'"}',
        b'{"decision": "t", "context": "' + b"x" * 100_000 + b'"}',
        b'{"decision": "t\\ud800", "context": "{}"}',
        b'{"decision": "nergens"}',
        b'{"service": "nergens"}',
        b'{"decision": "boom"}',
    ],
    ids=lambda line: str(line[:40]),
)
def test_no_line_stops_a_batch(file: Path, hostile: bytes) -> None:
    good = json.dumps(GOOD).encode()
    before, between, after = batch(file, good, hostile, good)
    assert before == after == {"result": "2"}
    assert between.keys() == {"error"}


def test_a_line_without_end_is_refused_and_not_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "MAX_LINE", 100)
    good = json.dumps(GOOD).encode()
    answers = batch(file, good, b"x" * 1000, good, b"y" * 100, b"z" * 99, good)
    assert [answer.get("result") for answer in answers] == ["2", None, "2", None, None, "2"]
    assert "100 bytes" in answers[1]["error"]


def test_a_mark_at_the_start_of_a_file_does_no_harm(file: Path) -> None:
    assert batch(file, b"\xef\xbb\xbf" + json.dumps(GOOD).encode()) == [{"result": "2"}]


def test_an_error_names_the_limit_that_was_passed(file: Path) -> None:
    assert "FeelLimitExceeded" in batch(file, b'{"decision": "boom"}')[0]["error"]


def test_without_batch_one_decision_is_taken(file: Path) -> None:
    outcome = one(file, "t", "--context", "{a: 1}")
    assert (outcome.exit_code, outcome.output) == (0, "2\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("nergens",), 1, "nergens"),
        (("boom",), 1, "Deze expressie kost te veel."),
        (("t", "--context", "{a"), 1, "Regel 1, teken 3"),
        (("t", "--context", "[1]"), 2, "geen FEEL-context"),
        ((), 2, "Zeg welke beslissing: t, boom."),
    ],
)
def test_what_cannot_be_decided_is_told_with_an_exit_code(
    file: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    outcome = one(file, *arguments)
    assert outcome.exit_code == code
    assert told in outcome.output


def test_a_file_that_is_no_model_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.dmn"
    path.write_text("<x/>")
    outcome = one(path, "t")
    assert outcome.exit_code == 1
    assert "De fout staat op regel 1." in outcome.output

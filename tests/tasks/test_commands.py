"""The commands ``thuisroute people ...``: they print a link with which a password can be set."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from engine.clock import SystemClock
from engine.db import Database
from tasks import people
from tasks.commands import people_command


@pytest.fixture
def run(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DATABASE_URL", sqlite.engine.url.render_as_string(hide_password=False))
    return CliRunner()


def called(run: CliRunner, *words: str) -> Result:
    return run.invoke(people_command, list(words))


def test_an_administrator_is_added_and_the_link_works(run: CliRunner, sqlite: Database) -> None:
    done = called(run, "add", "Nora", "Nora Bos", "--administrator")
    assert done.exit_code == 0, done.output
    secret = done.output.strip().splitlines()[-1].rsplit("/", 1)[-1]
    with sqlite.reading() as session:
        assert people.link_person(session, secret, SystemClock().now()).username == "nora"
    assert "nora  Nora Bos  (beheerder, zonder wachtwoord)" in called(run, "list").output


def test_a_new_link_makes_the_old_one_useless(run: CliRunner, sqlite: Database) -> None:
    first = called(run, "add", "nora", "Nora Bos").output.strip().rsplit("/", 1)[-1]
    second = called(run, "link", "NORA").output.strip().rsplit("/", 1)[-1]
    with sqlite.reading() as session:
        now = SystemClock().now()
        assert people.link_person(session, second, now).name == "Nora Bos"
        with pytest.raises(people.LinkInvalid):
            people.link_person(session, first, now)


@pytest.mark.parametrize("words", [("add", "x", "X"), ("add", "nora", ""), ("link", "niemand")])
def test_what_cannot_be_is_said_in_one_sentence(run: CliRunner, words: tuple[str, ...]) -> None:
    done = called(run, *words)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert done.output.strip()

"""What protects every answer: CSRF, headers, cookies, hosts, sizes; failures tell nothing."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from engine.clock import TurnedClock
from engine.config import Settings
from engine.db import Database, open_database
from tests.webui.site import Site, settings
from webui import security
from webui.app import create_app

PAGES = ("/inloggen", "/taken/mijn", "/zaken", "/bestaat-niet", "/welkom/onzin")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_strict_policy_and_is_not_kept(sqlite_site: Site, path: str) -> None:
    answer = sqlite_site.signed_in("sanne").get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/static/dist/app.css", "localhost", 200),
        ("/static/bestaat-niet.css", "localhost", 404),
        ("/", "localhost", 302),
        ("/inloggen", "elders.example.org", 400),
    ],
)
def test_every_other_answer_has_the_fixed_headers_too_and_once(
    sqlite_site: Site, path: str, host: str, status: int
) -> None:
    answer = sqlite_site.visitor().get(path, headers={"Host": host})
    assert answer.status_code == status
    for name, value in security.HEADERS.items():
        assert answer.headers.getlist(name) == [value]


def test_to_know_who_asks_takes_one_statement(sqlite_site: Site) -> None:
    sanne, asked = sqlite_site.signed_in("sanne"), list[str]()
    sanne.get("/account")

    def note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(sqlite_site.database.engine, "before_cursor_execute", note)
    try:
        assert sanne.get("/account").status_code == 200
    finally:
        event.remove(sqlite_site.database.engine, "before_cursor_execute", note)
    assert [statement.split()[0] for statement in asked] == ["SELECT"]


@pytest.mark.parametrize("path", ["/inloggen", "/taken/mijn", "/zaken", "/zaken/nieuw/proefroute"])
def test_no_page_has_a_style_or_script_of_its_own(sqlite_site: Site, path: str) -> None:
    page = sqlite_site.signed_in("sanne").get(path).text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_every_rule_that_changes_something_wants_a_csrf_token(sqlite_site: Site) -> None:
    visitor = sqlite_site.signed_in("sanne")
    tried = 0
    for rule in sqlite_site.app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        values = dict.fromkeys(rule.arguments, 1) | {"queue": "mijn", "verb": "uitzetten"}
        path = sqlite_site.app.url_map.bind("localhost").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}, method="POST"
        )
        answer = visitor.client.post(path, data={"csrf_token": "verzonnen"})
        assert answer.status_code == 400, rule.endpoint
        assert "stond te lang open" in answer.text
        tried += 1
    assert tried > 20


def test_the_token_of_somebody_else_or_none_at_all_is_refused(sqlite_site: Site) -> None:
    sanne, other = sqlite_site.signed_in("sanne"), sqlite_site.signed_in("sanne")
    own, foreign = sanne.token(), other.token()
    for token in (foreign, "", own[:-1], own.split(".")[0], "é"):
        answer = sanne.client.post("/zaken/zoeken", data={"csrf_token": token, "zoek": "x"})
        assert answer.status_code == 400, token
    assert sanne.client.post("/zaken/zoeken", data={"zoek": "x"}).status_code == 400
    assert sanne.client.post(f"/zaken/zoeken?csrf_token={own}", data={}).status_code == 400
    assert sanne.client.post("/zaken/zoeken", data={"csrf_token": own}).status_code == 302


def test_looking_never_changes_anything(sqlite_site: Site) -> None:
    """A rule that answers to GET is not one that changes: those answer to POST only."""
    for rule in sqlite_site.app.url_map.iter_rules():
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        assert methods in ({"GET"}, {"POST"}), rule.endpoint


def test_another_host_is_refused(sqlite_site: Site) -> None:
    answer = sqlite_site.visitor().get("/inloggen", headers={"Host": "elders.example.org"})
    assert answer.status_code == 400
    assert "elders.example.org" not in answer.text


def test_the_cookie_is_for_this_site_only(sqlite_site: Site) -> None:
    answer = sqlite_site.visitor().get("/inloggen")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_behind_https_the_cookie_is_secure(
    sqlite: Database, clock: TurnedClock, tmp_path: Path
) -> None:
    https = Settings.from_environment(
        {"THUISROUTE_VAR": str(tmp_path), "PUBLIC_URL": "https://thuisroute.example.org"}
    )
    app = create_app(https, sqlite, clock)
    answer = app.test_client().get("/inloggen", base_url="https://thuisroute.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_the_secret_key_is_made_once_and_only_for_this_user(tmp_path: Path) -> None:
    first = security.secret_key(tmp_path)
    assert security.secret_key(tmp_path) == first
    assert len(first) == 64
    path = tmp_path / "secret-key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["secret-key"]


def test_what_is_too_large_is_refused_with_a_page(sqlite_site: Site) -> None:
    answer = sqlite_site.signed_in("sanne").post(
        "/zaken/zoeken", {"zoek": "x" * (security.MAX_FORM_BYTES + 1)}
    )
    assert answer.status_code == 413
    assert "te groot" in answer.text


def test_a_lost_database_is_said_plainly(sqlite_site: Site, tmp_path: Path) -> None:
    """The same key and cookie, and a database server that does not answer."""
    cookie = sqlite_site.signed_in("sanne").client.get_cookie("thuisroute")
    assert cookie is not None
    gone = open_database("postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2")
    app = create_app(settings(tmp_path / "var"), gone, sqlite_site.clock)
    client = app.test_client()
    client.set_cookie("thuisroute", cookie.value)
    for answer in (client.get("/taken/mijn"), client.get("/zaken")):
        assert answer.status_code == 503
        assert "niet bereikbaar" in answer.text
        assert "127.0.0.1" not in answer.text


def test_a_failure_shows_and_logs_nothing_of_what_was_typed(
    sqlite_site: Site, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    sanne = sqlite_site.signed_in("sanne")

    def fails(*_: object) -> None:
        raise ValueError("Jan de Boer, geboren in 1989")

    monkeypatch.setattr("webui.views.worklist.worklist.page", fails)
    answer = sanne.get("/taken/mijn")
    assert answer.status_code == 500
    assert "Er ging bij ons iets mis" in answer.text
    out, err = capfd.readouterr()
    assert "Jan de Boer" not in answer.text + out + err


def test_what_is_searched_for_is_never_in_an_address(sqlite_site: Site) -> None:
    sanne = sqlite_site.signed_in("sanne")
    for path in ("/taken/mijn/zoeken", "/zaken/zoeken"):
        answer = sanne.post(path, {"zoek": "de Boer"})
        assert answer.status_code == 302
        assert "Boer" not in answer.location
        assert 'value="de Boer"' in sanne.get(answer.location).text


def test_static_files_may_be_kept(sqlite_site: Site) -> None:
    assert isinstance(sqlite_site.app, Flask)
    answer = sqlite_site.visitor().get("/static/dist/app.css")
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]

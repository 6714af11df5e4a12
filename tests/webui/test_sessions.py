"""The signed cookie of a session: the one that Flask makes, and nobody else's."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

from webui.sessions import Sessions

KEPT = {"person": 7, "seen": "2026-05-18T10:00:00+00:00", "_flashes": [["ok", "Zoë is klaar."]]}
LONG = {**KEPT, "filters": {"mijn": {"zoek": "de Boer" * 300}}}


def _app(key: str, fallbacks: list[str | bytes] | None = None) -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY=key, SECRET_KEY_FALLBACKS=fallbacks)
    return app


def _serializer(app: Flask) -> URLSafeTimedSerializer:
    found = Sessions().get_signing_serializer(app)
    assert found is not None
    return found


@pytest.mark.parametrize("kept", [KEPT, LONG])
def test_flask_reads_our_cookies_and_we_read_those_of_flask(kept: dict[str, object]) -> None:
    app = _app("sleutel")
    ours = _serializer(app)
    theirs = SecureCookieSessionInterface().get_signing_serializer(app)
    assert theirs is not None
    assert theirs.loads(ours.dumps(kept)) == kept
    assert ours.loads(theirs.dumps(kept)) == kept
    assert len(ours.dumps(LONG)) < 1_000


def test_a_message_in_a_cookie_of_flask_is_read_and_ours_holds_plain_json_only() -> None:
    app = _app("sleutel")
    theirs = SecureCookieSessionInterface().get_signing_serializer(app)
    assert theirs is not None
    waiting = {"_flashes": [("ok", "Klaar.")]}
    assert _serializer(app).loads(theirs.dumps(waiting)) == waiting
    with pytest.raises(TypeError):
        _serializer(app).dumps({"kept": b"bytes"})


def test_a_cookie_that_was_changed_or_signed_with_another_key_is_refused() -> None:
    ours = _serializer(_app("sleutel"))
    other = _serializer(_app("andere sleutel"))
    cookie = ours.dumps(KEPT)
    for wrong in (other.dumps(KEPT), "X" + cookie[1:], cookie[:-1], cookie.rsplit(".", 1)[0]):
        with pytest.raises(BadSignature):
            ours.loads(wrong)
    with pytest.raises(BadSignature):
        ours.loads(cookie, max_age=-1)


def test_an_older_key_still_reads_and_the_newest_signs() -> None:
    old = _serializer(_app("oud"))
    both = _serializer(_app("nieuw", ["oud"]))
    new = _serializer(_app("nieuw"))
    assert both.loads(old.dumps(KEPT)) == KEPT
    assert new.loads(both.dumps(KEPT)) == KEPT
    with pytest.raises(BadSignature):
        old.loads(both.dumps(KEPT))

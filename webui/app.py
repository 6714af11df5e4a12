"""The application: one factory, made of the settings, a database and a clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.wrappers import Response

from engine.clock import Clock
from engine.config import Settings
from engine.db import Database
from engine.server.status import StatusDesk, StatusPages
from webui import errors, gate, measuring, security, words
from webui.csrf import FormsOfThisSite
from webui.sessions import Sessions
from webui.views import BLUEPRINTS
from webui.web import Web
from webui.web import install as install_web


class Site(Flask):
    """Flask, for views that are all plain functions and sessions that are signed at little cost."""

    session_interface = Sessions()

    def redirect(self, location: str, code: int = 302) -> Response:
        """To another page, without the page in between that werkzeug writes: nobody sees it."""
        return self.response_class(status=code, headers={"Location": location})

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: no view is asynchronous, so none is looked at at each request."""
        return func


def create_app(settings: Settings, database: Database, clock: Clock) -> Flask:
    """The web application. Reads nothing from the environment: `settings` says all."""
    app = Site(__name__, static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=settings.secret_key or security.secret_key(settings.var),
        SESSION_COOKIE_NAME="__Host-thuisroute" if settings.secure_cookies else "thuisroute",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A page may stay open as long as the session lasts; what was typed is not thrown away.
        WTF_CSRF_TIME_LIMIT=None,
        # Pages send no referrer (it would tell addresses to others), so there is none to check.
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + security.MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=security.MAX_FORM_BYTES,
        MAX_FORM_PARTS=security.MAX_FORM_PARTS,
        TRUSTED_HOSTS=security.trusted_hosts(settings),
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    install_web(app, Web(settings, database, clock))
    measuring.install(app)
    security.protect(app)
    gate.install(app)
    FormsOfThisSite(app)
    words.install(app)
    errors.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    desk = StatusDesk(database, clock)
    app.wsgi_app = StatusPages(  # type: ignore[method-assign]
        app.wsgi_app, desk, settings.status.metrics_token
    )
    return app

"""For a WSGI server of your own choice: `webui.wsgi:app`, set up from the environment."""

from __future__ import annotations

from engine.clock import SystemClock
from engine.config import Settings
from engine.db import open_database
from engine.server.logging import configure_logging
from webui.app import create_app

configure_logging()
_settings = Settings.from_environment()
app = create_app(
    _settings, open_database(_settings.database_url, _settings.database), SystemClock()
)

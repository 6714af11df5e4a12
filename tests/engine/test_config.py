"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config import SettingInvalid, Settings, SmtpSecurity


def test_without_any_setting_it_runs_on_sqlite_and_sends_nothing() -> None:
    settings = Settings.from_environment({})
    assert settings.database_url == "sqlite:///var/thuisroute.db"
    assert settings.is_default_database
    assert (settings.host, settings.port, settings.var) == ("127.0.0.1", 8000, Path("var"))
    assert settings.smtp is None
    assert not settings.secure_cookies


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment(
        {
            "DATABASE_URL": "postgresql:///thuis",
            "PORT": "9000",
            "PUBLIC_URL": "https://thuis.example.org/",
            "SMTP_HOST": "mail.example.org",
            "SMTP_PASSWORD": "geheim",
            "SMTP_SECURITY": "tls",
            "TRUSTED_HOSTS": "a.example.org, b.example.org",
        }
    )
    assert not settings.is_default_database
    assert settings.public_url == "https://thuis.example.org"
    assert settings.secure_cookies
    assert settings.smtp is not None
    assert (settings.smtp.port, settings.smtp.security) == (465, SmtpSecurity.TLS)
    assert settings.trusted_hosts == ("a.example.org", "b.example.org")
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    "environ",
    [
        {"PORT": "acht"},
        {"PORT": "70000"},
        {"PORT": "0"},
        {"SMTP_HOST": "x", "SMTP_SECURITY": "ssl3"},
        {"TRUSTED_PROXY": "*"},
        {"SECURE_COOKIES": "misschien"},
        {"MAX_UPLOAD_MB": "-1"},
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_plain_words(environ: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid) as refused:
        Settings.from_environment(environ)
    assert refused.value.name in refused.value.text

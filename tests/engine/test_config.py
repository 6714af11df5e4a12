"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config import DatabaseOptions, SettingInvalid, Settings, SmtpSecurity


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


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    for name, text in (
        ("url", "postgresql://thuis:geheim@database/thuis\n"),
        ("key", "k" * 40 + "\n"),
        ("token", "sesam\n"),
    ):
        (tmp_path / name).write_text(text)
    settings = Settings.from_environment(
        {
            "DATABASE_URL_FILE": str(tmp_path / "url"),
            "SECRET_KEY_FILE": str(tmp_path / "key"),
            "METRICS_TOKEN_FILE": str(tmp_path / "token"),
        }
    )
    assert settings.database_url == "postgresql://thuis:geheim@database/thuis"
    assert settings.secret_key == "k" * 40
    assert settings.status.metrics_token == "sesam"
    assert not settings.is_default_database
    for secret in ("k" * 40, "sesam"):
        assert secret not in repr(settings)


@pytest.mark.parametrize(
    "environ",
    [
        {"SECRET_KEY_FILE": "/bestaat/niet"},
        {"SECRET_KEY": "kort"},
        {"SECRET_KEY": "k" * 40, "SECRET_KEY_FILE": "/dev/null"},
        {"DATABASE_CONNECTIONS": "0"},
        {"DATABASE_POOLER": "misschien"},
        {"DATABASE_STATEMENT_TIMEOUT": "lang"},
        {"STATUS_PORT": "99999"},
    ],
)
def test_a_secret_or_limit_that_cannot_be_is_refused(environ: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid) as refused:
        Settings.from_environment(environ)
    assert refused.value.name.removesuffix("_FILE") in next(iter(environ))


def test_how_the_database_is_used_comes_from_the_environment() -> None:
    settings = Settings.from_environment(
        {
            "DATABASE_POOLER": "ja",
            "DATABASE_CONNECTIONS": "4",
            "DATABASE_STATEMENT_TIMEOUT": "5",
            "DATABASE_LOCK_TIMEOUT": "3",
            "STATUS_PORT": "9001",
        }
    )
    assert settings.database == DatabaseOptions(
        pooler=True, connections=4, statement_timeout=5, lock_timeout=3
    )
    assert settings.status.port == 9001
    assert Settings.from_environment({}).status.port is None

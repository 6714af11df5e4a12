"""The example installation names only what exists, and keeps to what it promises."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.config import Settings
from tests.docker import image
from tests.house.sources import ROOT

DOCKER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if "build" in one}


def test_it_has_two_webs_two_schedulers_a_database_a_proxy_and_a_mail_catcher() -> None:
    commands = sorted(one["command"][0] for one in OURS.values())
    assert commands == ["prepare", "scheduler", "scheduler", "serve", "serve"]
    assert set(SERVICES) - set(OURS) == {"database", "proxy", "mail"}


def test_every_command_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    known = project["entry-points"]["thuisroute.commands"]
    assert "thuisroute" in project["scripts"]
    entry, command = image.entry()
    assert entry == ["thuisroute"]
    assert command[0] in known
    assert {one["command"][0] for one in OURS.values()} <= set(known)
    assert "health" in known


def test_every_setting_is_known_and_makes_sense() -> None:
    known = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "engine/config.py").read_text()))
    python = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    for name, one in OURS.items():
        asked = set(one["environment"]) | set(image.environment())
        unknown = {key for key in asked if key.removesuffix("_FILE") not in known} - python
        assert unknown == set(), name
        values = {**image.environment(), **one["environment"]}
        for key in [key for key in values if key.endswith("_FILE")]:
            secret = Path(values.pop(key)).name
            assert secret in one["secrets"], key
        values["PUBLIC_URL"] = re.sub(r"^\$\{PUBLIC_URL:-(.+)\}$", r"\1", values["PUBLIC_URL"])
        read = Settings.from_environment(values)
        assert read.smtp is not None
        assert read.trusted_proxy == SERVICES["proxy"]["networks"]["inside"]["ipv4_address"]


def test_none_of_ours_is_root_or_can_write_or_has_a_privilege() -> None:
    user = image.stages()[-1].of("USER")[-1].text
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    for name, one in OURS.items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert "cap_add" not in one, name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert not any(key in one for key in ("privileged", "user", "volumes", "ports")), name


def test_base_images_have_a_version() -> None:
    named = [stage.base for stage in image.stages()]
    named += [one["image"] for one in SERVICES.values() if "build" not in one]
    for one in named:
        _, _, tag = one.partition(":")
        assert re.match(r"v?\d", tag), one


def test_only_pages_and_caught_mail_can_be_reached_from_this_machine() -> None:
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert set(published) == {"proxy", "mail"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert all(set(one["networks"]) == {"inside"} for one in OURS.values())
    assert SERVICES["database"]["networks"] == ["inside"]


def test_everything_that_is_referred_to_is_there() -> None:
    for name, one in SERVICES.items():
        assert set(one.get("networks", ())) <= set(COMPOSE["networks"]), name
        assert set(one.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        assert set(one.get("depends_on", {})) <= set(SERVICES), name
        for volume in one.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in COMPOSE["volumes"] or (DOCKER / source).exists(), volume
    built = OURS["prepare"]["build"]
    assert (DOCKER / built["context"]).resolve() == ROOT
    assert (ROOT / built["dockerfile"]) == image.DOCKERFILE


def test_secrets_are_those_that_the_script_makes(tmp_path: Path) -> None:
    subprocess.run([DOCKER / "make-secrets.sh", tmp_path / "secrets"], check=True)
    made = {path.name for path in (tmp_path / "secrets").iterdir()}
    assert {Path(one["file"]).name for one in COMPOSE["secrets"].values()} == made
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert "docker/secrets/" in ignored
    url = (tmp_path / "secrets" / "database-url").read_text()
    read = re.fullmatch(r"postgresql://(\w+):\w+@([\w-]+):5432/(\w+)", url)
    assert read is not None
    database = SERVICES["database"]["environment"]
    assert read.groups() == (database["POSTGRES_USER"], "database", database["POSTGRES_DB"])


def test_who_waits_for_whom_can_start() -> None:
    """Whoever is waited for until it is healthy has a health check, of its own or its image's."""
    for name, one in SERVICES.items():
        for other, how in one.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                asked = SERVICES[other]
                assert "healthcheck" in asked or "build" in asked, f"{name} waits for {other}"
            else:
                assert how["condition"] == "service_completed_successfully"
                assert SERVICES[other]["restart"] == "no"
    assert image.stages()[-1].of("HEALTHCHECK")[0].text.endswith('CMD ["thuisroute", "health"]')


def test_the_proxy_knows_the_webs_and_keeps_the_questions_of_machines_inside() -> None:
    text = (DOCKER / "Caddyfile").read_text()
    webs = re.search(r"reverse_proxy (.+) \{", text)
    assert webs is not None
    port = image.environment()["PORT"]
    serving = {name for name, one in OURS.items() if one["command"] == ["serve"]}
    assert set(webs[1].split()) == {f"{name}:{port}" for name in serving}
    assert "path /healthz /readyz /metrics" in text
    assert "health_uri /readyz" in text
    # One dead web must not take the other along (see there).
    assert not re.search(r"^\s*(fail_duration|max_fails)\b", text, re.MULTILINE)
    assert text.count("{") == text.count("}")
    inner = SERVICES["proxy"]["ports"][0].rsplit(":", 1)[1]
    assert f"\n:{inner} {{" in text


@pytest.mark.parametrize("script", sorted(DOCKER.glob("*.sh")), ids=lambda path: str(path.name))
def test_every_script_stops_at_the_first_mistake(script: Path) -> None:
    text = script.read_text()
    assert text.startswith("#!/bin/sh\n")
    assert "\nset -eu\n" in text
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_the_image_is_made_of_what_is_needed_and_nothing_else() -> None:
    for path in ("engine/cli.py", "webui/frontend/package-lock.json", "processes/README.md"):
        assert image.goes_along(path), path
    for path in (
        "var/thuisroute.db",
        "docker/secrets/secret-key",
        "docker/compose.yaml",
        "tests/conftest.py",
        ".git/config",
        ".venv/bin/python",
        "webui/frontend/node_modules/x/index.js",
        "webui/static/dist/app.js",
        "engine/__pycache__/cli.pyc",
    ):
        assert not image.goes_along(path), path
    for stage in image.stages():
        assert stage.of("ADD") == []
        for one in stage.of("COPY"):
            sources = [word for word in one.words[:-1] if not word.startswith("--")]
            if not one.words[0].startswith("--from="):
                assert all((ROOT / source).exists() for source in sources), one.text
    last = " ".join(one.text for one in image.stages()[-1].instructions)
    assert not re.search(r"PASSWORD|SECRET|TOKEN|DATABASE_URL", last)

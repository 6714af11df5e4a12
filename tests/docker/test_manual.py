"""The manual for administrators tells of what there is, all of it, and of nothing else."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

from engine.clock import TurnedClock
from engine.config import Settings
from engine.db import Database
from engine.server.health import Health
from engine.server.metrics import Metrics
from engine.server.vitals import Vitals
from tests.docker import image
from tests.docker.test_compose import OURS
from tests.house.sources import ROOT

MANUAL = (ROOT / "docker" / "README.md").read_text()


def told_settings() -> set[str]:
    """The settings in the first column of the table."""
    table = MANUAL.partition("| instelling |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_setting_is_told_and_every_told_setting_exists() -> None:
    source = (ROOT / "engine/config.py").read_text()
    asked = re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', source)
    assert told_settings() == set(asked)
    assert len(told_settings()) > 20


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "SMTP_PASSWORD", "METRICS_TOKEN"])
def test_a_secret_that_may_be_a_file_is_told_as_one(name: str) -> None:
    assert f"`{name}_FILE`" in MANUAL
    with pytest.raises(Exception, match=f"{name}_FILE"):
        Settings.from_environment({f"{name}_FILE": "/bestaat/niet"})


def test_every_figure_that_is_told_exists(sqlite: Database, clock: TurnedClock) -> None:
    figures = Metrics(sqlite, clock, Health(sqlite, Vitals())).text().decode()
    told = set(re.findall(r"`(thuisroute_\w+)", MANUAL))
    assert len(told) >= 8
    assert [name for name in sorted(told) if f"# TYPE {name} " not in figures] == []


def test_every_command_that_is_told_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    told = set(re.findall(r"\bthuisroute (\w+)(?: \w+\.db)?[\n`]", MANUAL))
    assert {"backup", "restore", "health"} <= told
    assert told <= set(project["entry-points"]["thuisroute.commands"])


def test_the_example_for_prometheus_asks_every_process_of_the_example() -> None:
    text = MANUAL.partition("```yaml\n")[2].partition("```")[0]
    targets = yaml.safe_load(text)["scrape_configs"][0]["static_configs"][0]["targets"]
    port = image.environment()["STATUS_PORT"]
    running = {name for name, one in OURS.items() if one["command"] != ["prepare"]}
    assert set(targets) == {f"{name}:{port}" for name in running}


def test_every_file_that_is_told_is_there() -> None:
    for path in re.findall(r"`((?:docker|tests)/[\w./-]+)`", MANUAL):
        assert (ROOT / path).exists(), path

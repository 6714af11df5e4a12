"""The rules of the house, as tests that read the code. CONTRIBUTING.md tells why each is there."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.house.sources import ROOMS, ROOT, calls, files, imports, modules, tree, where

EDGE = {"engine/db.py", "engine/migrate.py"}
# The command lines of the pure packages are edges that may not import the clock of the house.
CLOCKS = {"engine/clock.py", "engine/feel/command.py", "engine/decisions/command.py"}
# SQLite has no zones: the one place where columns are written and read speaks UTC for it.
# A scenario is a TOML file, and says its moments as TOML's local date-times: Amsterdam's.
ZONELESS = ("engine/models/base.py", "tasks/scenarios/")
READS_THE_CLOCK = re.compile(
    r"(^|\.)(datetime|date)\.(now|utcnow|today|utcfromtimestamp)$|^time\.(time|time_ns|localtime|gmtime)$"
)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_only_the_edge_commits() -> None:
    found = [
        where(path, line)
        for path in modules()
        if relative(path) not in EDGE
        for name, line in calls(path)
        if name.endswith(".commit")
    ]
    assert found == []


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{where(path, line)} {name}"
        for path in modules()
        if relative(path) not in CLOCKS
        for name, line in calls(path)
        if READS_THE_CLOCK.search(name)
    ]
    assert found == []


def test_no_moment_is_made_without_a_zone() -> None:
    """Beside ruff's DTZ rules: nothing takes the zone away either."""
    found = [
        where(path, node.lineno)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword)
        and node.arg == "tzinfo"
        and isinstance(node.value, ast.Constant)
        and node.value.value is None
        and not relative(path).startswith(ZONELESS)
        # Literals without a zone are FEEL's own kind of value: local date and time.
        and not relative(path).startswith(("engine/feel/", "engine/calendar/"))
    ]
    assert found == []


@pytest.mark.parametrize("folder", [*ROOMS, "tests"])
def test_every_module_says_what_it_is_for(folder: str) -> None:
    found = [
        relative(path)
        for path in files(folder, endings=(".py",))
        if path.read_text().strip() and len((ast.get_docstring(tree(path)) or "").split()) < 2
    ]
    assert found == []


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("engine/feel", ("engine.feel",)),
        ("engine/calendar", ("engine.calendar",)),
        ("engine/decisions", ("engine.decisions", "engine.feel")),
    ],
)
def test_the_pure_packages_import_nothing_else_of_the_house(
    package: str, allowed: tuple[str, ...]
) -> None:
    found = [
        f"{where(path, line)} {name}"
        for path in files(package, endings=(".py",))
        for name, line in imports(path)
        if name.split(".")[0] in ROOMS
        # "from engine import feel" names both engine and engine.feel: the second counts.
        and name != "engine"
        and not any(name == good or name.startswith(good + ".") for good in allowed)
    ]
    assert found == []


def test_no_test_is_skipped() -> None:
    excuses = re.compile(r"\b(pytest\.(skip|xfail|importorskip)|mark\.(skip|skipif|xfail))\b")
    found = [
        where(path, number)
        for path in files("tests", endings=(".py",))
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if excuses.search(line)
    ]
    assert found == []


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert len(locks) == 3
    for lock in locks:
        text = lock.read_text()
        assert not re.search(r"https?://|file:/|--(extra-)?index-url|--find-links", text), lock
        pinned = re.findall(r"^[a-z0-9][\w.-]*==[^\s;]+(.*)$", text, re.MULTILINE | re.IGNORECASE)
        assert pinned != []
        assert all(rest.endswith("\\") for rest in pinned), f"{lock}: a package without hash"
    packages = json.loads((ROOT / "webui/frontend/package-lock.json").read_text())["packages"]
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert name == "" or "integrity" in entry, name


@pytest.mark.parametrize(
    ("part", "lock"),
    [("dependencies", "requirements.lock"), ("dev", "requirements-dev.lock")],
)
def test_what_the_project_needs_is_locked(part: str, lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = project.get(part) or project["optional-dependencies"][part]
    names = {re.split(r"[^\w.-]", one)[0].lower().replace("_", "-") for one in needed}
    locked = set(re.findall(r"^([a-z0-9][\w.-]*)==", (ROOT / lock).read_text(), re.MULTILINE))
    assert names - locked == set(), "run: make lock"


def test_templates_keep_to_the_content_security_policy() -> None:
    inline = re.compile(
        r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|<script(?![^>]*\bsrc=)|javascript:""", re.I
    )
    templates = files("webui/templates", endings=(".html", ".jinja", ".j2"))
    assert templates != []
    found = [
        where(path, number)
        for path in templates
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    ]
    assert found == []


def test_templates_leave_escaping_on() -> None:
    """Only what is called ``html`` goes in as it is: made by our Markdown and cleaned by nh3."""
    cleaned = re.compile(r"\{\{ \w+\.html \| safe \}\}")
    off = re.compile(r"\|\s*safe\b|autoescape\s+false")
    found = [
        where(path, number)
        for path in files("webui/templates", endings=(".html", ".jinja", ".j2"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if off.search(cleaned.sub("", line))
    ]
    assert found == []

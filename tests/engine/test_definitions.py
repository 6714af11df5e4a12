"""Putting a route into use: immutable versions, and cases that stay on theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from engine import definitions
from engine.actors import Actor
from engine.commands import processes_command
from engine.errors import NotFound
from engine.findings import RouteRefused
from engine.models import ProcessDefinition, RouteFile
from engine.routes import read_folder
from engine.spiff import wiring
from tests.engine import sample
from tests.engine.world import INTAKE, World


def test_deploying_the_same_route_twice_changes_nothing(world: World) -> None:
    first = world.deploy()
    second = world.deploy(dict(reversed(sample.files().items())))
    assert first.id == second.id
    with world.looking() as session:
        assert session.scalar(select(func.count(ProcessDefinition.id))) == 1
        assert session.scalar(select(func.count()).select_from(RouteFile)) == len(sample.files())


def test_a_changed_route_is_a_new_version_and_cases_stay_on_theirs(world: World) -> None:
    old = world.deploy()
    case = world.start()
    files = sample.files()
    files["hoofd.bpmn"] = files["hoofd.bpmn"].replace(b"Intake doen", b"Intake houden")
    new = world.deploy(files)
    assert (old.version, new.version) == (1, 2)
    with world.looking() as session:
        assert definitions.latest(session, sample.KEY).id == new.id
        assert [row.id for row in definitions.latest_all(session)] == [new.id]
        assert [row.version for row in definitions.all_versions(session)] == [2, 1]
        route = definitions.load(session, old.id)
        assert route.diagrams.elements["Intake"].name == "Intake doen"
    assert world.case(case).definition_id == old.id
    assert world.task(world.start(), "Intake").name == "Intake houden"


def test_a_stricter_gate_of_today_does_not_stop_cases_that_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sample.files()
    never_reached = b'<bpmn:endEvent id="nooit" name="Nooit"/></bpmn:process>'
    files["hoofd.bpmn"] = files["hoofd.bpmn"].replace(b"</bpmn:process>", never_reached, 1)
    with pytest.raises(RouteRefused):
        world.deploy(files)
    with monkeypatch.context() as of_yesterday:
        of_yesterday.setattr(wiring, "check", lambda *_: iter(()))
        world.deploy(files)
        case = world.start()
    monkeypatch.setattr(definitions, "_cache", definitions._Cache())
    world.complete(case, "Intake", **INTAKE)
    assert "Beoordelen" in world.tasks(case)


def test_what_cannot_be_read_at_all_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = world.deploy()
    with world.database.transaction() as session:
        session.execute(
            update(RouteFile).where(RouteFile.path == "hoofd.bpmn").values(content=b"<")
        )
    monkeypatch.setattr(definitions, "_cache", definitions._Cache())
    with world.looking() as session, pytest.raises(RouteRefused):
        definitions.load(session, row.id)


def test_a_route_is_parsed_once_in_a_process(world: World) -> None:
    row = world.deploy()
    with world.looking() as session:
        first = definitions.load(session, row.id)
    with world.looking() as session:
        assert definitions.load(session, row.id) is first


def test_what_was_rolled_back_is_not_remembered(world: World) -> None:
    files = sample.files()
    files["route.toml"] = files["route.toml"].replace(b'"Proefroute"', b'"Nooit gebruikt"')

    def fails_after_loading() -> None:
        with world.database.transaction() as session:
            row = definitions.deploy(session, files, world.now, Actor.system())
            definitions.load(session, row.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_after_loading()
    kept = world.deploy()
    with world.looking() as session:
        assert definitions.load(session, kept.id).config.name == "Proefroute"


def test_a_wrong_route_is_refused_and_nothing_is_stored(world: World) -> None:
    with pytest.raises(RouteRefused):
        world.deploy({**sample.files(), "start.form": b"{}"})
    with world.looking() as session:
        assert session.scalar(select(func.count(ProcessDefinition.id))) == 0
        with pytest.raises(NotFound):
            definitions.latest(session, sample.KEY)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_a_folder_is_read_without_scenarios_and_other_files(tmp_path: Path) -> None:
    extra = {"README.md": b"uitleg", "scenarios/een.toml": b"", ".hidden.bpmn": b"", "x.png": b""}
    folder = write(tmp_path / "route", {**sample.files(), **extra})
    assert read_folder(folder) == sample.files()


def test_a_folder_without_route_toml_is_no_route(tmp_path: Path) -> None:
    with pytest.raises(RouteRefused):
        read_folder(tmp_path)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "route", sample.files())
    (tmp_path / "secret.form").write_text("{}")
    (folder / "geheim.form").symlink_to(tmp_path / "secret.form")
    with pytest.raises(RouteRefused):
        read_folder(folder)


def test_the_commands_deploy_list_and_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'proef.db'}")
    folder = str(write(tmp_path / "route", sample.files()))
    runner = CliRunner()
    assert "in gebruik als versie 1" in runner.invoke(processes_command, ["deploy", folder]).output
    again = runner.invoke(processes_command, ["deploy", folder])
    assert "verandert niets" in again.output
    assert "versie 1" in runner.invoke(processes_command, ["list"]).output
    assert runner.invoke(processes_command, ["check", folder]).exit_code == 0
    (Path(folder) / "letters/einde.md").unlink()
    for command in ("check", "deploy"):
        refused = runner.invoke(processes_command, [command, folder])
        assert refused.exit_code == 1
        assert "De brief 'einde' is er niet" in refused.output

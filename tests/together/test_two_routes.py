"""Two routes in one installation: each has its own, and one never touches the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.actors import Actor
from engine.context import case_context
from engine.definitions import deploy, load
from engine.models import (
    Case,
    CaseParty,
    Membership,
    OutboxMessage,
    Person,
    ProcessDefinition,
    RouteOrganisation,
    UserTask,
    UserTaskStatus,
)
from engine.routes import Route, read_folder
from engine.steps.parties import organisations_by_party
from tasks.demo import create_demo
from tests.handbook.blocks import extract
from tests.handbook.pictures import FIRST_ROUTE
from tests.together.conftest import FIRST, IN_BOTH, SECOND, House
from tests.together.rows import all_rows, rows_of
from tests.webui.site import Site, settings
from webui.app import create_app

BOTH = [(FIRST, SECOND), (SECOND, FIRST)]


@pytest.mark.parametrize(("key", "other"), BOTH)
def test_each_route_has_its_own_organisations(house: House, key: str, other: str) -> None:
    with house.database.reading() as session:
        mine = {slug for all_ in organisations_by_party(session, key).values() for _, slug in all_}
    own = {one.id for one in house.routes[key].config.demo.organisations}
    elsewhere = {one.id for one in house.routes[other].config.demo.organisations}
    assert own <= mine
    # The one organisation that takes part in both stands in both lists.
    assert len(mine & (elsewhere - own)) == (1 if key == SECOND else 0)


@pytest.mark.parametrize(("key", "other"), BOTH)
def test_a_case_reads_the_settings_of_its_own_route(house: House, key: str, other: str) -> None:
    house.begin(other)
    case = house.begin(key)
    now = house.clock.now()
    with house.database.reading() as session:
        seen = case_context(session, house.routes[key], case, now)["instellingen"]
    assert isinstance(seen, dict)
    assert set(seen) == {one.name for one in house.routes[key].config.settings}


def test_a_setting_with_one_name_has_two_values(house: House) -> None:
    now = house.clock.now()
    values = {}
    for key in (FIRST, SECOND):
        case = house.begin(key, deeds=0)
        with house.database.reading() as session:
            seen = case_context(session, house.routes[key], case, now)["instellingen"]
        assert isinstance(seen, dict)
        values[key] = seen["termijnEvaluatie"]
    assert values[FIRST] != values[SECOND]


@pytest.mark.parametrize(("key", "other"), BOTH)
def test_letters_and_parties_of_a_case_are_of_its_own_route(
    house: House, key: str, other: str
) -> None:
    house.begin(other)
    case = house.begin(key)
    with house.database.reading() as session:
        letters = list(
            session.scalars(select(OutboxMessage).where(OutboxMessage.case_id == case.id))
        )
        parties = list(
            session.execute(
                select(CaseParty.party, CaseParty.organisation_id).where(
                    CaseParty.case_id == case.id
                )
            )
        )
        allowed = {
            tuple(row)
            for row in session.execute(
                select(RouteOrganisation.party, RouteOrganisation.organisation_id).where(
                    RouteOrganisation.route_key == key
                )
            )
        }
    assert {letter.letter_id for letter in letters} <= set(house.routes[key].letters)
    assert parties != []
    assert {tuple(row) for row in parties} <= allowed


def test_case_numbers_tell_the_route(house: House) -> None:
    first = house.begin(FIRST, deeds=0).number
    second = house.begin(SECOND, deeds=0).number
    assert (first[:8], second[:8]) == ("DR-2026-", "AD-2026-")


# --- people -----------------------------------------------------------------------------------


@pytest.fixture
def site(house: House, tmp_path: Path) -> Site:
    app = create_app(settings(tmp_path / "var"), house.database, house.clock)
    return Site(app, house.database, house.clock)


def open_tasks(house: House, case: Case) -> list[UserTask]:
    with house.database.reading() as session:
        return list(
            session.scalars(
                select(UserTask).where(
                    UserTask.case_id == case.id, UserTask.status == UserTaskStatus.OPEN
                )
            )
        )


def numbers_in(page: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]{2}-\d{4}-\d{6}\b", page))


def test_who_works_in_both_sees_both_worklists(house: House, site: Site) -> None:
    cases = {key: house.begin(key, by=IN_BOTH, deeds=0) for key in (FIRST, SECOND)}
    both = site.signed_in(IN_BOTH)

    assert numbers_in(both.get("/taken/groepen").text) == {case.number for case in cases.values()}
    start = both.get("/zaken/nieuw").text
    for key, case in cases.items():
        assert house.routes[key].config.name in start
        assert both.get(f"/zaken/{case.number}").status_code == 200
        role = house.routes[key].config.start_role
        mine = [task for task in open_tasks(house, case) if task.role == role]
        assert mine != []
        for task in mine:
            assert both.get(f"/taken/{task.id}").status_code == 200


def test_a_role_on_one_route_says_nothing_on_the_other(house: House, site: Site) -> None:
    """Both routes have this role, for the same party, and here even in the same organisation."""
    assert house.routes[FIRST].config.start_role == house.routes[SECOND].config.start_role
    first = house.begin(FIRST, by=IN_BOTH, deeds=0)
    second = house.begin(SECOND, by=IN_BOTH, deeds=0)
    only_first = site.signed_in(_colleague(house))

    assert numbers_in(only_first.get("/taken/groepen").text) == {first.number}
    assert only_first.get(f"/zaken/{first.number}").status_code == 200
    assert only_first.get(f"/zaken/{second.number}").status_code == 404
    for task in open_tasks(house, second):
        assert only_first.get(f"/taken/{task.id}").status_code == 404
        assert only_first.post(f"/taken/{task.id}/oppakken").status_code == 404
    started = only_first.post(f"/zaken/nieuw/{SECOND}", {"v.clientNaam": "Jan"})
    assert started.status_code in (403, 404)


def test_the_calendar_of_who_works_in_both_holds_the_deadlines_of_both(
    house: House, site: Site
) -> None:
    cases = [house.begin(key, by=IN_BOTH, deeds=0) for key in (FIRST, SECOND)]
    theirs = {
        username: numbers_in(site.visitor().get(_calendar(site, username)).text)
        for username in (IN_BOTH, _colleague(house))
    }
    with_deadline = {
        case.number for case in cases if any(task.due_at for task in open_tasks(house, case))
    }
    assert theirs[IN_BOTH] == with_deadline == {case.number for case in cases}
    assert theirs[_colleague(house)] == {cases[0].number}


def _calendar(site: Site, username: str) -> str:
    """The address of a new private calendar."""
    page = site.signed_in(username).post("/account/agenda").text
    found = re.search(r"(/agenda/[^<\"]+\.ics)", page)
    assert found is not None
    return found.group(1)


def test_one_name_in_the_demonstrations_of_two_routes_is_one_person(
    house: House, tmp_path: Path
) -> None:
    extract(FIRST_ROUTE, tmp_path)
    files = read_folder(tmp_path)
    colleague = _colleague(house)
    files["route.toml"] = files["route.toml"].replace(b'"pim"', f'"{colleague}"'.encode())
    with house.database.transaction() as session:
        people = session.scalars(select(func.count(Person.id))).one()
        done = deploy(session, files, house.clock.now(), Actor.system())
        create_demo(session, load(session, done.id).config, house.clock.now())
    with house.database.reading() as session:
        # Only the other one is new.
        assert session.scalars(select(func.count(Person.id))).one() == people + 1
        mine = session.scalars(
            select(Membership.route_key)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.username == colleague)
        ).all()
    assert set(mine) == {FIRST, "proefwonen"}


def _colleague(house: House) -> str:
    """Who has the start role on the first route, in the organisation that is in both."""
    config = house.routes[FIRST].config
    shared = next(one for one in config.demo.organisations if one.party == config.start_party)
    return next(
        one.user
        for one in config.demo.people
        if one.organisation == shared.id and config.start_role in one.roles
    )


# --- a new version ------------------------------------------------------------------------------


NEW = " (anders)"


def changed(route: Route) -> dict[str, bytes]:
    """The route with another name for every user task in its diagrams."""
    name = re.compile(rb'(<bpmn:userTask [^>]*name="[^"]*)"')
    files = {path: name.sub(rb'\1 (anders)"', raw) for path, raw in route.files.items()}
    assert files != dict(route.files)
    return files


def test_a_changed_second_route_touches_no_case(any_house: House) -> None:
    any_house.begin(FIRST)
    any_house.begin(SECOND)
    before = all_rows(any_house.database)

    assert any_house.deploy(changed(any_house.routes[SECOND])) == 2

    after = all_rows(any_house.database)
    gone = {name: rows.keys() - after[name].keys() for name, rows in before.items()}
    assert {name: keys for name, keys in gone.items() if keys} == {}
    other = {
        name: [key for key, row in rows.items() if after[name][key] != row]
        for name, rows in before.items()
    }
    assert {name: keys for name, keys in other.items() if keys} == {}
    added = {name for name, rows in after.items() if rows.keys() - before[name].keys()}
    assert {"process_definitions", "route_files"} <= added
    assert added - {"process_definitions", "route_files", "audit_events"} == set()


def test_running_cases_stay_on_their_version_and_new_ones_follow_the_new(any_house: House) -> None:
    first = any_house.begin(FIRST)
    running = any_house.begin(SECOND, deeds=0)
    untouched = rows_of(any_house.database, [first.id])
    assert {"cases", "case_states", "user_tasks", "audit_events"} <= set(untouched)
    any_house.deploy(changed(any_house.routes[SECOND]))

    new = any_house.begin(SECOND, deeds=0)

    with any_house.database.reading() as session:
        version = {
            case_id: session.scalars(
                select(ProcessDefinition.version)
                .join(Case, Case.definition_id == ProcessDefinition.id)
                .where(Case.id == case_id)
            ).one()
            for case_id in (first.id, running.id, new.id)
        }
    assert version == {first.id: 1, running.id: 1, new.id: 2}
    assert not any(task.name.endswith(NEW) for task in open_tasks(any_house, running))
    assert all(task.name.endswith(NEW) for task in open_tasks(any_house, new))
    # The other route's case has not been looked at: each of its rows is what it was.
    assert rows_of(any_house.database, [first.id]) == untouched


def test_a_running_case_goes_on_upon_its_own_version(any_house: House) -> None:
    """Deployed while a case is between two steps: the next still follow the diagram it began on."""
    first = any_house.begin(FIRST)
    before = rows_of(any_house.database, [first.id])

    running = any_house.begin(
        SECOND, after=lambda: any_house.deploy(changed(any_house.routes[SECOND]))
    )

    names = _task_names(any_house, running)
    assert len(names) > 3
    assert not any(NEW in name for name in names)
    renamed = _task_names(any_house, any_house.begin(SECOND))
    assert all(NEW in name for name in renamed)
    assert sorted(name.replace(NEW, "") for name in renamed) == sorted(names)
    assert rows_of(any_house.database, [first.id]) == before


def _task_names(house: House, case: Case) -> list[str]:
    """The names of all user tasks that a case ever had."""
    with house.database.reading() as session:
        return list(session.scalars(select(UserTask.name).where(UserTask.case_id == case.id)))

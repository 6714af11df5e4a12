"""Signing in, throttling, sessions, one-time links, and what an administrator does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.definitions import latest, load
from engine.errors import NotAllowed, NotFound
from engine.models import LoginThrottle, OneTimeLink, Organisation, Person
from tasks import administration, people, throttle
from tasks.access import load_viewer
from tasks.demo import DEMO_PASSWORD, create_demo
from tasks.people import LinkInvalid, PasswordRefused, SignedIn, SignInRefused, SignInThrottled
from tasks.refusals import Invalid, WrongPassword
from tests.tasks.office import KEY, Office

GOOD = "vier woorden op een rij"
HERE = "192.0.2.1"


def with_password(office: Office, who: str = "sanne") -> SignedIn:
    now = office.clock.now()
    with office.database.transaction() as session:
        secret = people.issue_link(session, office.viewer(who).person_id, now)
        return people.use_link(session, secret, GOOD, now)


def sign_in(
    office: Office, password: str = GOOD, who: str = "sanne", address: str = HERE
) -> SignedIn | SignInRefused | SignInThrottled:
    with office.database.transaction() as session:
        return people.sign_in(session, who, password, address, office.clock.now())


def test_the_right_password_signs_in_whatever_the_case_of_the_name(office: Office) -> None:
    expected = with_password(office)
    assert sign_in(office, who=" SANNE ") == expected


def test_a_wrong_password_and_an_unknown_name_look_alike(office: Office) -> None:
    with_password(office)
    wrong, unknown = sign_in(office, "fout"), sign_in(office, who="niemand")
    assert isinstance(wrong, SignInRefused)
    assert isinstance(unknown, SignInRefused)
    assert wrong.text == unknown.text


def test_who_guesses_has_to_wait_longer_and_longer(office: Office) -> None:
    with_password(office)
    for _ in range(5):
        assert isinstance(sign_in(office, "fout"), SignInRefused)
    blocked = sign_in(office)
    assert isinstance(blocked, SignInThrottled)
    first_wait = blocked.until - office.clock.now()
    office.clock.turn_to(blocked.until)
    assert isinstance(sign_in(office, "fout"), SignInRefused)
    again = sign_in(office)
    assert isinstance(again, SignInThrottled)
    assert again.until - office.clock.now() == 2 * first_wait
    office.clock.turn_to(again.until)
    assert isinstance(sign_in(office), SignedIn)


def test_one_address_that_tries_many_names_has_to_wait(office: Office) -> None:
    with_password(office)
    with office.database.transaction() as session:
        for number in range(throttle.FREE_ATTEMPTS_PER_ADDRESS):
            throttle.failed(session, f"naam{number}", HERE, office.clock.now())
    assert isinstance(sign_in(office), SignInThrottled)
    assert isinstance(sign_in(office, address="192.0.2.99"), SignedIn)


def test_another_way_to_type_a_name_is_no_fresh_start(office: Office) -> None:
    with_password(office)
    for way in ("sanne", " Sanne", "sanne\x00", "\x00sanne ", "s\x00anne"):
        assert isinstance(sign_in(office, "fout", who=way), SignInRefused)
    for way in ("SANNE", "sa\x00nne", "sanne\x00\x00"):
        assert isinstance(sign_in(office, who=way), SignInThrottled)


def test_all_addresses_of_one_subscriber_count_as_one(office: Office) -> None:
    with_password(office)
    with office.database.transaction() as session:
        for number in range(throttle.FREE_ATTEMPTS_PER_ADDRESS):
            address = f"2001:db8:0:1::{number:x}"
            throttle.failed(session, f"naam{number}", address, office.clock.now())
    assert isinstance(sign_in(office, address="2001:db8:0:1:9:9:9:9"), SignInThrottled)
    assert isinstance(sign_in(office, address="2001:db8:0:2::1"), SignedIn)


def test_the_throttle_table_holds_no_names(office: Office) -> None:
    sign_in(office, "fout")
    with office.database.reading() as session:
        keys = session.scalars(select(LoginThrottle.key)).all()
    assert len(keys) == 2
    assert all(len(key) == 64 for key in keys)


@pytest.mark.parametrize("password", ["kort", "aaaaaaaaaaaaaaa", "ik ben sanne zelf", "x" * 201])
def test_a_password_that_is_easy_to_guess_is_refused(office: Office, password: str) -> None:
    now = office.clock.now()
    with office.database.transaction() as session:
        secret = people.issue_link(session, office.viewer("sanne").person_id, now)
    with office.database.transaction() as session, pytest.raises(PasswordRefused):
        people.use_link(session, secret, password, now)
    with office.database.reading() as session:
        assert people.link_person(session, secret, now).username == "sanne"


def test_a_link_works_once_and_for_a_day(office: Office) -> None:
    person_id = office.viewer("sanne").person_id
    now = office.clock.now()
    with office.database.transaction() as session:
        used = people.issue_link(session, person_id, now)
        people.use_link(session, used, GOOD, now)
        fresh = people.issue_link(session, person_id, now)
    with office.database.reading() as session:
        for secret, moment in (
            (used, now),
            (fresh, now + timedelta(hours=24)),
            ("verzonnen", now),
            ("\ud800", now),
        ):
            with pytest.raises(LinkInvalid):
                people.link_person(session, secret, moment)
        stored = session.scalars(select(OneTimeLink.secret_sha256)).one()
    assert fresh not in stored


def test_a_new_password_ends_every_other_session(office: Office) -> None:
    before = with_password(office)
    with office.database.transaction() as session:
        with pytest.raises(WrongPassword):
            people.change_password(
                session, before.person_id, "fout", GOOD + "!", office.clock.now()
            )
        after = people.change_password(
            session, before.person_id, GOOD, GOOD + "!", office.clock.now()
        )
    with office.database.reading() as session:
        assert load_viewer(session, before.person_id, before.session_epoch) is None
        assert load_viewer(session, after.person_id, after.session_epoch) is not None


def test_disabling_ends_sessions_and_signing_in(office: Office) -> None:
    signed_in = with_password(office)
    admin, now = office.viewer("admin"), office.clock.now()
    with office.database.transaction() as session:
        administration.disable(session, admin, signed_in.person_id, now)
    with office.database.reading() as session:
        assert load_viewer(session, signed_in.person_id, signed_in.session_epoch) is None
    assert isinstance(sign_in(office), SignInRefused)
    with office.database.transaction() as session:
        administration.enable(session, admin, signed_in.person_id, now)
    assert isinstance(sign_in(office), SignedIn)


def test_a_reset_takes_the_password_away(office: Office) -> None:
    signed_in = with_password(office)
    admin, now = office.viewer("admin"), office.clock.now()
    with office.database.transaction() as session:
        secret = administration.reset(session, admin, signed_in.person_id, now)
    assert isinstance(sign_in(office), SignInRefused)
    with office.database.transaction() as session:
        people.use_link(session, secret, GOOD, now)
    assert isinstance(sign_in(office), SignedIn)


def test_only_an_administrator_manages(office: Office) -> None:
    sanne, now = office.viewer("sanne"), office.clock.now()
    with office.database.reading() as session:
        for forbidden in (
            lambda: administration.people(session, sanne),
            lambda: administration.person(session, sanne, 1),
            lambda: administration.add_person(session, sanne, "x1", "X", "", now),
            lambda: administration.disable(session, sanne, 1, now),
            lambda: administration.enable(session, sanne, 1, now),
            lambda: administration.reset(session, sanne, 1, now),
            lambda: administration.make_administrator(session, sanne, sanne.person_id, now),
            lambda: administration.remove_administrator(session, sanne, 1, now),
            lambda: administration.add_membership(session, sanne, 1, 1, KEY, "manager", now),
            lambda: administration.remove_membership(session, sanne, 1, now),
            lambda: administration.organisations(session, sanne),
            lambda: administration.add_organisation(session, sanne, "x", "X", ""),
            lambda: administration.change_organisation(session, sanne, 1, "X", ""),
            lambda: administration.add_party(session, sanne, 1, KEY, "zorg"),
            lambda: administration.remove_party(session, sanne, 1),
            lambda: administration.routes(session, sanne),
            lambda: administration.incidents(session, sanne),
        ):
            with pytest.raises(NotAllowed):
                forbidden()


def test_an_administrator_adds_an_organisation_and_a_person_with_a_role(office: Office) -> None:
    admin, now = office.viewer("admin"), office.clock.now()
    with office.database.transaction() as session:
        place = administration.add_organisation(session, admin, "de-kade", "De Kade", "")
        new = administration.add_person(session, admin, "Nora", "Nora Bos", "n@example.org", now)
        with pytest.raises(Invalid) as invalid:
            administration.add_membership(session, admin, new.person_id, place, KEY, "manager", now)
        assert invalid.value.field == "organisation"
        administration.add_party(session, admin, place, KEY, "zorg")
        administration.add_membership(session, admin, new.person_id, place, KEY, "manager", now)
        row = administration.person(session, admin, new.person_id)
        people.use_link(session, new.secret, GOOD, now)
    assert (row.username, row.has_password) == ("nora", False)
    assert [(one.organisation, one.role_name) for one in row.memberships] == [
        ("De Kade", "Manager")
    ]
    assert office.viewer("nora").organisations == {place: "De Kade"}


@pytest.mark.parametrize("name", ["x", "met spatie", "a" * 101, "sanne", "Sanne ", "-x1", ""])
def test_a_user_name_that_cannot_be_or_is_taken_is_refused(office: Office, name: str) -> None:
    admin = office.viewer("admin")
    with office.database.reading() as session, pytest.raises(Invalid):
        administration.add_person(session, admin, name, "Naam", "", office.clock.now())


def test_an_administrator_cannot_lock_himself_out(office: Office) -> None:
    admin, now = office.viewer("admin"), office.clock.now()
    with office.database.reading() as session:
        with pytest.raises(Invalid):
            administration.disable(session, admin, admin.person_id, now)
        with pytest.raises(Invalid):
            administration.remove_administrator(session, admin, admin.person_id, now)
        with pytest.raises(NotFound):
            administration.disable(session, admin, 999_999, now)


def test_routes_are_listed_with_their_open_cases(office: Office) -> None:
    office.start()
    with office.database.reading() as session:
        (row,) = administration.routes(session, office.viewer("admin"))
    assert (row.key, row.version, row.open_cases) == (KEY, 1, 1)
    assert [role.label for role in row.roles] == ["Begeleider", "Manager", "Beoordelaar"]


def test_the_first_administrator_gets_a_link_until_there_is_one(office: Office) -> None:
    now = office.clock.now()
    with office.database.transaction() as session:
        first = people.first_administrator(session, now)
        second = people.first_administrator(session, now)
        assert first is not None
        assert second is not None
        with pytest.raises(LinkInvalid):
            people.link_person(session, first, now)
        people.use_link(session, second, GOOD, now)
        assert people.first_administrator(session, now) is None


def test_the_demonstration_is_made_once_and_can_sign_in(office: Office) -> None:
    now = office.clock.now()
    with office.database.transaction() as session:
        config = load(session, latest(session, KEY).id).config
        before = len(session.scalars(select(Person)).all())
        accounts = create_demo(session, config, now)
        assert create_demo(session, config, now) == accounts
        # Sanne, Fatima and both organisations are there already; only the administrator is new.
        assert len(session.scalars(select(Person)).all()) == before + 1
        assert len(session.scalars(select(Organisation)).all()) == 4
    assert [one.username for one in accounts] == ["sanne", "fatima", "beheer"]
    assert accounts[0].roles == ("Begeleider", "Manager")
    assert isinstance(sign_in(office, DEMO_PASSWORD, who="beheer"), SignedIn)

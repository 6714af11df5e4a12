"""The shipped routes as axe and the keyboard see them: every form, every page, each role."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from engine.models import (
    Attachment,
    Case,
    FormRecord,
    MessageSubscription,
    OutboxMessage,
    UserTask,
    UserTaskStatus,
)
from tasks.access import Viewer
from tests.browser.harness import (
    NARROW,
    RULES_OF_LAYOUT,
    WIDE,
    assert_no_axe_violations,
    serve,
)
from tests.browser.shipped import FORM_PAGE, ROUTES, Shipped, shipped
from tests.browser.test_pages import NOT_A_PAGE, become
from tests.webui.everything import addresses

# Writes down where the focus comes, and whether it can be seen there.
WATCH_FOCUS = """() => {
    window.came = [];
    window.unseen = [];
    document.addEventListener("focusin", (event) => {
        const here = event.target;
        came.push(here.id || here.name + "=" + here.value);
        const box = here.getBoundingClientRect();
        const style = getComputedStyle(here);
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const covered = top && !here.contains(top) && !top.contains(here);
        if (style.outlineStyle === "none" || box.width === 0 || covered) {
            unseen.push(here.id || here.name);
        }
    });
}"""
# Every control of the form that a person must be able to reach; of radio buttons one a group.
CONTROLS = """() => {
    const groups = new Set();
    const reach = [];
    const form = document.querySelector("main form[action='/taken/1']");
    for (const one of form.querySelectorAll("input, select, textarea, button")) {
        if (one.type === "hidden" || one.tabIndex < 0 || one.disabled) continue;
        if (!one.checkVisibility()) continue;
        if (one.type === "radio") {
            if (groups.has(one.name)) continue;
            groups.add(one.name);
            const chosen = document.querySelector(`input[name="${one.name}"]:checked`);
            reach.push((chosen || one).id);
            continue;
        }
        reach.push(one.id || one.name + "=" + one.value);
    }
    return reach;
}"""


@pytest.fixture(scope="module", params=ROUTES, ids=lambda folder: folder.name)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shipped, str]]:
    with (
        shipped(request.param, tmp_path_factory.mktemp("var")) as found,
        serve(found.site.app) as address,
    ):
        yield found, address


def test_every_form_is_accessible_wide_and_narrow_and_by_keyboard(
    page: Page, running: tuple[Shipped, str]
) -> None:
    found, address = running
    become(page, found.site, address, next(found.people())[1].username)
    within = "html"  # what is around the form is the same on every page: once is enough
    for form_id in found.route.forms:
        page.set_viewport_size({"width": WIDE["width"], "height": WIDE["height"]})
        answer = page.goto(f"{address}{FORM_PAGE}{form_id}")
        assert answer is not None
        assert answer.ok, form_id
        assert_no_axe_violations(page, within=within)
        _assert_reachable(page)
        page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
        assert_no_axe_violations(page, RULES_OF_LAYOUT, within)
        within = "main form[action='/taken/1']"


def _assert_reachable(page: Page) -> None:
    """Tab goes through all controls of the form, in the order of the page, and is seen there."""
    wanted = page.evaluate(CONTROLS)
    page.evaluate(WATCH_FOCUS)
    for _ in range(len(wanted) // 3 + 5):  # a date has three places in one control
        for _ in range(10):
            page.keyboard.press("Tab")
        if page.evaluate("(last) => came.includes(last)", wanted[-1]):
            break
    came = list(dict.fromkeys(page.evaluate("came")))
    assert [name for name in came if name in wanted] == wanted, page.url
    assert page.evaluate("unseen") == [], page.url


def test_every_page_is_accessible_for_every_role_that_takes_part(
    page: Page, running: tuple[Shipped, str]
) -> None:
    found, address = running
    seen: set[str] = set()
    opened: dict[str, int] = {}
    for role, viewer in found.people():
        become(page, found.site, address, viewer.username)
        looking = found.site.signed_in(viewer.username)
        for endpoint, method, path in addresses(found.site, _values(found, viewer)):
            if method != "GET" or endpoint in NOT_A_PAGE | {"test_form"}:
                continue
            answer = looking.get(path)
            assert answer.status_code < 500, path
            shape = _shape(answer.text)
            if answer.status_code != 200 or shape in seen:
                continue  # a refusal, or a page built of the same parts as one before
            seen.add(shape)
            opened[role] = opened.get(role, 0) + 1
            page.goto(address + path)
            for size, rules in ((WIDE, None), (NARROW, RULES_OF_LAYOUT)):
                page.set_viewport_size({"width": size["width"], "height": size["height"]})
                assert_no_axe_violations(page, rules)
    assert len(opened) > 1
    assert max(opened.values()) > 10


def _shape(html: str) -> str:
    """How a page is built: its tags with their classes and roles, each run of the same once."""
    tags = re.findall(r"<(\w+)[^>]*?(?:class=\"([^\"]*)\")?[^>]*>", html)
    return " ".join(dict.fromkeys(f"{name}.{kind}" for name, kind in tags))


class Values(dict[str, object]):
    """What fills in the addresses; the number one for what is not in it."""

    def __missing__(self, _name: str) -> object:
        return 1


def _values(found: Shipped, viewer: Viewer) -> Values:
    """What fills in the addresses: of the case what this person may see, as far as there is."""
    number = found.number
    own = sorted(viewer.organisations_on(found.route.key))
    roles = {seat.role for seat in viewer.seats}
    with found.stage.database.reading() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        task = session.scalars(
            select(UserTask.id)
            .where(
                UserTask.case_id == case.id,
                UserTask.status == UserTaskStatus.OPEN,
                UserTask.organisation_id.in_(own),
                UserTask.role.in_(roles),
            )
            .limit(1)
        ).first()
        record = session.scalars(
            select(FormRecord.id)
            .where(FormRecord.case_id == case.id, FormRecord.organisation_id.in_(own))
            .order_by(FormRecord.id.desc())
        ).first()
        letter = session.scalars(
            select(OutboxMessage.id).where(
                OutboxMessage.case_id == case.id, OutboxMessage.sender_organisation_id.in_(own)
            )
        ).first()
        token = session.scalars(
            select(MessageSubscription.token).where(
                MessageSubscription.case_id == case.id, MessageSubscription.role.in_(roles)
            )
        ).first()
        file = session.scalars(select(Attachment.id).where(Attachment.case_id == case.id)).first()
    terms = found.route.config.terms
    values = {
        "number": number,
        "task_id": task or 1,
        "record_id": record or 1,
        "letter_id": letter or 1,
        "token": token or "geen",
        "attachment_id": file or 1,
        "incident_id": 1,
        "file": next(iter(found.route.diagrams.processes.values())).file,
        "person_id": viewer.person_id,
        "membership_id": 1,
        "organisation_id": own[0],
        "party_id": 1,
        "route_key": found.route.key,
        "queue": "mijn",
        "verb": "uitzetten",
        "secret": "geheim",
        "form_id": found.route.config.start_form,
        "term_id": next((term.id for term in terms.values() if term.may_change), "geen"),
        "shelf": "straks",
        "day": "2026-05-18",
    }
    return Values(values)

"""Why a task is due when it is: on the task's page, and from the worklist, without a script."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from engine.models import UserTask
from tests.webui.site import TALK, Site

STEP = re.compile(r'<li class="utrecht-ordered-list__item">(.*?)</li>')


def steps(page: str) -> list[str]:
    return [html.unescape(step) for step in STEP.findall(page)]


def test_working_days_are_explained_step_by_step(site: Site) -> None:
    number = site.start_case()
    sanne = site.signed_in("sanne")
    page = sanne.get(f"/taken/{site.task(number, 'Gesprek')}").text
    assert "<details" in page
    assert steps(page) == [
        "De termijn begint op maandag 18 mei 2026. Die dag telt niet mee.",
        "De termijn duurt 5 werkdagen. Zaterdagen, zondagen en feestdagen tellen niet mee. "
        "De laatste dag is dan dinsdag 26 mei 2026.",
        "De laatste dag is dinsdag 26 mei 2026. De termijn eindigt aan het einde van die dag.",
    ]


def test_a_statutory_term_tells_what_the_act_does(site: Site) -> None:
    number = site.case_with_the_municipality()
    karim = site.signed_in("karim")
    task_id = site.task(number, "Besluiten")
    said = steps(karim.get(f"/taken/{task_id}").text)
    assert said[0] == "De termijn begint op vrijdag 15 mei 2026. Die dag telt niet mee."
    assert any("Algemene termijnenwet" in step for step in said)
    assert steps(karim.get(f"/taken/{task_id}/termijn").text) == said


def test_the_worklist_leads_to_the_reasons_of_each_date(site: Site) -> None:
    number = site.start_case()
    page = site.signed_in("sanne").get("/taken/groepen").text
    path = f"/taken/{site.task(number, 'Gesprek')}/termijn"
    assert f'href="{path}"' in page
    answer = site.signed_in("sanne").get(path)
    assert len(steps(answer.text)) == 3
    assert "dinsdag 26 mei 2026" in answer.text


def test_a_deadline_that_the_expression_does_not_give_any_more_is_not_explained(
    site: Site,
) -> None:
    number = site.start_case()
    with site.database.transaction() as session:
        session.execute(update(UserTask).values(due_day=date(2026, 7, 1)))
    page = site.signed_in("sanne").get(f"/taken/{site.task(number, 'Gesprek')}/termijn").text
    assert steps(page) == []
    assert "Wij kunnen nu niet laten zien" in page


def test_a_task_that_is_done_needs_no_reasons(site: Site) -> None:
    number = site.start_case()
    task_id = site.task(number, "Gesprek")
    sanne = site.signed_in("sanne")
    sanne.post(f"/taken/{task_id}", TALK)
    assert steps(sanne.get(f"/taken/{task_id}/termijn").text) == []


@pytest.mark.parametrize(("days", "said"), [(0, "over 8 dagen"), (9, "1 dag te laat")])
def test_what_is_late_says_so_in_words(site: Site, days: int, said: str) -> None:
    number = site.start_case()
    site.clock.turn_by(timedelta(days=days))
    page = site.signed_in("sanne").get(f"/taken/{site.task(number, 'Gesprek')}").text
    assert said in page
    assert ("status-badge--danger" in page) is (days > 0)


def test_nobody_reads_the_reasons_of_a_task_in_a_case_of_others(site: Site) -> None:
    number = site.start_case()
    path = f"/taken/{site.task(number, 'Gesprek')}/termijn"
    assert site.signed_in("noor").get(path).status_code == 404
    assert site.signed_in("beheer").get(path).status_code == 404

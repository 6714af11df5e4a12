"""What a scenario can do and expect; every expectation can fail, and says what it found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.models import CaseStatus
from tasks import ending
from tasks.scenarios.player import Player
from tasks.scenarios.script import ScriptRefused, read_script
from tasks.scenarios.stage import Scenery
from tests.scenarios.conftest import BEGIN, Play

GELEEND = '[[stap]]\nstuk = "geleend"\n'


@pytest.mark.parametrize(
    ("steps", "text"),
    [
        ('[[stap]]\nverwacht.taken = { Vraag = "" }', None),
        (
            "[[stap]]\nverwacht.taken = { Vraag = 2026-03-10 }",
            "stap 1: taken: verwacht {Vraag 2026-03-10}, maar het is {Vraag zonder datum}.",
        ),
        (
            "[[stap]]\nverwacht.taken = { }",
            "stap 1: taken: verwacht {}, maar het is {Vraag zonder datum}.",
        ),
        (
            GELEEND + "verwacht.timers = { }",
            "stap 1: timers: verwacht {}, maar het is {TeLaat 2026-03-30}.",
        ),
        (
            GELEEND + 'verwacht.brieven = ["herinnering"]',
            "stap 1: brieven: verwacht [herinnering], maar het is [].",
        ),
        (GELEEND + "verwacht.waar = ['boeken = 2']", "stap 1: dit is niet waar: boeken = 2"),
        (GELEEND + "verwacht.waar = ['soort = \"gewoon\"', 'waarom = null']", None),
        (
            GELEEND + 'verwacht.status = "afgerond"',
            "stap 1: status: verwacht afgerond, maar het is open.",
        ),
        (
            GELEEND + 'verwacht.einde = "Einde"',
            "stap 1: einde: verwacht Einde, maar het is nog open.",
        ),
        (GELEEND + 'verwacht.ziet = { bea = ["Vraag"] }', None),
        (GELEEND + 'verwacht.ziet = { bea = ["Terug"] }', "stap 1: bea ziet niet: Terug"),
        (
            GELEEND + 'verwacht.ziet_niet = { bea = ["Vraag"] }',
            "stap 1: bea ziet, maar mag niet zien: Vraag",
        ),
        ('[[stap]]\ntaak = "Terug"', "stap 1: de taak 'Terug' wacht niet. Er wacht: Vraag."),
        ('[[stap]]\ntaak = "Vraag"\ndoor = "piet"', "stap 1: Er is niemand die 'piet' heet."),
        (
            '[[stap]]\ntaak = "Vraag"\nantwoorden = { kleur = "rood" }',
            "stap 1: het formulier vroeg niet naar: kleur",
        ),
        (
            '[[stap]]\ntaak = "Vraag"\nantwoorden = { waarom = "Zomaar." }',
            "stap 1: het formulier vroeg niet naar: waarom",
        ),
        ('[[stap]]\ntaak = "Vraag"\ntoont = ["Dag Cas Leesgraag."]', None),
        ('[[stap]]\nknop = "verloren"', "stap 1: er is nu geen knop voor 'verloren'."),
        ("[[stap]]\nnaar = 2026-03-08", "stap 1: de tijd kan niet terug."),
        ('[[stap]]\nzaak = "gekoppeld"', "stap 1: er is geen gekoppelde zaak."),
        (
            '[[stap]]\ncorrigeer = "Vraag"\nantwoorden = { vanaf = 2026-03-01 }',
            "stap 1: 'Vraag' is nog niet ingevuld.",
        ),
    ],
)
def test_what_waits_is_exactly_what_is_expected(play: Play, steps: str, text: str | None) -> None:
    assert play(steps) == text


def test_a_page_that_does_not_show_a_text_fails_with_what_it_shows(play: Play) -> None:
    text = play('[[stap]]\ntaak = "Vraag"\ntoont = ["Dag Dirk."]')

    assert text is not None
    assert text.startswith(
        "stap 1: de pagina toont niet 'Dag Dirk.'. Zij toont: Dag Cas Leesgraag."
    )


def test_an_answer_that_brings_up_a_question_is_followed_by_its_answer(play: Play) -> None:
    steps = """
[[stap]]
taak = "Vraag"
antwoorden = { boeken = 4 }
verwacht.waar = ['waarom = "Het is vakantie."', 'soort = "veel"']
verwacht.einde = "EindeVeel"
"""
    assert play(steps) is None


def test_a_wrong_answer_is_refused_at_its_field_and_the_task_still_waits(play: Play) -> None:
    steps = """
[[stap]]
taak = "Vraag"
antwoorden = { boeken = 0 }
fouten = ["boeken"]
verwacht.taken = { Vraag = "" }
"""
    assert play(steps) is None
    assert play(steps.replace("boeken = 0", "boeken = 1")) == (
        "stap 1: fouten in het formulier: geen"
    )
    unexpected = play(steps.replace('fouten = ["boeken"]\n', ""))
    assert unexpected is not None
    assert unexpected.startswith("stap 1: fouten in het formulier: ")


def test_a_refusal_must_be_expected_and_an_expected_one_must_come(play: Play) -> None:
    four_eyes = '[[stap]]\nstuk = "geleend"\n[[stap]]\ntaak = "Terug"\ndoor = "bea"\n'
    own = four_eyes.replace('stuk = "geleend"', 'taak = "Vraag"\ndoor = "bea"')

    assert play(own + 'geweigerd = "mag deze taak niet doen"') is None
    assert (play(own) or "").startswith("stap 2: geweigerd: ")
    assert play(four_eyes + 'geweigerd = "mag deze taak niet doen"') == (
        "stap 2: had geweigerd moeten worden met: mag deze taak niet doen"
    )


def test_timers_fire_at_their_own_moment_while_time_passes(play: Play) -> None:
    steps = """
[[stap]]
stuk = "geleend"
verwacht.timers = { TeLaat = "=vanaf + duration(\\"P21D\\")" }
[[stap]]
spring = "P21D"
verwacht.brieven = []
[[stap]]
naar = 2026-03-30T23:59:59
verwacht.brieven = []
[[stap]]
spring = "PT1S"
verwacht.brieven = ["herinnering"]
verwacht.brieftekst = { herinnering = "Breng het boek terug." }
"""
    assert play(steps) is None
    assert (play(steps.replace("het boek terug.", "alles terug.")) or "").startswith(
        "stap 4: brief 'herinnering': er staat niet 'Breng alles terug.'. Er staat: "
    )


def test_a_corrected_fact_moves_timer_and_due_date(play: Play) -> None:
    steps = """
[[stap]]
stuk = "geleend"
[[stap]]
corrigeer = "Vraag"
antwoorden = { vanaf = 2026-03-01 }
reden = "Het boek was er al eerder."
verwacht.taken = { Terug = 2026-03-22 }
verwacht.timers = { TeLaat = 2026-03-22 }
[[stap]]
corrigeer = "Vraag"
antwoorden = { vanaf = 2026-02-01 }
reden = " "
fouten = ["reden"]
verwacht.taken = { Terug = 2026-03-22 }
[[stap]]
corrigeer = "Vraag"
antwoorden = { vanaf = 2026-02-01 }
verwacht.timers = { }
verwacht.brieven = ["herinnering"]
"""
    assert play(steps) is None


def test_a_button_is_pressed_with_its_form(play: Play) -> None:
    steps = """
[[stap]]
stuk = "geleend"
[[stap]]
knop = "verloren"
antwoorden = { verlorenOp = "" }
fouten = ["verlorenOp"]
verwacht.taken = { Terug = 2026-03-30 }
[[stap]]
knop = "verloren"
verwacht.taken = { }
verwacht.timers = { }
verwacht.einde = "EindeVerloren"
verwacht.waar = ['verlorenOp = date("2026-03-09")']
"""
    assert play(steps) is None


def test_a_case_ends_for_a_reason_of_the_route(play: Play) -> None:
    steps = """
[[stap]]
stuk = "geleend"
[[stap]]
beeindig = "opgezegd"
toelichting = "Verhuisd."
verwacht.taken = { }
verwacht.timers = { }
verwacht.status = "beeindigd"
verwacht.einde = "opgezegd"
"""
    assert play(steps) is None


def test_a_task_is_put_on_the_name_of_a_colleague(play: Play) -> None:
    steps = """
[[stap]]
wijs_toe = "Vraag"
aan = "bea"
[[stap]]
taak = "Vraag"
[[stap]]
taak = "Terug"
door = "bea"
geweigerd = "mag deze taak niet doen"
"""
    assert play(steps) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("begin = ", "dit is geen leesbare TOML"),
        ('naam = "Proef"', "'begin' moet een lokale datum met tijd zijn."),
        ("begin = 2026-03-09T10:00:00Z", "'begin' moet een lokale datum met tijd zijn."),
        (BEGIN + "kleur = 1", "bovenaan staat een onbekend woord: kleur."),
        (BEGIN + "[[stap]]\nkleur = 1", "in stap 1 staat een onbekend woord: kleur."),
        (
            BEGIN + '[[stap]]\ntaak = "Vraag"\nspring = "P1D"',
            "in stap 1 staan er twee dingen tegelijk: taak, spring.",
        ),
        (
            BEGIN + "[[stap]]\nverwacht.kleur = 1",
            "in stap 1, bij 'verwacht', staat een onbekend woord: kleur.",
        ),
        (
            BEGIN + '[[stap]]\nstuk = "geleend"\ntaak = "Vraag"',
            "in stap 1 staat een onbekend woord: taak.",
        ),
    ],
)
def test_a_file_that_is_no_scenario_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "fout.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ScriptRefused) as refused:
        read_script(path)

    assert said in refused.value.text
    assert refused.value.text.startswith("fout.toml: ")


def test_a_copy_of_the_stage_changes_nothing_of_the_stage(scenery: Scenery, folder: Path) -> None:
    script = read_script(folder / "scenarios" / "te-laat.toml")
    with scenery.stage(script.begin) as stage:
        Player(replace(script, deeds=()), stage).play()
        with stage.copy() as copy:
            ali = copy.viewer("ali")
            ending.end(copy.database, copy.number, "opgezegd", "Verhuisd.", ali, copy.now)
            assert copy.case().status is CaseStatus.CLOSED
        assert stage.case().status is CaseStatus.OPEN

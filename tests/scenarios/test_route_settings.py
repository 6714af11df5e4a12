"""What a process owner changes in ``route.toml`` of a shipped route is what the next case meets."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.routes import read_folder
from tasks.scenarios.outcome import Failed
from tasks.scenarios.player import Player
from tasks.scenarios.script import read_script
from tasks.scenarios.stage import Scenery
from tests.house.sources import ROOT

Play = Callable[[str, str, str], None]
LAST_PIECE = '  { label = "Akkoordbrief van de veldtafel", value = "akkoordbrief" },\n'
MORE_PIECES = LAST_PIECE + '  { label = "Inkomensverklaring", value = "inkomen" },\n'
TO_THE_PIECES = """
naam = "Tot de stukken"
begin = 2026-03-02T09:00:00
[[stap]]
stuk = "tot-de-evaluatie"
[[stap]]
stuk = "tot-het-akkoord"
[[stap]]
taak = "Taak_Urgentieaanvraag"
[[stap]]
taak = "Taak_BenodigdStuk"
[[stap]]
taak = "Taak_BenodigdStuk"
"""
MISSING = """
verwacht.taken = { Taak_BenodigdStuk = "", Taak_Hersteltrajectevaluatie = 2027-03-02 }
[[stap]]
taak = "Taak_BenodigdStuk"
toont = ["Inkomensverklaring"]
verwacht.taken = { Taak_UrgentieVersturen = "", Taak_Hersteltrajectevaluatie = 2027-03-02 }
"""
COMPLETE = """
verwacht.taken = { Taak_UrgentieVersturen = "", Taak_Hersteltrajectevaluatie = 2027-03-02 }
"""
LETTER_OF_RENEWAL = """
naam = "De brief over verlengen"
begin = 2026-03-02T09:00:00
[[stap]]
taak = "Taak_WoningNet"
antwoorden = { woningNetTot = 2027-03-31 }
[[stap]]
naar = 2027-02-04T09:00:00
verwacht.brieftekst = { woningnet-verlengen = "Dat kost € 9,50 voor een jaar." }
"""


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Play a scenario on the route in which one text of ``route.toml`` was replaced."""

    def played(old: str, new: str, scenario: str) -> None:
        folder = tmp_path / "route"
        shutil.copytree(ROOT / "processes" / "amsterdam", folder)
        config = folder / "route.toml"
        assert config.read_text().count(old) == 1
        config.write_text(config.read_text().replace(old, new))
        script = folder / "scenarios" / "proef.toml"
        script.write_text(scenario)
        with Scenery.build(read_folder(folder)) as scenery:
            read = read_script(script)
            with scenery.stage(read.begin) as stage:
                Player(read, stage).play()

    return played


def test_a6_a_document_added_to_the_list_is_demanded_before_sending(play: Play) -> None:
    play(LAST_PIECE, MORE_PIECES, TO_THE_PIECES + MISSING)


def test_a6_without_it_the_two_documents_of_the_source_are_enough(play: Play) -> None:
    play(LAST_PIECE, LAST_PIECE, TO_THE_PIECES + COMPLETE)


def test_a6_a_list_that_asks_more_does_not_let_the_application_go_earlier(play: Play) -> None:
    with pytest.raises(Failed, match="Taak_UrgentieVersturen"):
        play(LAST_PIECE, MORE_PIECES, TO_THE_PIECES + COMPLETE)


def test_a5_a_price_with_a_later_date_is_the_price_from_that_date(play: Play) -> None:
    price = "waarde = 8, bron = "
    later = 'waarde = 8, bron = "infoblad" }, { vanaf = 2027-01-01, waarde = 9.5, bron = '
    play(price, later, LETTER_OF_RENEWAL)

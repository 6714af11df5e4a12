"""The installation that other browser tests stand on: somebody can sign in and out."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.harness import assert_no_axe_violations
from tests.browser.live import Installation


def test_people_of_the_demonstration_can_sign_in_and_out(
    page: Page, installation: Installation
) -> None:
    accounts = installation.demonstration.accounts
    assert len(accounts) > 1
    for account in (accounts[0], accounts[-1]):
        installation.sign_in(page, account.username)
        expect(page.get_by_text(account.name).first).to_be_visible()
        page.get_by_role("button", name="Uitloggen").click()
        page.get_by_label("Gebruikersnaam").wait_for()


def test_the_page_for_signing_in_has_no_axe_violation(
    any_page: Page, installation: Installation
) -> None:
    any_page.goto(installation.url)
    assert_no_axe_violations(any_page)


def test_a_wrong_password_is_said_in_words(page: Page, installation: Installation) -> None:
    page.goto(installation.url)
    page.get_by_label("Gebruikersnaam").fill("niemand")
    page.get_by_label("Wachtwoord").fill("verkeerd")
    page.get_by_role("button", name="Inloggen").click()
    expect(page.get_by_role("alert")).to_be_visible()

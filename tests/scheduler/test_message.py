"""A letter as a mail message."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.message import Mail, MessageInvalid, compose
from tests.scheduler.conftest import MONDAY, letter

SENDER = "Thuisroute <thuisroute@example.org>"


def parsed(mail: Mail) -> EmailMessage:
    message = message_from_bytes(mail.as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_has_a_plain_text_and_an_html_form_with_the_same_words() -> None:
    message = parsed(compose(letter(), SENDER, MONDAY))
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert message.get_content_type() == "multipart/alternative"
    assert plain is not None
    assert html is not None
    assert "Er is een woning voor u: € 700 per maand." in plain.get_content()
    assert "<p>Er is een woning voor u: € 700 per maand.</p>" in html.get_content()


def test_a_letter_carries_the_message_id_of_its_row_and_the_time_of_the_clock() -> None:
    row = letter(message_id="<brief-7@thuisroute.example.org>")
    message = parsed(compose(row, SENDER, MONDAY))
    assert message["Message-ID"] == "<brief-7@thuisroute.example.org>"
    assert message["Date"] == "Mon, 18 May 2026 08:30:00 +0200"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == SENDER


def test_every_recipient_has_a_line_of_its_own_in_the_row() -> None:
    mail = compose(letter(recipients="a@example.org\nb@example.org\n"), SENDER, MONDAY)
    assert mail.recipients == ("a@example.org", "b@example.org")
    assert parsed(mail)["To"] == "a@example.org, b@example.org"


@pytest.mark.parametrize(
    "recipients",
    [
        "",
        "jan",
        "jan@example.org, piet@example.org",
        "jan@example.org\rBcc: piet@example.org",
        "Jan <jan@example.org>",
        "jan@example.org\x00",
        "@example.org",
    ],
)
def test_an_address_that_is_not_exactly_one_address_is_refused(recipients: str) -> None:
    with pytest.raises(MessageInvalid) as refusal:
        compose(letter(recipients=recipients), SENDER, MONDAY)
    assert "@" not in refusal.value.text


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["\r\n", "\n", "\r", "\x85", "\u2028", "\0", "\v"]))
def test_no_subject_can_add_a_header(words: str, line_end: str) -> None:
    row = letter(subject=f"{words}{line_end}Bcc: piet@example.org{line_end}{line_end}Lees dit")
    message = parsed(compose(row, SENDER, MONDAY))
    assert message["Bcc"] is None
    assert len(message.get_all("Subject", [])) == 1
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_no_message_id_can_add_a_header() -> None:
    row = letter(message_id="<a@example.org>\r\nBcc: piet@example.org")
    assert parsed(compose(row, SENDER, MONDAY))["Bcc"] is None


def test_a_wrong_sender_is_said_to_be_a_setting() -> None:
    with pytest.raises(MessageInvalid, match="MAIL_FROM"):
        compose(letter(), "geen adres", MONDAY)

"""Into a folder, or to a real mail server that accepts, refuses or goes away."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from engine.config import Settings, SmtpSecurity
from scheduler.message import Mail, compose
from scheduler.transports import (
    FolderTransport,
    MailDeferred,
    MailRejected,
    MailUnavailable,
    SmtpTransport,
    file_name,
    transport_for,
)
from tests.scheduler.conftest import MONDAY, letter
from tests.scheduler.mailserver import (
    CERTIFICATE,
    Postman,
    free_port,
    mail_server,
    protected_mail_server,
    settings_for,
)

# aiosmtpd does not see that a connection it was given is protected already.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


def a_mail(recipients: str = "jan@example.org", message_id: str = "<brief-1@thuisroute>") -> Mail:
    row = letter(recipients=recipients, message_id=message_id)
    return compose(row, "thuisroute@example.org", MONDAY)


def test_a_message_becomes_a_file_named_after_its_message_id(tmp_path: Path) -> None:
    mail = a_mail()
    FolderTransport(tmp_path / "mail").send(mail)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "brief-1@thuisroute.eml"
    assert file.read_bytes() == mail.as_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_same_message_twice_is_one_file(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path)
    transport.send(a_mail())
    transport.send(a_mail())
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("message_id", ["<../../etc/passwd>", "<a/b@c>", "<..>", "<.x@y>"])
def test_no_message_id_leads_out_of_the_folder(message_id: str) -> None:
    name = file_name(message_id)
    assert "/" not in name
    assert not name.startswith("..")


def test_a_folder_that_cannot_be_written_is_a_passing_problem(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file, not a folder")
    with pytest.raises(MailUnavailable):
        FolderTransport(tmp_path / "mail").send(a_mail())


def test_nothing_is_sent_until_a_mail_server_is_set_up(tmp_path: Path) -> None:
    settings = Settings.from_environment({"THUISROUTE_VAR": str(tmp_path)})
    assert isinstance(transport_for(settings), FolderTransport)
    with_server = Settings.from_environment({"SMTP_HOST": "mail.example.org"})
    assert isinstance(transport_for(with_server), SmtpTransport)


def test_a_mail_server_gets_the_message_for_every_recipient() -> None:
    postman = Postman()
    with mail_server(postman) as smtp:
        SmtpTransport(smtp).send(a_mail("a@example.org\nb@example.org"))
    assert postman.message_ids() == ["<brief-1@thuisroute>"]
    assert postman.envelopes == [("thuisroute@example.org", ("a@example.org", "b@example.org"))]


def test_a_server_that_says_later_defers_the_message() -> None:
    with mail_server(Postman(answer="451 try again")) as smtp, pytest.raises(MailDeferred):
        SmtpTransport(smtp).send(a_mail())


def test_a_server_that_says_never_rejects_it_and_its_answer_with_the_address_is_not_kept() -> None:
    postman = Postman(refused={"jan@example.org": "550 jan@example.org is unknown here"})
    with mail_server(postman) as smtp, pytest.raises(MailRejected) as problem:
        SmtpTransport(smtp).send(a_mail())
    assert problem.value.text == "De mailserver weigert de brief (code 550)."


def test_when_one_of_two_recipients_is_refused_it_is_told() -> None:
    postman = Postman(refused={"b@example.org": "450 later"})
    with mail_server(postman) as smtp, pytest.raises(MailDeferred):
        SmtpTransport(smtp).send(a_mail("a@example.org\nb@example.org"))


def test_a_server_that_is_not_there_makes_all_mail_wait() -> None:
    with pytest.raises(MailUnavailable):
        SmtpTransport(settings_for(free_port())).send(a_mail())


def test_a_server_that_does_not_answer_makes_all_mail_wait() -> None:
    postman = Postman(delay_seconds=1.0)
    with mail_server(postman) as smtp, pytest.raises(MailUnavailable):
        SmtpTransport(smtp, timeout=0.2).send(a_mail())


def test_a_letter_never_leaves_in_plain_text_when_starttls_was_asked_for() -> None:
    postman = Postman()
    with mail_server(postman) as smtp:
        asked = settings_for(smtp.port, SmtpSecurity.STARTTLS)
        with pytest.raises(MailUnavailable, match="SMTP-instellingen"):
            SmtpTransport(asked).send(a_mail())
    assert postman.received == []


def test_a_plain_server_behind_the_tls_setting_gets_nothing() -> None:
    postman = Postman()
    with mail_server(postman) as smtp:
        asked = settings_for(smtp.port, SmtpSecurity.TLS)
        with pytest.raises(MailUnavailable):
            SmtpTransport(asked, timeout=1).send(a_mail())
    assert postman.received == []


def test_a_server_that_does_not_know_our_password_makes_all_mail_wait() -> None:
    with mail_server(Postman()) as smtp:
        signed = dataclasses.replace(smtp, user="thuisroute", password="geheim")
        with pytest.raises(MailUnavailable):
            SmtpTransport(signed).send(a_mail())


PROTECTED = pytest.mark.parametrize("security", [SmtpSecurity.STARTTLS, SmtpSecurity.TLS])


@PROTECTED
def test_a_letter_leaves_over_tls_with_our_password(
    security: SmtpSecurity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    postman = Postman()
    with protected_mail_server(postman, security) as smtp:
        SmtpTransport(smtp).send(a_mail())
    assert postman.message_ids() == ["<brief-1@thuisroute>"]


@PROTECTED
def test_a_wrong_password_makes_all_mail_wait(
    security: SmtpSecurity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    postman = Postman()
    with protected_mail_server(postman, security) as smtp:
        wrong = dataclasses.replace(smtp, password="anders")
        with pytest.raises(MailUnavailable):
            SmtpTransport(wrong, timeout=1).send(a_mail())
    assert postman.received == []


@PROTECTED
def test_a_server_that_cannot_prove_who_it_is_gets_neither_password_nor_letter(
    security: SmtpSecurity,
) -> None:
    postman = Postman()
    with protected_mail_server(postman, security) as smtp, pytest.raises(MailUnavailable):
        SmtpTransport(smtp, timeout=2).send(a_mail())
    assert postman.received == []

"""The mail server of the tests does what its helper says: whoever builds on it may rely on that."""

from __future__ import annotations

import smtplib
import ssl

import pytest
from imapclient import IMAPClient

from tests.servers.dovecot import PASSWORD, PLAIN, Dovecot, mail


def test_a_delivered_mail_lies_in_the_mailbox_over_tls(dovecot: Dovecot) -> None:
    us = dovecot.new_account()
    dovecot.deliver(us, mail("Hallo", message_id="<a@x>"))
    trusting = ssl.create_default_context(cafile=str(dovecot.authority))
    with IMAPClient("localhost", dovecot.imaps_port, ssl_context=trusting, timeout=10) as session:
        session.login(us, PASSWORD)
        session.select_folder("INBOX")
        assert session.search(["HEADER", "Message-ID", "<a@x>"]) == [1]
    assert b"Delivered-To" in dovecot.mails(us)[1]


@pytest.mark.parametrize(("mode", "code"), [("refuse", 550), ("later", 451), ("full", 452), ("nobody", 550)])
def test_submission_refuses_on_command(dovecot: Dovecot, mode: str, code: int) -> None:
    us = dovecot.new_account()
    dovecot.submission.next(mode)
    try:
        with smtplib.SMTP("127.0.0.1", dovecot.smtp_port, timeout=30) as line:
            line.login(us, PASSWORD)
            with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused)) as refused:
                line.send_message(mail("Hallo", to=us))
        assert str(code) in str(refused.value)
        assert dovecot.submission.happened == 1
    finally:
        dovecot.submission.next("ok")
    assert dovecot.mails(us) == {}


def test_a_submission_that_vanishes_has_delivered(dovecot: Dovecot) -> None:
    us = dovecot.new_account()
    dovecot.submission.next("vanish")
    try:
        with smtplib.SMTP("127.0.0.1", dovecot.smtp_port, timeout=30) as line:
            line.login(us, PASSWORD)
            with pytest.raises(smtplib.SMTPServerDisconnected):
                line.send_message(mail("Hallo", to=us))
    finally:
        dovecot.submission.next("ok")
    assert len(dovecot.mails(us)) == 1


def test_a_rebuilt_folder_has_new_numbers_and_a_plain_server_offers_little() -> None:
    own = Dovecot(PLAIN)
    try:
        us = own.new_account()
        for n in range(3):
            own.deliver(us, mail(f"Nummer {n}"))
        own.remove(us, "INBOX", 2)
        before = own.session(us).folder_status("INBOX")
        own.rebuild(us)
        after = own.session(us).folder_status("INBOX")
        assert before[b"UIDVALIDITY"] != after[b"UIDVALIDITY"]
        assert list(own.mails(us)) == [1, 2]
        assert not {b"IDLE", b"CONDSTORE", b"QRESYNC"} & set(own.session(us).capabilities())
    finally:
        own.close()

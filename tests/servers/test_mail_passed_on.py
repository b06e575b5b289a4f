"""Passing a message on by a real mailbox: it arrives once at who has no console, and their answer brings it back."""

from __future__ import annotations

from pathlib import Path

from console import settings
from tests.servers.dovecot import PASSWORD, Dovecot, mail
from tests.servers.mailbox import Mailbox, _parsed, words
from tests.servers.test_matrix_journey import Terminal


def test_it_arrives_once_also_over_a_broken_line_and_the_answer_brings_the_message_back(
    dovecot: Dovecot, tmp_path: Path
) -> None:
    box, hr, terminal = Mailbox(dovecot), dovecot.new_account("hr"), Terminal(tmp_path)
    smtp = f"smtp=smtp://127.0.0.1:{dovecot.smtp_port}"
    terminal("connect", "mail", "--name", "Redactie", "--url", f"imap://127.0.0.1:{dovecot.imap_port}", "--user", box.us,
             "--set", smtp, "--secret-stdin", stdin=f"password={PASSWORD}\n")  # fmt: skip
    receivers = [{"name": "Ineke Brouwer, HR", "mail": hr}]
    settings.save(tmp_path / "default", {("escalate", "receivers"): receivers, ("you", "name"): "Noor"})
    box.open_thread("Dit is niet goed", "Ik weet waar je woont.")
    terminal("sync", "--once")
    thread = terminal.thread("Dit is niet goed")
    message = terminal.json("show", thread)["messages"][0]["id"]

    dovecot.submission.next("vanish")
    try:
        told = terminal("verdict", message, "escalate", "--to", "ineke", "--note", "Kijk jij mee?", "--wait")
        assert dovecot.submission.happened == 1, "the line was cut after the mail went"
    finally:
        dovecot.submission.next("ok")
    assert "mail to Ineke Brouwer, HR: Sent" in told
    terminal("sync", "--once")
    (arrived,) = [_parsed(data) for data in dovecot.mails(hr).values()]
    assert str(arrived["Subject"]) == "Passed on to you: a message in INBOX on Mail"
    assert str(arrived["To"]) == f'"Ineke Brouwer, HR" <{hr}>'
    assert (arrived["In-Reply-To"], arrived["References"]) == (None, None), "it answers nothing"
    assert "> Ik weet waar je woont." in words(arrived)
    assert "Kijk jij mee?" in words(arrived)
    assert terminal.json("show", thread)["state"] == "escalated"

    number = str(arrived["Message-ID"])
    answer = mail("Ik bel hem vandaag.\n\n> Ik weet waar je woont.", subject="Re: doorgezet", sender=f"Ineke <{hr}>",
                  to=box.us, In_Reply_To=number, References=number)  # fmt: skip
    dovecot.deliver(box.us, answer)
    terminal("sync", "--once")
    terminal("sync", "--once")
    shown = terminal.json("show", thread)
    assert shown["state"] == "open"
    assert [(note["by"], note["text"]) for note in shown["notes"]] == [
        ("Noor", "Kijk jij mee?"), ("Ineke Brouwer, HR", "Ik bel hem vandaag."),
    ]  # fmt: skip

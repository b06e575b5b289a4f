"""What a mail says, and what it only carries along: quotes, signatures, files, machines."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from console.adapters.mail_parsing import read
from console.adapters.mail_threading import base_subject
from console.domain.questions import asks
from console.domain.quoting import pieces_of_html
from tests.adapters.corpus_mail import many, multi, part
from tests.servers.dovecot import mail

SAID = "Dank, dat is helder."


@pytest.mark.parametrize(
    "carried",
    [
        "Op ma 23 nov 2026 om 10:12 schreef Sanne Bakker <sanne@intra.test>:\n> Wanneer weten we meer?",
        "Op 23-11-2026 om 10:12 schreef Sanne:\n\n> Wanneer weten we meer?",
        "On Mon, 23 Nov 2026 at 10:12, Sanne <sanne@intra.test> wrote:\n> Wanneer weten we meer?",
        "On Mon, 23 Nov 2026 at 10:12, Sanne Bakker van de Redactie\n<sanne@intra.test> wrote:\n> Wanneer weten we meer?",
        "Am 23.11.2026 um 10:12 schrieb Sanne:\n> Wanneer weten we meer?",
        "Le lun. 23 nov. 2026 à 10:12, Sanne a écrit :\n> Wanneer weten we meer?",
        "-----Oorspronkelijk bericht-----\nVan: Sanne\nWanneer weten we meer?",
        "Van: Sanne Bakker\nVerzonden: maandag 23 november 2026 10:12\nAan: Redactie\nOnderwerp: Rooster\n\nWanneer weten we meer?",
        "From: Sanne\nSent: Monday\nTo: Redactie\nSubject: Rooster\n\nWanneer weten we meer?",
        "> Wanneer weten we meer?",
        "-- \nSanne Bakker\nVragen? Bel 1234",
    ],
)
def test_a_quote_or_signature_is_shown_as_one_and_asks_nothing(carried: str) -> None:
    body = read(mail(f"{SAID}\n\n{carried}\n").as_bytes()).body
    assert body.html.startswith(f"<p>{SAID}</p><blockquote>")
    assert not asks(body.text)
    for word in ("Wanneer weten we meer?", "Vragen? Bel 1234"):
        assert (word in body.text) is (word in carried), "nothing is lost"


def test_a_mail_that_is_only_a_quotation_says_it() -> None:
    body = read(mail("> Wanneer weten we meer?\n").as_bytes()).body
    assert "Wanneer weten we meer?" in body.text
    assert "blockquote" not in body.html


def test_an_answer_between_the_lines_stays_in_its_place() -> None:
    body = read(mail("> Mag het?\nJa.\n> En morgen?\nOok.\n").as_bytes()).body
    assert body.text == "> Mag het?\n\nJa.\n\n> En morgen?\n\nOok."


@pytest.mark.parametrize(
    "carried",
    ['<div class="gmail_quote">Wanneer weten we meer?</div>', '<div id="appendonsend"></div><p>Wanneer weten we meer?</p>',
     '<div id="divRplyFwdMsg">Van: Sanne</div><div>Wanneer weten we meer?</div>', "<blockquote type='cite'>Wanneer weten we meer?</blockquote>",
     '<div style="border:none;border-top:solid #E1E1E1 1.0pt">Van: Sanne</div>Wanneer weten we meer?',
     '<div id="Signature">Vragen? Bel 1234. Wanneer weten we meer?</div>'],
)  # fmt: skip
def test_what_html_carries_along_is_a_quotation_too(carried: str) -> None:
    made = mail("")
    made.set_content(f"<html><body><p>{SAID}</p>{carried}</body></html>", subtype="html")
    body = read(made.as_bytes()).body
    assert body.html.startswith(f"<p>{SAID}</p><blockquote>")
    assert "Wanneer weten we meer?" in body.text
    assert not asks(body.text)


def test_lines_broken_to_fit_a_screen_are_made_whole() -> None:
    made = mail("Deze regel is \nte lang \nvoor een scherm.\n> En deze \n> ook.\n-- \nSanne\n")
    made.set_param("format", "flowed")
    assert read(made.as_bytes()).body.text.splitlines()[0] == "Deze regel is te lang voor een scherm."
    assert "> En deze ook." in read(made.as_bytes()).body.text


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [({}, False), ({"Auto_Submitted": "auto-replied"}, True), ({"Auto_Submitted": "no"}, False), ({"Precedence": "bulk"}, True),
     ({"Precedence": "list", "List_Post": "<mailto:l@x.nl>", "List_Id": "<l.x.nl>"}, False), ({"X_Autoreply": "yes"}, True),
     ({"List_Unsubscribe": "<https://x.nl>"}, True), ({"List_Unsubscribe": "<https://x.nl>", "List_Post": "<mailto:l@x.nl>"}, False),
     ({"List_Unsubscribe": "<https://x.nl>", "List_Post": "NO"}, True), ({"Return_Path": "<>"}, True), ({"sender": "no-reply@x.nl"}, True),
     ({"sender": "MAILER-DAEMON@x.nl"}, True), ({"sender": "noreen@x.nl"}, False), ({"subject": "Automatisch antwoord: Verlof"}, True),
     ({"subject": "Afwezig tot maandag"}, True), ({"subject": "Out of Office: hi"}, True), ({"subject": "Vraag over afwezig zijn"}, False)],
)  # fmt: skip
def test_machines_are_told_from_people(headers: dict[str, str], automatic: bool) -> None:
    assert read(mail("Hallo?", **headers).as_bytes()).automatic is automatic


@pytest.mark.parametrize(
    ("subject", "base"),
    [("Re: Verlof", "Verlof"), ("RE: Antw: [Vragen] Fwd: Verlof", "Verlof"), ("AW: WG: Verlof", "Verlof"), ("Re[2]: Verlof", "Verlof"),
     ("Re (3): Verlof", "Verlof"), ("Verlof: re", "Verlof: re"), ("Reis: foto's", "Reis: foto's"), ("", ""), ("Re: " * 50 + "x", "Re: " * 30 + "x")],
)  # fmt: skip
def test_the_subject_itself(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_signed_mail_is_read_and_its_signature_named() -> None:
    signature = part("application/pkcs7-signature; name=smime.p7s", b"AAAA", "Content-Disposition: attachment\r\n")
    found = read(multi("s", many("multipart/signed", [part("text/plain", b"Hallo"), signature])))
    assert (found.body.text, [one.name for one in found.parts], found.encrypted) == ("Hallo", ["smime.p7s"], False)


def test_a_sealed_mail_says_so_and_names_its_file() -> None:
    found = read(
        multi("s", b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nAAAA")
    )
    assert (found.encrypted, [one.name for one in found.parts]) == (True, ["smime.p7m"])


def test_an_invitation_says_what_when_and_where_and_a_forwarded_mail_is_named_by_its_subject() -> None:
    made, inner = mail("Kom je?"), EmailMessage()
    inner["Subject"] = "Het oude rooster"
    inner.set_content("Zie bijlage")
    made.add_attachment(inner)
    made.add_attachment(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Borrel\r\nDTSTART:20261125T160000Z\r\nDTEND:20261125T170000Z\r\n"
        "LOCATION:Kantine\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", subtype="calendar", filename="borrel.ics",
    )  # fmt: skip
    found = read(made.as_bytes())
    invited = "Kom je?\n\n📅 Borrel · 2026-11-25 16:00 UTC – 17:00 UTC · Kantine"
    assert found.body.text == f"{invited}\n\n> Het oude rooster\n>\n> Zie bijlage"
    assert [one.name for one in found.parts] == ["Het oude rooster.eml", "borrel.ics"]


def forward(inner: EmailMessage, said: str = "Zie hieronder.") -> bytes:
    made = mail(said)
    made.add_attachment(inner)
    return made.as_bytes()


def test_a_forwarded_mail_is_read_below_what_is_said_with_who_wrote_it_and_its_files() -> None:
    inner = mail("Wanneer weten we meer?\n\n-- \nSanne", subject="Rooster", sender="Sanne Bakker <sanne@intra.test>")
    inner.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="rooster.pdf")
    found = read(forward(inner))
    said, forwarded = pieces_of_html(found.body.html)
    assert (said.text, forwarded.quoted) == ("<p>Zie hieronder.</p>", True)
    assert forwarded.label == "Rooster"
    for words in ("Sanne Bakker &lt;sanne@intra.test&gt;", "Wanneer weten we meer?"):
        assert words in forwarded.text
    assert not asks(found.body.text), "the question was put to somebody else"
    assert [(one.name, one.section) for one in found.parts] == [("Rooster.eml", "2"), ("rooster.pdf", "2.2")]


def test_a_mail_that_is_only_a_forward_shows_it() -> None:
    inner = mail("Wanneer weten we meer?", subject="Rooster")
    (whole,) = pieces_of_html(read(forward(inner, said="")).body.html)
    assert "Wanneer weten we meer?" in whole.text
    assert not whole.folded


def test_a_forward_in_a_forward_in_a_forward_is_read_as_far_as_it_goes() -> None:
    inner = mail("De kern.", subject="Diep")
    for _level in range(40):
        made = mail("Laag.")
        made.add_attachment(inner)
        inner = made
    found = read(inner.as_bytes())
    assert found.body.text.count("Laag.") >= 5


@pytest.mark.parametrize("date", ["Mon, 01 Jan 0001 00:00:00 +0900", "Fri, 31 Dec 9999 23:59:59 -0900", "gisteren", ""])
def test_a_forwarded_mail_of_an_impossible_day_is_read(date: str) -> None:
    inner = mail("Zie bijlage", subject="Oud")
    del inner["Date"]
    raw = forward(inner).replace(b"Subject: Oud", f"Date: {date}\nSubject: Oud".encode())
    assert "> Zie bijlage" in read(raw).body.text


@pytest.mark.parametrize(
    "quote",
    ['<blockquote type="cite">Mag het?</blockquote>',
     '<div class="gmail_quote"><div class="gmail_attr">Op ma 23 nov schreef Sanne:<br></div><blockquote class="gmail_quote">Mag het?</blockquote>',
     '<div class="moz-cite-prefix">On 23-11-2026, Sanne wrote:</div><blockquote type="cite">Mag het?</blockquote>'],
)  # fmt: skip
def test_an_answer_below_what_html_quotes_is_said(quote: str) -> None:
    made = mail("")
    made.set_content(f"<p>Hoi,</p>{quote}<p>Ja hoor.</p>", subtype="html")
    body = read(made.as_bytes()).body
    first, quoted, last = pieces_of_html(body.html)
    assert (first.text, last.text) == ("<p>Hoi,</p>", "<p>Ja hoor.</p>")
    assert "Mag het?" in quoted.text
    assert quoted.quoted
    assert [line[:1] for line in body.text.splitlines() if line and line not in ("Hoi,", "Ja hoor.")] == [">"] * (
        quoted.lines
    )


def test_the_html_of_two_is_shown_unless_it_says_nothing() -> None:
    both = [part("text/plain", b"kaal"), part("text/html", b"<p>Met <b>nadruk</b></p>")]
    assert read(multi("a", many("multipart/alternative", both))).body.html == "<p>Met <b>nadruk</b></p>"
    empty = [both[0], part("text/html", b"<html><body>&nbsp;</body></html>")]
    assert read(multi("a", many("multipart/alternative", empty))).body.text == "kaal"

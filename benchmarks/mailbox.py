"""A Maildir as a community's mailbox looks after some years: conversations of five, plain and HTML, quotes, some files.

The same number makes the same mails, byte for byte.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from benchmarks.words import COMMON, FIRST_NAMES, HEADS, LAST_NAMES, QUESTIONS, TAILS, THANKS

SEED = 7
BEGAN = datetime(2021, 1, 4, 8, tzinfo=UTC)
OF_A_THREAD = 5


def lay(folder: Path, count: int) -> int:
    """Write so many mails into a Maildir that is made there. Returns how many bytes they are."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    written = 0
    for number, mail in enumerate(mails(count)):
        written += (folder / "cur" / f"{1_600_000_000 + number}.M{number}P1.bench:2,S").write_bytes(mail)
    return written


def mails(count: int) -> Iterator[bytes]:
    draw = random.Random(SEED)
    people = [(f"{first} {last}", f"p{n}@intra.example") for n, (first, last) in enumerate(
        (draw.choice(FIRST_NAMES), draw.choice(LAST_NAMES)) for _ in range(400)
    )]  # fmt: skip
    at, above = BEGAN, list[tuple[str, str]]()
    for number in range(count):
        if number % OF_A_THREAD == 0:
            above, subject = [], f"{draw.choice(QUESTIONS)} {_word(draw)} {_word(draw)}".strip()
        at += timedelta(minutes=draw.randint(1, 40))
        text = _text(draw)
        yield _mail(draw, number, subject, text, at, people[draw.randrange(len(people))], above)
        above.append((f"m{number}@intra.example", text))


def _mail(
    draw: random.Random, number: int, subject: str, text: str, at: datetime, who: tuple[str, str],
    above: list[tuple[str, str]],
) -> bytes:  # fmt: skip
    made = EmailMessage(policy=SMTP)
    made["From"] = f"{who[0]} <{who[1]}>"
    made["To"] = "redactie@intra.example"
    made["Subject"] = f"Re: {subject}" if above else subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<m{number}@intra.example>"
    if above:
        made["In-Reply-To"] = f"<{above[-1][0]}>"
        made["References"] = " ".join(f"<{one}>" for one, _ in above)
        quoted = "\n".join(f"> {line}" for line in above[-1][1].splitlines())
        text = f"{text}\n\nOp {at:%d-%m-%Y} schreef iemand:\n{quoted}"
    made.set_content(f"{text}\n\n-- \n{who[0]}\n", cte="8bit" if number % 3 else "quoted-printable")
    if number % 2:
        paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
        made.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html")
    if number % 20 == 0:
        made.add_attachment(draw.randbytes(30_000), maintype="application", subtype="pdf", filename=f"stuk{number}.pdf")
    return made.as_bytes()


def _text(draw: random.Random) -> str:
    if draw.random() < 0.1:
        return draw.choice(THANKS)
    sentences = [" ".join(_word(draw) for _ in range(draw.randint(4, 16))) for _ in range(draw.randint(1, 9))]
    return "\n".join(f"{one[:1].upper()}{one[1:]}{'?' if draw.random() < 0.15 else '.'}" for one in sentences)


def _word(draw: random.Random) -> str:
    if draw.random() < 0.12:
        return draw.choice(HEADS) + draw.choice(TAILS)
    return COMMON[min(int(draw.expovariate(0.02)), len(COMMON) - 1)]

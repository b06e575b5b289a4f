"""Our own way through a mail's parts gives what Python's parser gives, whatever stands in the mail."""

from __future__ import annotations

from email.message import Message
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.mailbox import mails
from console.adapters import mail_tree
from tests.adapters.corpus_mail import cases

LINES = st.sampled_from(
    [b"", b"--a", b"--a--", b"--a ", b"--a-- \t", b"--a-b", b"--b", b"--b--", b" ", b"Tekst", b"From iemand", b"X: y", b"\tz", b":q",
     b"Content-Type: text/html", b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/mixed; boundary=a",
     b"Content-Type: multipart/digest; boundary=b", b"Content-Type: message/rfc822", b"Content-Type: multipart/mixed", b"caf\xe9"]
)  # fmt: skip
HEADS = st.sampled_from(
    [b"", b"Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n", b"Content-Type: text/plain\n\n"]
)


def told(part: Message) -> Any:
    """All that a part is."""
    held = vars(part)["_payload"]  # asked for it, the library decodes it, and gives up on some
    below = [told(one) for one in held] if isinstance(held, list) else held
    return list(part.raw_items()), part.get_content_type(), below


@pytest.mark.parametrize("data", [data for _name, data, _words in cases()], ids=[name for name, *_ in cases()])
def test_it_has_the_parts_that_python_sees_in_it(data: bytes) -> None:
    try:
        expected = mail_tree.PARSER.parsebytes(data)
    except RecursionError as error:
        with pytest.raises(type(error)):
            mail_tree.parse(data)
        return
    assert told(mail_tree.parse(data)) == told(expected)


@given(HEADS, st.lists(LINES, max_size=14), st.sampled_from([b"\n", b"\r\n", b"\r"]), st.booleans())
def test_lines_in_any_order_have_the_parts_that_python_sees_in_them(
    head: bytes, lines: list[bytes], end: bytes, closed: bool
) -> None:
    data = (head + b"\n".join(lines) + b"\n" * closed).replace(b"\n", end)
    assert told(mail_tree.parse(data)) == told(mail_tree.PARSER.parsebytes(data))


def test_most_mails_need_no_parser_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    parse = mail_tree.PARSER.parsebytes
    monkeypatch.setattr(mail_tree.PARSER, "parsebytes", lambda data: asked.append(data) or parse(data))
    for data in mails(40):
        mail_tree.parse(data)
    assert asked == []
    mail_tree.parse(b"This is no header\n\nTekst")
    assert len(asked) == 1

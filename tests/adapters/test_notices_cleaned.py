"""What is handed on of a notice that nobody understood holds nothing of anybody, and enough to make a layout of."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from console.adapters.mail_parsing import Mail
from console.adapters.mail_parsing import read as parsed
from console.adapters.notices import Notice, cleaned, read
from console.adapters.notices import recognising as recogniser
from console.adapters.notices.cleaning import masked
from tests.adapters.test_notices import EXPECTED, OURS, UNDERSTOOD, mail

PERSONAL = re.compile(
    r"sanne|wit\b|joris|bakker|fatima|amrani|thomas|mulder|anouk|peters|kees|jansen|daan|visser|noor|brânză|vragen aan de directie"
    r"|zorgprofessionals|afdeling|redactie|12345678|678901234|4455667|7265000|31158067201|20003377|06-|mid=|bcode|token|n_m=|@voorbeeld",
    re.IGNORECASE,
)


def platform(one: Mail) -> str:
    domain = one.sender.address.rpartition("@")[2]
    return next(book.platform for book in recogniser.books() if domain in book.domains)


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_personal_is_left_of_a_mail(name: str) -> None:
    one = mail(name)
    told = cleaned(one, platform(one))
    assert told
    assert PERSONAL.findall(told.partition("\n\n")[2] + re.sub(r"(?m)^From: .*$", "", told.partition("\n\n")[0])) == []
    assert not re.search(r"\w*(?:sanne|noor|joris|redactie)\w*@", told)


def test_what_is_left_is_a_mail_in_the_same_shape() -> None:
    """A layout made from what is left is the layout of the mail itself: most are recognised in it already."""
    known = 0
    for name in UNDERSTOOD:
        one = mail(name)
        again = read(parsed(cleaned(one, platform(one)).encode()), OURS | {"mx.example.org"})
        known += isinstance(again, Notice)
    assert known > len(UNDERSTOOD) * 3 // 4


def test_an_unknown_layout_keeps_the_platforms_own_words() -> None:
    told = cleaned(mail("unknown-facebook-events"), "facebook")
    assert "Subject: Zondag is er iets te xxxx bij Vragen aan de xxxxxxxx" in told
    assert "Evenement bekijken" in told
    assert "groups/1000001/" in told


def test_words_of_somebody_are_masked_whatever_they_are() -> None:
    assert masked("Bel Sanne op 06-12345678 of mail s@x.nl") == "Xxx Xxxxx op 00-00000000 of mail x"
    long = "Ik vind dat de directie van onze afdeling de mensen nu eindelijk eens serieus moet nemen"
    assert not re.search(r"directie|eindelijk|mensen", masked(long))


def test_a_mail_of_which_nothing_is_told_gives_no_example() -> None:
    assert cleaned(replace(mail("unknown-linkedin"), told=None), "linkedin") == ""

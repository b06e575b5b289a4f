"""Hours as people write them, and who is on duty by them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from console.domain.calendar import WorkingHours
from console.domain.duty import duty_at
from console.domain.hours_said import BadHours, hours_of
from console.domain.receivers import BadPeople, Receiver, people_of

CHRISTMAS = date(2026, 12, 25)  # a Friday
WORKING = WorkingHours(holidays=frozenset({CHRISTMAS}))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> int:
    moment = datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Amsterdam"))
    return int(moment.astimezone(UTC).timestamp() * 1000)


def person(said: str, name: str = "Daan") -> Receiver:
    return Receiver(name, "daan@example.org", hours_of(said, WORKING), said)


@pytest.mark.parametrize(
    ("said", "there", "away"),
    [
        ("09:00-17:00", at(25, 9), at(25, 8, 59)),  # a Wednesday
        ("09:00-17:00", at(25, 16), at(28, 12)),  # without days: on working days only
        ("9:00 – 17:00", at(25, 9), at(25, 17)),
        ("08:30-12:00, 13:00-17:00", at(25, 13), at(25, 12, 30)),
        ("mon-fri 17:00-23:00; sat, sun 09:00-21:00", at(28, 9), at(28, 21)),
        ("ma-vr 17:00-23:00; za,zo 09:00-21:00", at(27, 22), at(27, 12)),
        ("fri-mon 09:00-10:00", at(30, 9), at(24, 9)),
        ("22:00-06:00", at(26, 3), at(26, 6)),  # past midnight
        ("sun 22:00-06:00", at(30, 3), at(29, 3)),  # and past the end of the week
        ("18:00-24:00", at(25, 23, 59), at(26, 0)),
    ],
)
def test_hours_are_read_as_people_write_them(said: str, there: int, away: int) -> None:
    assert (person(said).is_there(there), person(said).is_there(away)) == (True, False)


@pytest.mark.parametrize("said", ["", "always", " Altijd "])
def test_without_hours_somebody_is_always_there(said: str) -> None:
    assert hours_of(said, WORKING) is None


def test_free_days_are_free_unless_days_are_named() -> None:
    free = at(25, 12, month=12)
    assert (person("09:00-17:00").is_there(free), person("fri 09:00-17:00").is_there(free)) == (False, True)


@pytest.mark.parametrize(
    "said",
    ["nine to five", "09:00", "09:00-09:00", "25:00-26:00", "09:00-24:30", "mon-foo 09:00-17:00", "mon-fri", ";",
     "09:00-12:00, 11:00-13:00", "09:00-17:00 mon", "22:00-06:00; 05:00-08:00"],
)  # fmt: skip
def test_what_is_no_hours_is_told(said: str) -> None:
    with pytest.raises(BadHours):
        hours_of(said, WORKING)


def test_who_is_not_on_the_list_is_on_duty_in_the_working_hours() -> None:
    assert duty_at([], "Noor", WORKING, at(25, 10)).mine
    evening = duty_at([person("ma-vr 17:00-23:00")], "Noor", WORKING, at(25, 20))
    assert (evening.mine, [one.name for one in evening.others]) == (False, ["Daan"])


def test_ones_own_hours_go_before_the_working_hours() -> None:
    people = [person("sat 10:00-12:00", "noor"), person("always")]
    assert duty_at(people, "Noor", WORKING, at(28, 10)).mine
    off = duty_at(people, "Noor", WORKING, at(25, 10))
    assert (off.mine, [one.name for one in off.others]) == (False, ["Daan"])


def test_where_nobody_is_on_duty_the_next_is_named() -> None:
    people = [person("sun 10:00-12:00", "Els"), person("sat 10:00-12:00", "Daan")]
    found = duty_at(people, "Noor", WORKING, at(27, 20))
    assert found.next is not None
    assert (found.next[0].name, found.next[1]) == ("Daan", at(28, 10))
    assert duty_at([], "Noor", WORKING, at(27, 20)).next is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("Daan", "bad_person"), (["Daan"], "bad_person"), ([{"name": "Daan", "phone": "06"}], "bad_person"),
        ([{"name": 6}], "bad_person"), ([{"mail": "a@b.nl"}], "no_name"), ([{"name": "Daan", "mail": "daan"}], "bad_mail"),
        ([{"name": "Daan", "mail": "a@b.nl, c@d.nl"}], "bad_mail"), ([{"name": "Daan", "hours": "soms"}], "bad_hours"),
        ([{"name": "Daan"}, {"name": "daan"}], "same_name"),
    ],
)  # fmt: skip
def test_a_list_of_people_is_looked_at(value: object, code: str) -> None:
    with pytest.raises(BadPeople) as wrong:
        people_of(value, WORKING)
    assert wrong.value.code == code


@pytest.mark.parametrize(
    ("at_utc", "there"),
    [
        ("2026-10-24T21:59", True), ("2026-10-25T00:30", True), ("2026-10-25T01:30", True),  # half past two, twice
        ("2026-10-25T04:59", True), ("2026-10-25T05:00", False),  # six o'clock is an hour later
        ("2026-03-29T00:59", True), ("2026-03-29T01:00", True),  # two o'clock there never was
        ("2026-03-29T03:59", True), ("2026-03-29T04:00", False),
    ],
)  # fmt: skip
def test_a_night_in_which_the_clock_is_set_ends_when_the_clock_says_so(at_utc: str, there: bool) -> None:
    now_ms = int(datetime.fromisoformat(at_utc).replace(tzinfo=UTC).timestamp() * 1000)
    night = person("sat 22:00-06:00")
    assert night.is_there(now_ms) is there
    assert [one.name for one in duty_at([night], "Noor", WORKING, now_ms).others] == (["Daan"] if there else [])

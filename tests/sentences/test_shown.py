"""Facts to sentences, in Dutch and English, as the pictures show them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.domain.conversation import ConnectionKey, MessageKey, SpaceKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import CheckLine, PlatformError
from console.domain.policy import Level, ReasonKind
from console.domain.reasons import Reason
from console.domain.triage import TriageEvent, What
from console.sentences import shown as sentences
from console.sentences.for_administrators import explanation
from console.sentences.shown import (
    administrator_of,
    age,
    check_line,
    check_told,
    chip,
    clock,
    day,
    error_sentence,
    intent_sentence,
    intent_state,
    kind_noun,
    kind_verb,
    level_title,
    moment,
    platform_title,
    reason_sentence,
    tell_times_in,
    wait,
    what_happened,
)
from console.store.read.queue import VIEWS
from console.words import use

NOW = int(datetime(2026, 11, 24, 9, 52, tzinfo=UTC).timestamp() * 1000)  # 10:52 in Amsterdam
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    use("en")
    tell_times_in("Europe/Amsterdam")


def reason(kind: str, count: int = 1, ago_ms: int = 3 * HOUR, *, softened: bool = False) -> Reason:
    return Reason(ReasonKind(kind), MessageKey("m"), count, NOW - ago_ms, Level.TODAY, NOW, "Fatma", softened)


def intent(state: State, kind: Kind = Kind.REPLY, **facts: object) -> Intent:
    found = Intent(
        IntentId("i"), kind, ConnectionKey("c"), SpaceKey("s"), ThreadKey("t"), None, "Ja.", state, "Karin", NOW, NOW
    )
    return replace(found, **facts)  # type: ignore[arg-type]


# reasons
@pytest.mark.parametrize(
    ("about", "nl", "en"),
    [
        (reason("reported"), "1 melding", "1 report"),
        (reason("reported", 2), "2 meldingen", "2 reports"),
        (reason("held"), "1 goed te keuren", "1 to approve"),
        (reason("held", 12), "12 goed te keuren", "12 to approve"),
        (reason("newcomer"), "eerste bericht", "first post"),
        (reason("mention"), "jij wordt genoemd", "you are mentioned"),
        (reason("leadership", 3), "3 nieuwe reacties", "3 new comments"),
        (reason("unanswered"), "3 u geen antwoord", "no answer for 3 h"),
        (reason("unanswered", ago_ms=5_000), "nog geen antwoord", "no answer yet"),
        (reason("unanswered", ago_ms=12 * DAY), "sinds 12 nov geen antwoord", "no answer since 12 Nov"),
        (reason("unanswered", softened=True), "collega antwoordde", "colleague answered"),
        (reason("edited"), "daarna gewijzigd", "changed since"),
    ],
)
def test_a_chip_says_the_reason_as_in_the_pictures(about: Reason, nl: str, en: str) -> None:
    use("nl")
    assert chip(about, NOW) == nl
    use("en")
    assert chip(about, NOW) == en


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("ago_ms", [0, 26 * MINUTE, 3 * HOUR, 40 * DAY])
@pytest.mark.parametrize("softened", [False, True])
@pytest.mark.parametrize("kind", list(ReasonKind))
def test_every_reason_has_a_chip_and_a_sentence(kind: str, softened: bool, ago_ms: int, language: str) -> None:
    use(language)
    for count in (1, 2):
        about = reason(kind, count, ago_ms, softened=softened)
        for text in (chip(about, NOW), reason_sentence(about, NOW)):
            assert text
            assert "{" not in text
        assert len(chip(about, NOW)) <= 32
    assert reason_sentence(replace(reason(kind), name=""), NOW)


def test_a_sentence_names_who_it_is_about() -> None:
    use("nl")
    assert reason_sentence(reason("unanswered"), NOW) == "Fatma heeft al 3 u geen antwoord"
    assert reason_sentence(reason("unanswered", softened=True), NOW) == "Fatma antwoordde; het kan wachten"


# ages and times
@pytest.mark.parametrize(
    ("ago_ms", "nl", "en"),
    [
        (-5 * MINUTE, "nu", "now"),
        (0, "nu", "now"),
        (59_999, "nu", "now"),
        (26 * MINUTE, "26 min", "26 min"),
        (HOUR - 1, "59 min", "59 min"),
        (3 * HOUR, "3 u", "3 h"),
        (DAY, "1 d", "1 d"),
        (7 * DAY - 1, "6 d", "6 d"),
        (12 * DAY, "12 nov", "12 Nov"),
        (400 * DAY, "20 okt 2025", "20 Oct 2025"),
    ],
)
def test_an_age_is_as_short_as_a_list_needs_it(ago_ms: int, nl: str, en: str) -> None:
    use("nl")
    assert age(NOW - ago_ms, NOW) == nl
    use("en")
    assert age(NOW - ago_ms, NOW) == en


def test_a_time_has_its_day_where_it_is_not_today() -> None:
    assert clock(NOW, NOW) == "10:52"
    assert clock(NOW - DAY, NOW) == "23 Nov, 10:52"
    assert clock(NOW + 400 * DAY, NOW) == "29 Dec 2027, 10:52"


def test_times_are_told_in_the_zone_of_the_settings() -> None:
    tell_times_in("Asia/Tokyo")
    assert clock(NOW, NOW) == "18:52"
    assert day(NOW + 6 * HOUR, NOW) == "25 Nov"
    assert moment(NOW, "UTC").hour == 9


@pytest.mark.parametrize(("for_ms", "text"), [(0, "1 s"), (2_000, "2 s"), (MINUTE, "1 min"), (150_000, "2 min")])
def test_a_wait_is_told_in_seconds_or_minutes(for_ms: int, text: str) -> None:
    assert wait(for_ms) == text


# errors
FAMILY = sorted(kind.__name__ for kind in PlatformError.__subclasses__())


def test_the_family_of_errors_is_the_one_we_have_sentences_for() -> None:
    assert FAMILY == [
        "AuthExpired", "BadResponse", "Forbidden", "NotFound", "RateLimited", "Rejected", "Unreachable",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "words", "nl", "en"),
    [
        ("AuthExpired", "", "Teams laat ons niet meer binnen. Meld je opnieuw aan.",
         "Teams no longer lets us in. Sign in again."),
        ("NotFound", "", "Dit bestaat niet meer op Teams.", "This no longer exists on Teams."),
        ("Rejected", "te lang", "Teams weigerde dit: ‘te lang’.", "Teams refused this: ‘te lang’."),
    ],
)  # fmt: skip
def test_an_error_says_what_happened_and_what_to_do(error: str, words: str, nl: str, en: str) -> None:
    use("nl")
    assert error_sentence(error, "teams", words) == nl
    use("en")
    assert error_sentence(error, "teams", words) == en


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("error", [*FAMILY, "NoKeyring", "NoPassphrase", "WrongPassphrase", "NeverHeardOf"])
def test_every_error_has_one_sentence(error: str, language: str) -> None:
    use(language)
    for words in ("", "their words"):
        for platform in ("wordpress", ""):
            text = error_sentence(error, platform, words)
            assert re.fullmatch(r"[A-Z].*\.", text), text
            assert "{" not in text
            assert "!" not in text


def codes_in(module: str) -> set[str]:
    """The codes that an adapter's module gives with the errors it raises."""
    import importlib
    import inspect

    source = inspect.getsource(importlib.import_module(f"console.adapters.{module}"))
    return set(re.findall(r'code="([a-z_]+)"', source))


# What the kind of error says well enough.
ENOUGH = {
    "anonymous",
    "broken",
    "bug",
    "not_expected",
    "no_thread",
    "not_possible",
    "rest_post_invalid_id",
    "line_broke",
}


@pytest.mark.parametrize("module", [
    "transport", "line_errors", "outgoing", "wp_site", "wordpress_sending", "buddypress_api", "buddypress_discovery", "buddypress_sending", "memory",
])  # fmt: skip
def test_every_code_an_adapter_gives_has_a_sentence_of_its_own(module: str) -> None:
    codes = codes_in(module) - ENOUGH
    assert codes, "the adapters name their codes"
    general = {error_sentence(error, "wordpress", words) for error in FAMILY for words in ("", "x")}
    for code in codes:
        text = error_sentence("BadResponse", "wordpress", "", code)
        assert text not in general, code


def test_words_of_a_platform_are_never_read_as_a_place_to_fill_in() -> None:
    assert "{platform} {0}" in error_sentence("Rejected", "wordpress", "{platform} {0}")
    assert "{x}" in error_sentence("Forbidden", "wordpress", "{x}")


# the outbox
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.APPROVE])
@pytest.mark.parametrize("state", list(State))
def test_every_state_of_an_intent_says_what_is_safe(state: State, kind: Kind, language: str) -> None:
    use(language)
    assert intent_state(state.value)
    text = intent_sentence(intent(state, kind, error="Rejected", error_words="nee"), "wordpress", NOW)
    assert re.fullmatch(r"[A-Z].*\.", text), text


@pytest.mark.parametrize(
    ("item", "nl"),
    [
        (intent(State.QUEUED, not_before_ms=NOW + 7_000), "Gaat over 7 s."),
        (intent(State.QUEUED, waits_for="limit", not_before_ms=NOW), "WordPress vraagt om even te wachten. Verder om 10:52."),
        (intent(State.HANDOFF, Kind.HIDE), "Jij rondt dit af: wij openen de browser. Zeg daarna of het gelukt is."),
    ],
)  # fmt: skip
def test_the_outbox_speaks_as_the_design_does(item: Intent, nl: str) -> None:
    use("nl")
    assert intent_sentence(item, "wordpress", NOW) == nl


def test_only_what_was_written_says_that_the_text_is_kept() -> None:
    failed = {"error": "Rejected", "error_words": "nee"}
    assert "Your text is kept." in intent_sentence(intent(State.FAILED, **failed), "wordpress", NOW)
    assert "text" not in intent_sentence(intent(State.FAILED, Kind.APPROVE, **failed), "wordpress", NOW)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_view_level_and_decision_has_its_words(language: str) -> None:
    use(language)
    texts = [word for kind in Kind for word in (kind_verb(kind.value), kind_noun(kind.value))]
    texts += [level_title(level) for level in (*Level, None)]
    texts += [sentences.view_title(view) for view in (*VIEWS, "outbox")]
    for what in What:
        event = TriageEvent("e", "o", 1, 1, NOW, "Karin", ThreadKey("t"), None, what, payload={"kind": "hide"})
        texts.append(what_happened(event))
    assert all(texts)


def test_a_platform_keeps_its_own_name() -> None:
    assert platform_title("wordpress") == "WordPress"
    assert platform_title("zulip") == "Zulip"
    assert platform_title("")


# checks
@pytest.mark.parametrize(
    ("line", "nl", "en"),
    [
        (CheckLine("found", True, {"name": "CEO-blog"}), "Gevonden: CEO-blog.", "Found: CEO-blog."),
        (CheckLine("signed_in", True, {"name": "Karin"}), "Aangemeld als Karin.", "Signed in as Karin."),
        (CheckLine("spaces", True, {"count": 1}), "1 ruimte om te lezen.", "1 space to read."),
        (CheckLine("spaces", True, {"count": 1284}), "1.284 ruimtes om te lezen.", "1,284 spaces to read."),
        (CheckLine("counts", True, {"posts": 1, "comments": 1284, "waiting": 12}),
         "Te lezen: 1 bericht, 1.284 reacties, 12 wachten op goedkeuring.",
         "To read: 1 post, 1,284 comments, 12 wait for approval."),
        (CheckLine("counts", True, {"posts": 3}), "Te lezen: 3 berichten.", "To read: 3 posts."),
        (CheckLine("clock_off", False, {"minutes": 1440}),
         "De klok van deze computer loopt 1.440 minuten verkeerd. Zet hem goed.",
         "The clock of this computer is off by 1,440 minutes. Set it right."),
    ],
)  # fmt: skip
def test_a_finding_of_a_check_is_a_sentence(line: CheckLine, nl: str, en: str) -> None:
    use("nl")
    assert check_line(line, "wordpress") == nl
    use("en")
    assert check_line(line, "wordpress") == en


@pytest.mark.parametrize("code", ["rights", "cannot_moderate", "not_recognised", "no_such_code"])
def test_every_finding_has_a_sentence(code: str) -> None:
    assert re.fullmatch(r"[A-Z].*\.", check_line(CheckLine(code, False), "wordpress"))


LIMITED = {
    "matrix_encrypted": {"count": 2}, "matrix_no_reports": {}, "ignores_people": {"names": "@a:b"}, "no_device": {},
    "not_recognised": {}, "humhub_moderates": {"count": 0, "of": 3}, "humhub_no_zone": {}, "clock_off": {"minutes": 7},
    "spaces": {"count": 0},
}  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("code", LIMITED)
def test_what_works_in_part_says_what_and_what_to_know_or_do_about_it(code: str, language: str) -> None:
    use(language)
    heading, detail = check_told(CheckLine(code, True, LIMITED[code], limited=True), "humhub")
    assert heading.endswith(".")
    assert detail.endswith(".")


def test_what_an_administrator_does_is_told_of_what_is_not_in_order_alone() -> None:
    use("en")
    facts = {"count": 1, "of": 2}
    assert administrator_of(CheckLine("humhub_moderates", True, facts, limited=True)).startswith(
        "Make the account admin"
    )
    assert administrator_of(CheckLine("humhub_moderates", True, facts)) == ""
    assert administrator_of(CheckLine("humhub_no_zone", True, limited=True)) == "", "that is nobody's to switch on"


def test_a_finding_of_somebody_elses_adapter_brings_its_own_words() -> None:
    facts = {"words": "The lift is out of order.", "for_administrator": "Call the lift company."}
    line = CheckLine("lift_stuck", True, facts, limited=True)
    assert check_line(line, "lift") == "The lift is out of order."
    assert administrator_of(line) == "Call the lift company."


def test_the_text_for_an_administrator_says_where_who_what_and_what_to_do() -> None:
    use("en")
    text = explanation(
        "HumHub", "https://hub.example", "Redactie", [("No reports.", "Make it administrator.")], works=True
    )
    assert text.startswith("I connect HumHub to Luisterpost")
    assert text.endswith("https://hub.example\nAccount: Redactie\n\nNo reports.\nMake it administrator.\n")
    refused = explanation("HumHub", "", "", [("No.", "Do.")], works=False)
    assert "doesn't work yet" in refused
    assert "Account" not in refused

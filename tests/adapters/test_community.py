"""The demo community: large, human, and no two messages alike."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from console.adapters.community import BrokenCommunity, Community, ConnectionText, MessageText, age_ms, load
from console.adapters.contract import Config, Tools
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.domain.calendar import DAY_MS
from console.domain.conversation import (
    Change,
    ConnectionKey,
    Message,
    MessageGone,
    Report,
    ReportState,
    Space,
    Thread,
)
from console.domain.house_policies import parse
from console.words import resources

NOW_MS = 1_795_510_800_000


@pytest.fixture(scope="module")
def community() -> Community:
    return load(resources() / "demo")


def messages(community: Community) -> list[MessageText]:
    return [m for space in community.spaces for thread in space.threads for m in thread.messages]


@pytest.fixture(scope="module")
def changes(community: Community, tmp_path_factory: pytest.TempPathFactory) -> list[Change]:
    """All that the demo's platforms tell, as their adapters read it."""
    file = tmp_path_factory.mktemp("world") / "world.db"
    world = MemoryWorld(str(file))
    world.fill(community, NOW_MS)
    world.close()
    return [change for shown in community.connections for change in asyncio.run(everything(shown, file))]


async def everything(shown: ConnectionText, file: Path) -> list[Change]:
    config = Config(ConnectionKey(shown.platform), shown.platform, "", shown.account, "waterland.example", "", 0,
                    {"world": str(file), "shows": shown.platform, "us": shown.account})  # fmt: skip
    adapter = Memory(config, {}, Tools(lambda: NOW_MS))
    found: list[Change] = []
    cursor = None
    while True:
        page = await adapter.pull(adapter.streams()[0], cursor)
        found += page.changes
        cursor = page.cursor
        if not page.more:
            await adapter.close()
            return found


def test_it_is_large_enough(community: Community, changes: list[Change]) -> None:
    assert len({space.platform for space in community.spaces}) == 6
    assert len({change.key for change in changes if isinstance(change, Space)}) >= 15
    assert len({change.key for change in changes if isinstance(change, Thread)}) >= 200
    gone = {change.key for change in changes if isinstance(change, MessageGone)}
    assert len({change.key for change in changes if isinstance(change, Message)} - gone) >= 1200
    assert max(len(thread.messages) for space in community.spaces for thread in space.threads) >= 150


def test_there_are_reports_of_every_kind(community: Community, changes: list[Change]) -> None:
    reports = list({change.key: change for change in changes if isinstance(change, Report)}.values())
    pending = [report for report in reports if report.state is ReportState.PENDING]
    reasons = {report.reason for report in pending}
    assert len(pending) >= 40
    for policy in parse((resources() / "policies" / "nl.md").read_text(encoding="utf-8")):
        assert policy.title in reasons, policy.title
    assert {"Mogelijk onjuist", "Hoort hier niet", "Persoonsgegevens van een collega"} <= reasons
    assert {report.state for report in reports} >= {ReportState.UPHELD, ReportState.DISMISSED}
    assert max(Counter(report.message for report in pending).values()) >= 4, "many reported one message"
    assert max(Counter(report.reporter for report in pending if report.reporter).values()) >= 7, "one reports much"
    assert any("Verkeerde knop" in report.text for report in pending), "one was a mistake"
    assert any(not report.reporter and "Automatisch" in report.text for report in pending), "one is the platform's own"
    since = {m.name: m.edited_ago_ms for m in messages(community) if m.reports and m.edited_ago_ms is not None}
    assert any(since.get(m.name, 0) < min(r.ago_ms for r in m.reports) for m in messages(community) if m.name in since)


def test_the_reports_tell_of_one_day(community: Community) -> None:
    ages = {m.name: min(r.ago_ms for r in m.reports) for m in messages(community) if m.reports}
    told = ["zakken", "lijst", "lijst-bas", "ongeval-bas", "lotte", "scheef"]
    assert sorted(told, key=lambda name: -ages[name]) == told, "in this order they wait"
    assert sum(age < DAY_MS for age in ages.values()) >= 20


def test_no_two_messages_are_alike(community: Community) -> None:
    counts = Counter(" ".join(re.sub("<[^>]+>", " ", m.body).lower().split()) for m in messages(community))
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_sentence_stands_in_more_than_three(community: Community) -> None:
    sentences = Counter(
        sentence
        for message in messages(community)
        for sentence in set(re.split(r"(?<=[.!?])\s+|\n", re.sub("<[^>]+>", " ", message.body).lower()))
        if len(sentence.split()) >= 4
    )
    assert [sentence for sentence, count in sentences.items() if count > 3] == []


def test_it_has_everything_a_newcomer_should_see(community: Community) -> None:
    said = messages(community)
    texts = " ".join(m.body for m in said)
    assert {"visible", "held", "hidden", "spam"} == {m.state for m in said}
    assert sum(len(m.reports) for m in said) >= 6
    assert any(report.by == "" for m in said for report in m.reports), "some report without their name"
    assert any(m.edited_ago_ms is not None and m.before not in ("", m.body) for m in said)
    assert any(m.deleted_ago_ms is not None and m.body for m in said)
    assert any(m.attachments for m in said)
    assert "@communicatie" in texts
    assert "Communicatie Waterland" in texts
    assert "🎂" in texts or any("🎂" in emoji for m in said for emoji, _count in m.reactions)
    assert re.search(r"\b(the|you)\b", texts), "some write English"
    assert {thread.locked for space in community.spaces for thread in space.threads} == {True, False}
    assert {thread.pinned for space in community.spaces for thread in space.threads} == {True, False}


def test_twelve_comments_on_the_directors_blog_wait_for_approval(community: Community) -> None:
    blog = next(space for space in community.spaces if space.leadership)
    assert blog.platform == "wordpress"
    assert max(sum(m.state == "held" for m in thread.messages) for thread in blog.threads) == 12


@pytest.mark.parametrize("letters", ["\u0600-\u06ff", "\u4e00-\u9fff", "ışğİŞÇ"], ids=["Arabic", "Chinese", "Turkish"])
def test_people_are_called_and_write_in_their_own_letters(community: Community, letters: str) -> None:
    assert any(re.search(f"[{letters}]", person.name) for person in community.people)
    assert any(re.search(f"[{letters}]", message.body) for message in messages(community))


def test_the_hostile_thread_tries_what_such_people_try(community: Community) -> None:
    hostile = " ".join(m.body for m in messages(community) if m.html).lower()
    for trick in ("<script", "onerror=", "onclick=", "javascript:", "data:image/svg", "file:///", "<style", "<iframe",
                  "<form", "srcset=", "background=", "http-equiv", "<base", "\u202e", "\u200b"):  # fmt: skip
        assert trick in hostile, trick


def test_some_answer_us_and_some_are_brief_and_some_are_not(community: Community) -> None:
    said = messages(community)
    ours = {m.name for m in said if m.by == "communicatie"}
    assert sum(m.answers in ours for m in said) >= 6
    assert sum(len(m.body.split()) <= 2 for m in said) >= 10
    assert sum("\n\n" in m.body for m in said) >= 6, "several paragraphs"


def test_nobody_answers_what_was_not_yet_said(community: Community) -> None:
    for space in community.spaces:
        for thread in space.threads:
            ages = {m.name: m.ago_ms for m in thread.messages}
            assert thread.messages[0].ago_ms == max(ages.values()), thread.title
            for m in thread.messages[1:]:
                assert m.ago_ms <= ages[m.answers or thread.messages[0].name], (thread.title, m.body)
                assert (m.deleted_ago_ms or 0) <= m.ago_ms
                assert (m.edited_ago_ms or 0) <= m.ago_ms
                assert all(report.ago_ms <= m.ago_ms for report in m.reports), (thread.title, m.body)


def test_every_person_and_place_named_exists(community: Community) -> None:
    people = {person.handle for person in community.people}
    names = {message.name for message in messages(community)}
    assert {m.by for m in messages(community)} <= people
    assert {m.answers for m in messages(community)} - {""} <= names
    assert {connection.account for connection in community.connections} <= people
    assert {connection.platform for connection in community.connections} == {s.platform for s in community.spaces}
    for arrival in community.arrivals:
        assert arrival.by in people
        assert arrival.what == "start" or arrival.answers in names
        assert bool(arrival.text) == (arrival.what != "remove")


def test_enough_happens_while_somebody_watches(community: Community) -> None:
    coming = [arrival for arrival in community.arrivals if not arrival.to_us]
    assert len(coming) >= 25
    assert {"say", "start", "report", "edit", "remove", "like"} == {arrival.what for arrival in coming}
    assert any(arrival.held for arrival in coming)
    assert min(arrival.after_ms for arrival in coming) <= 60_000
    assert all(arrival.title for arrival in coming if arrival.what in ("start", "report"))
    assert all(arrival.text for arrival in coming if arrival.what == "report"), "a reporter's words are kept"
    assert len([arrival for arrival in community.arrivals if arrival.to_us]) >= 20


def test_what_arrives_was_not_said_before(community: Community) -> None:
    texts = [arrival.text for arrival in community.arrivals if arrival.what not in ("like", "remove")]
    assert len(texts) == len(set(texts))
    assert not set(texts) & {m.body for m in messages(community)}


def test_every_space_is_known_long_enough_to_tell_a_newcomer(community: Community) -> None:
    for space in community.spaces:
        assert max(m.ago_ms for thread in space.threads for m in thread.messages) > 90 * 86_400_000, space.slug


def test_it_is_alive(community: Community) -> None:
    world = MemoryWorld(":memory:")
    world.fill(community, NOW_MS)
    before = {platform: world.feed(platform, 0, 10_000) for platform in ("yammer", "humhub", "wordpress")}
    world.advance(NOW_MS + 1_000)
    assert len(world.feed("yammer", 0, 10_000)) == len(before["yammer"]), "not yet"
    world.advance(NOW_MS + 3_600_000)
    after = {platform: world.feed(platform, before[platform][-1]["seq"], 10_000) for platform in before}
    assert all(after.values())
    assert {"said", "post", "gone", "report"} <= {row["kind"] for rows in after.values() for row in rows}


def test_a_reply_of_ours_is_answered(community: Community) -> None:
    world = MemoryWorld(":memory:")
    world.fill(community, NOW_MS)
    root = world.post("nachten")["root"]
    count = len(world.posts("yammer"))
    world.we_replied(root, NOW_MS)
    world.advance(NOW_MS + 39_000)
    assert len(world.posts("yammer")) == count
    world.advance(NOW_MS + 46_000)
    assert len(world.posts("yammer")) > count


CONNECTIONS = "# platform\nyammer | Yammer | an | exact\n"
PEOPLE = "an | An | Kok | - | - | 1y | -\n"
SPACE = "@title Plein\n\n== Hoi\n-- an | 2h | id een\nEen.\n"


def written(folder: Path, **files: str) -> Path:
    """A community of one message, with some of its files written otherwise."""
    texts = {"connections": CONNECTIONS, "people": PEOPLE, "alive": "", "earlier": "", "yammer/plein": SPACE}
    (folder / "yammer").mkdir()
    for name, text in (texts | {key.replace("_", "/"): text for key, text in files.items()}).items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "text", "line", "what"),
    [
        ("yammer_plein", SPACE + "-- nobody | 1h\nHoi", 6, "unknown person: nobody"),
        ("yammer_plein", SPACE + "-- an\nHoi", 6, "needs a person and an age"),
        ("yammer_plein", SPACE + "-- an | gisteren\nHoi", 6, "not an age: gisteren"),
        ("yammer_plein", SPACE + "-- an | 1h | fel\nHoi", 6, "unknown mark: fel"),
        ("yammer_plein", SPACE + "-- an | 1h | to 9\nHoi", 6, "no earlier message 9"),
        ("yammer_plein", SPACE + "-- an | 1h | to 0\nHoi", 6, "no earlier message 0"),
        ("yammer_plein", SPACE + "-- an | 1h | id een\nHoi", 6, "two messages are called een"),
        ("yammer_plein", SPACE + "-- an | 1h\n-- an | 1h\nHoi", 7, "without a text"),
        ("yammer_plein", SPACE + "@kleur rood", 6, "unknown: @kleur"),
        ("yammer_plein", SPACE + "@attachment foto.jpg image/jpeg groot", 6, "groot"),
        ("yammer_plein", SPACE + "@reactions 👍", 6, "zip"),
        ("yammer_plein", SPACE + "@report piet | 1h | Grof | -", 6, "unknown person: piet"),
        ("yammer_plein", SPACE + "@report an | 1h | Grof", 6, "4 cells expected, 3 found"),
        ("yammer_plein", "@kleur rood\n" + SPACE, 1, "unknown: @kleur"),
        ("yammer_plein", "@title Plein\n-- an | 1h\nHoi", 2, "before the first thread"),
        ("yammer_plein", "@title Plein\nHoi\n", 2, "without a message"),
        ("yammer_plein", "== Leeg\n== Vol\n-- an | 1h\nHoi", 2, "a thread without a message"),
        ("yammer_plein", "== Leeg\n@rood\n-- an | 1h\nHoi", 2, "unknown: @rood"),
        ("people", PEOPLE + "bo | Bo | Kok | 1y\n", 2, "7 cells expected, 4 found"),
        ("people", PEOPLE + "bo | Bo | Kok | - | - | ooit | -\n", 2, "not an age: ooit"),
        ("people", PEOPLE + "bo | Bo | Kok | - | - | 1y | baas\n", 2, "unknown role: baas"),
        ("connections", CONNECTIONS + "humhub | HumHub | bo | exact\n", 3, "unknown person: bo"),
        ("connections", CONNECTIONS + "humhub | HumHub | an | ongeveer\n", 3, "unknown mark: ongeveer"),
        ("alive", "Hoi\n", 1, "before the first arrival"),
        ("alive", "-- say | 1m | an\n", 1, "needs a kind"),
        ("alive", "-- roep | 1m | an | een\n", 1, "unknown arrival: roep"),
        ("alive", "-- say | straks | an | een\n", 1, "not an age: straks"),
        ("alive", "-- say | 1m | bo | een\n", 1, "unknown person: bo"),
        ("alive", "# toen\n-- say | 1m | an | twee\n", 2, "unknown message: twee"),
        ("alive", "-- start | 1m | an | yammer/straat | Hoi\n", 1, "unknown space: yammer/straat"),
        ("earlier", "-- keep | 1d | Noor\n", 1, "a deed needs a kind"),
        ("earlier", "-- keep | 1d | Noor | twee\n", 1, "unknown message: twee"),
        ("earlier", "-- report | 1d | bo | een | Grof | -\n", 1, "unknown person: bo"),
        ("earlier", "-- round | ooit\n", 1, "not an age: ooit"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, file: str, text: str, line: int, what: str) -> None:
    load(written(tmp_path))
    (tmp_path / f"{file.replace('_', '/')}.txt").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenCommunity, match=what) as broken:
        load(tmp_path)
    assert broken.value.line == line
    assert broken.value.file == tmp_path / f"{file.replace('_', '/')}.txt"


def test_a_space_on_a_platform_without_a_connection_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "humhub").mkdir()
    (tmp_path / "humhub" / "plein.txt").write_text(SPACE, encoding="utf-8")
    with pytest.raises(BrokenCommunity, match="no connection to humhub"):
        load(tmp_path)


def test_a_text_may_begin_with_a_sign_of_the_format(tmp_path: Path) -> None:
    made = load(written(tmp_path, yammer_plein=SPACE + "\\@communicatie, lezen jullie mee?\n\\-- An\n"))
    assert messages(made)[0].body == "Een.\n@communicatie, lezen jullie mee?\n-- An"


def test_ages_are_read_as_people_write_them() -> None:
    assert age_ms("1d2h3m") == 93_780_000
    with pytest.raises(ValueError, match="eergisteren"):
        age_ms("eergisteren")

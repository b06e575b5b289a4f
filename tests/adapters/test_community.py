"""The demo community: large, human, and no two messages alike."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from console.adapters.community import BrokenCommunity, Community, MessageText, age_ms, load
from console.adapters.memory_world import MemoryWorld
from console.words import resources

NOW_MS = 1_795_510_800_000


@pytest.fixture(scope="module")
def community() -> Community:
    return load(resources() / "demo")


def messages(community: Community) -> list[MessageText]:
    return [m for space in community.spaces for thread in space.threads for m in thread.messages]


def test_it_is_large_enough(community: Community) -> None:
    assert len({space.platform for space in community.spaces}) == 6
    assert len(community.spaces) >= 10
    assert sum(len(space.threads) for space in community.spaces) >= 80
    assert len(messages(community)) >= 500
    assert max(len(thread.messages) for space in community.spaces for thread in space.threads) >= 150


def test_no_two_messages_are_alike(community: Community) -> None:
    assert [text for text, count in Counter(m.body for m in messages(community)).items() if count > 1] == []


def test_no_sentence_stands_in_more_than_three(community: Community) -> None:
    sentences = Counter(
        sentence
        for message in messages(community)
        for sentence in set(re.split(r"(?<=[.!?])\s+|\n", re.sub("<[^>]+>", " ", message.body)))
        if len(sentence.split()) >= 4
    )
    assert [sentence for sentence, count in sentences.items() if count > 3] == []


def test_it_has_everything_a_newcomer_should_see(community: Community) -> None:
    said = messages(community)
    texts = " ".join(m.body for m in said)
    assert sum(m.state == "held" for m in said) >= 12
    assert any(m.reports for m in said)
    assert any(m.edited_ago_ms is not None and m.before for m in said)
    assert any(m.deleted_ago_ms is not None for m in said)
    assert any(m.attachments for m in said)
    assert any(m.html and "<script>" in m.body for m in said)
    assert "@communicatie" in texts
    assert re.search(r"[\u0600-\u06ff]", texts)
    assert re.search(r"[\u4e00-\u9fff]", texts)
    assert "🎂" in texts or any("🎂" in emoji for m in said for emoji, _count in m.reactions)
    assert len(community.arrivals) >= 40


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


@pytest.mark.parametrize(
    ("line", "what"),
    [("-- nobody | 1h\nHoi", "unknown person"), ("-- an | gisteren\nHoi", "not an age: gisteren"), ("@kleur rood", "unknown: @kleur"),
     ("-- an | 1h | fel\nHoi", "unknown mark")],
)  # fmt: skip
def test_a_broken_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    (tmp_path / "yammer").mkdir()
    (tmp_path / "connections.txt").write_text("yammer | Yammer | an | exact\n", encoding="utf-8")
    (tmp_path / "people.txt").write_text("an | An | Kok | 1y | -\n", encoding="utf-8")
    (tmp_path / "alive.txt").write_text("", encoding="utf-8")
    (tmp_path / "yammer" / "plein.txt").write_text(
        f"@title Plein\n\n== Hoi\n-- an | 2h\nEen.\n{line}\n", encoding="utf-8"
    )
    with pytest.raises(BrokenCommunity, match=what) as broken:
        load(tmp_path)
    assert broken.value.line == 6
    assert broken.value.file.name == "plein.txt"


def test_ages_are_read_as_people_write_them() -> None:
    assert age_ms("1d2h3m") == 93_780_000
    with pytest.raises(ValueError, match="eergisteren"):
        age_ms("eergisteren")

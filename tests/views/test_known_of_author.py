"""Beside a reported message stands where else its author wrote, over all platforms, and nothing of what is heavy."""

from __future__ import annotations

from console.store.read import judged, records
from console.views.flagged.why import known_lines
from console.views.main_window import MainWindow


def test_where_its_author_wrote_as_well_stands_beside_it_and_what_is_heavy_keeps_its_line(window: MainWindow) -> None:
    services, store = window.services, window.services.store
    about = next(one for one in judged.waiting(store) if one.author == "Leo Hartman" and one.platform == "humhub")
    elsewhere = records.other_threads(store, about.author_key, about.thread, 50)
    assert about.thread not in [one.key for one in elsewhere]
    assert {one.key.partition(":")[0] for one in elsewhere} >= {"humhub", "yammer"}, "he is one person"
    last = store.read("SELECT key, last_at_ms FROM thread")
    at = {row["key"]: row["last_at_ms"] for row in last}
    assert [at[one.key] for one in elsewhere] == sorted((at[one.key] for one in elsewhere), reverse=True)
    line = known_lines(store, about, services.heavies, store.now_ms())[-1]
    assert line.title == "Wrote as well in"
    assert line.below.splitlines() == [f"{one.space}: {one.title}" for one in elsewhere[:3]]
    titles = {row["key"]: row["title"] for row in store.read("SELECT key, title FROM thread WHERE title <> ''")}
    heavy = {titles[key]: line for key, line in services.heavies.titles(titles).items()}
    below = [line.below for one in judged.waiting(store) for line in known_lines(store, one, services.heavies, 0)]
    assert not [text for text in below for title in heavy if title in text]
    assert [text for text in below for line in heavy.values() if line in text], "some wrote in such a conversation too"

"""What the sidebar shows, from the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from console.sentences.shown import health_sentence, space_sentence, view_title
from console.store.connection import Store
from console.store.read import connections, outbox, queue
from console.widgets.sidebar import VIEW_ICONS, SidebarItem
from console.words import _, number

MOST_SPACES = 12
MOST_UNUSUAL = 8


def sidebar_items(store: Store, moderator: str) -> list[SidebarItem]:
    """Views with counts, connections with health, the spaces where most waits."""
    counts = queue.counts(store, moderator)
    waiting = outbox.counts(store)
    items = [
        _counted("view", name, view_title(name), counts.get(name, 0), alarm=name == "flagged")
        for name in VIEW_ICONS
        if name != "outbox"
    ]
    items += [
        SidebarItem("gap", "1", ""),
        _counted(
            "view", "outbox", view_title("outbox"), waiting.on_its_way + waiting.for_you, alarm=waiting.for_you > 0
        ),
        SidebarItem("gap", "2", ""),
    ]
    rows = connections.connections(store)
    now_ms = store.now_ms()
    items.append(SidebarItem("add", "connections", _("Connections"), tip=_("Add a connection")))
    items += [
        SidebarItem(
            "connection",
            row.key,
            row.name + (" ≈" if row.approximate else ""),
            platform=row.platform,
            health="paused" if row.paused else row.health.state,
            tip="\n".join([f"{row.name}: {health_sentence(row, now_ms)}", *_unusual(store, row)]),
        )
        for row in rows
    ]
    by_space = queue.counts_by_space(store)
    everywhere = [(key, title, row) for row in rows for key, title in connections.titles(store, row.key)]
    spaces = [space for space in everywhere if space[0] in by_space]
    if spaces:
        items.append(SidebarItem("header", "spaces", _("Spaces")))
    spaces.sort(key=lambda space: (-by_space[space[0]], space[1].lower()))
    called = Counter(title for _key, title, _row in everywhere)
    for key, title, row in spaces[:MOST_SPACES]:
        item = _counted("space", key, title, by_space[key])
        if called[title] > 1:  # its platform's tile, and the connection's name as far as it fits
            item = replace(item, title=connections.told_apart(title, row.name), platform=row.platform)
        items.append(item)
    return items


def _unusual(store: Store, row: connections.ConnectionRow) -> list[str]:
    """A line for each of a connection's spaces that asks for something, or can't be read."""
    return [f"{space.title}: {space_sentence(space)}" for space in connections.unusual(store, row.key)[:MOST_UNUSUAL]]


def _counted(kind: str, key: str, title: str, count: int, *, alarm: bool = False) -> SidebarItem:
    return SidebarItem(kind, key, title, count, number(count), alarm)


def item_of(view: queue.View) -> tuple[str, str]:
    """The kind and key of the item that stands for a view."""
    if view.connection:
        return "connection", view.connection
    if view.space:
        return "space", view.space
    return "view", view.name

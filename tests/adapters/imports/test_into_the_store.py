"""Every kind of export ends up in the store, in whatever pieces; and twice changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from console.adapters.imports import reading as paging
from console.adapters.imports.entry import Options
from console.adapters.imports.reading import Reading
from console.adapters.imports.recognising import recognise
from console.adapters.imports.source import Source
from console.store.write import pages
from tests.fakes.exports import (
    broken,
    engage_files,
    engage_row,
    facebook_comment,
    facebook_labelled,
    facebook_post,
    slack_files,
    slack_said,
    workplace_comment,
    workplace_page,
    workplace_post,
    wxr,
    wxr_comment,
    wxr_item,
    zipped,
)
from tests.houses import CONNECTION, House, house

GROUPS = "your_facebook_activity/groups/"
SHARE = "https://www.linkedin.com/feed/update/urn%3Ali%3AgroupPost%3A4455-712400000000000000"


def facebook(path: Path) -> Path:
    posts = [facebook_post(f"Bericht {n} é", "Sanne de Wit posted in Zorg.", 1_795_000_000 + n) for n in range(7)]
    comments = [facebook_comment(f"Antwoord {n}", "Sanne de Wit", "Zorg", "x", 1_795_000_000 + n) for n in range(7)]
    newer = [
        facebook_labelled(
            f"Nieuw {n}", f"https://www.facebook.com/groups/123/permalink/678/?comment_id={n + 1}", "Zorg"
        )
        for n in range(7)
    ]
    return zipped(path, {f"{GROUPS}group_posts_and_comments.json": json.dumps(broken({"group_posts_v2": posts})),
                         f"{GROUPS}your_comments_in_groups.json": json.dumps(broken({"group_comments_v2": comments})),
                         f"{GROUPS}your_comments_in_groups_1.json": json.dumps(newer)})  # fmt: skip


def linkedin(path: Path) -> Path:
    shares = "".join(f'2026-11-23 08:12:1{n},{SHARE}{n},"een"\n"twee {n}",,,\n' for n in range(7))
    comments = "".join(f"2026-11-23 08:12:1{n},{SHARE}{n},Ja {n}\n" for n in range(7))
    return zipped(path, {"Profile.csv": "First Name,Last Name\nSanne,de Wit\n", "Comments.csv": f"Date,Link,Message\n{comments}",
                         "Shares.csv": f"Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n{shares}"})  # fmt: skip


def wordpress(path: Path) -> Path:
    comments = [
        [wxr_comment(n * 10 + k, f"Reactie {n} {k}", comment_approved="trash" if k == 2 else "1") for k in range(3)]
        for n in range(1, 6)
    ]
    return zipped(
        path, {"export.xml": wxr(*(wxr_item(n, f"Bericht {n}", f"Tekst {n}", comments[n - 1]) for n in range(1, 6)))}
    )


def engage(path: Path) -> Path:
    rows = [engage_row(n, f"Vraag {n}") for n in range(1, 6)] + [
        engage_row(n + 10, f"Antwoord {n}", n) for n in range(1, 6)
    ]
    gone = [
        engage_row(21, "Weg", 1, deleted_at="2026-11-24T08:00:00Z"),
        engage_row(22, "", 1, deleted_at="2026-11-24T08:00:00Z"),
        engage_row(31, "Wees", 30),
    ]
    return zipped(path, engage_files([*rows, *gone]))


def slack(path: Path) -> Path:
    root = "1795449000.000100"
    said = [slack_said(f"17954490{n:02}.000200", f"Antwoord {n}", thread_ts=root) for n in range(7)]
    tombstone = {
        "type": "message",
        "subtype": "tombstone",
        "ts": "1795449500.000000",
        "thread_ts": "1795449500.000000",
        "text": "x",
    }
    return zipped(
        path,
        slack_files(
            {
                "algemeen/2026-11-23": [slack_said(root, "Vraag"), *said, tombstone],
                "algemeen/2026-11-24": [slack_said("1795549000.000100", "Later", thread_ts="1795449500.000000")],
            }
        ),
    )


def workplace(path: Path) -> Path:
    posts = [
        workplace_post(n, f"Vraag {n}", comments={"data": [workplace_comment(n * 10 + k, f"Ja {k}") for k in range(3)]})
        for n in range(1, 5)
    ]
    return zipped(path, {"feed.json": workplace_page(*posts)})


KINDS = [facebook, linkedin, wordpress, engage, slack, workplace]


def imported(here: House, path: Path, stream: str) -> int:
    """Read page by page, each by a reading of its own, as after a crash; returns how many pages changed something."""
    cursor, changed = None, 0
    while True:
        with Source([path]) as source:
            kind = recognise(source)
            assert kind is not None
            page = Reading(source, kind, Options(), cursor, path.with_suffix(f".{stream}.jsonl")).page()
        changed += bool(pages.apply(here.store, CONNECTION, stream, page).thread_ids)
        cursor = page.cursor
        if not page.more:
            return changed


def held(here: House) -> list[tuple[object, ...]]:
    rows = here.store.cache.exec_driver_sql(
        "SELECT m.key, m.text, m.state, t.key, t.title, p.name, s.title FROM message AS m JOIN thread AS t ON t.id = m.thread_id"
        " JOIN person AS p ON p.id = m.person_id JOIN space AS s ON s.id = m.space_id ORDER BY m.key"
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("made", KINDS)
def test_in_small_pieces_or_whole_it_is_the_same_and_twice_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[[Path], Path]
) -> None:
    path = made(tmp_path / "export.zip")
    whole = house(tmp_path / "whole")
    assert imported(whole, path, "first") == 1
    assert len(held(whole)) >= 10
    assert imported(whole, path, "second") == 0
    monkeypatch.setattr(paging, "MESSAGES", 3)
    pieces = house(tmp_path / "pieces")
    assert imported(pieces, path, "first") > 3
    assert held(pieces) == held(whole)
    assert imported(pieces, path, "second") == 0
    assert pieces.store.ledger.exec_driver_sql("SELECT count(*) FROM kept_version").scalar() == 0, (
        "nobody's words were taken for edited"
    )

"""The export of the fake: a ZIP of CSV files, with columns that nobody asked for among those that public readers use."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

from tests.fakes.yammer_world import Said, World

MESSAGES = (
    "id", "replied_to_id", "thread_id", "conversation_id", "group_id", "group_name", "in_private_group",
    "in_private_conversation", "participants", "sender_id", "sender_name", "body", "created_at", "deleted_at", "deleted_by_id",
    "title", "wat_nieuws",
)  # fmt: skip


def moment(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def at_s(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()


def csv_of(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def zip_of(**files: str) -> bytes:
    """An archive with these files: `zip_of(Messages="id,…")`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(f"export/{name}.csv", text)
        archive.writestr("log.txt", "done")
    return made.getvalue()


def export_of(world: World, since: str, until: str) -> bytes:
    """What was said, removed and changed in this piece of time."""
    from_s, to_s = at_s(since), at_s(until)
    said = [(one, None) for one in world.said.values() if from_s <= one.at_s < to_s]
    gone = [(one, when) for one, when in world.deleted if from_s <= when < to_s or from_s <= one.at_s < to_s]
    return zip_of(
        Messages=csv_of(MESSAGES, (row_of(world, one, when) for one, when in (*said, *gone))),
        MessageVersions=csv_of(
            ("id", "message_id", "body", "created_at"),
            ((n, number, text, moment(when)) for n, (number, text, when) in enumerate(world.edits) if from_s <= when < to_s),
        ),
        Users=csv_of(
            ("id", "name", "job_title", "email", "state"),
            ((user.id, user.full_name, "Redacteur", f"{user.name}@voorbeeld.example", "active") for user in world.users.values()),
        ),
        Networks=csv_of(("id", "url"), ()),
    )  # fmt: skip


def row_of(world: World, one: Said, deleted_s: int | None) -> list[object]:
    participants = ",".join(f"user:{world.users[name].id}" for name in sorted(one.direct_to))
    return [
        one.id, one.replied_to or "", one.thread, "", one.group or "", "", "false", "true" if one.direct_to else "false",
        participants, one.sender.id, one.sender.full_name, one.text, moment(one.at_s),
        "" if deleted_s is None else moment(deleted_s), "" if deleted_s is None else one.sender.id, one.title or "", "?",
    ]  # fmt: skip

"""Which events are taken back, and which of them are one decision."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    bind = op.get_bind()
    bind.exec_driver_sql("CREATE TABLE undone (event TEXT NOT NULL PRIMARY KEY) STRICT")
    gone: set[str] = set()
    for row in bind.exec_driver_sql(
        "SELECT key, undoes FROM event WHERE what = 'undo' AND undoes IS NOT NULL"
        " ORDER BY hlc DESC, origin DESC, origin_seq DESC"
    ):
        if row.key not in gone:
            gone.add(row.undoes)
    for key in sorted(gone):
        bind.exec_driver_sql("INSERT INTO undone(event) VALUES (?)", (key,))
    bind.exec_driver_sql(
        "CREATE INDEX event_together ON event (json_extract(payload, '$.together'))"
        " WHERE json_extract(payload, '$.together') IS NOT NULL"
    )
    bind.exec_driver_sql("PRAGMA user_version=6")

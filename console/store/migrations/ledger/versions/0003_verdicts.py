"""Verdicts that stand, what became of each report by them, and whom private words are for."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    bind = op.get_bind()
    bind.exec_driver_sql(
        "CREATE TABLE verdict (message TEXT NOT NULL PRIMARY KEY, event TEXT NOT NULL, action TEXT NOT NULL,"
        ' "by" TEXT NOT NULL, at_ms INTEGER NOT NULL, text_hash TEXT NOT NULL) STRICT'
    )
    bind.exec_driver_sql(
        "CREATE TABLE settled (report TEXT NOT NULL PRIMARY KEY, message TEXT NOT NULL, event TEXT NOT NULL,"
        " state TEXT NOT NULL) STRICT"
    )
    bind.exec_driver_sql("CREATE INDEX settled_message ON settled (message)")
    bind.exec_driver_sql("CREATE INDEX event_message ON event (message) WHERE message IS NOT NULL")
    bind.exec_driver_sql("ALTER TABLE intent ADD COLUMN recipient TEXT DEFAULT '' NOT NULL")
    bind.exec_driver_sql("PRAGMA user_version=3")

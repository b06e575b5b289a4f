"""Decisions about people, laid over the cache until they are folded."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "CREATE TABLE fresh_person (identity TEXT NOT NULL PRIMARY KEY, who TEXT NOT NULL, how TEXT NOT NULL,"
        " seq INTEGER NOT NULL) STRICT"
    )
    op.get_bind().exec_driver_sql("PRAGMA user_version=2")

"""Appeals against verdicts, as they stand."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    bind = op.get_bind()
    bind.exec_driver_sql(
        "CREATE TABLE appeal (event TEXT NOT NULL PRIMARY KEY, message TEXT NOT NULL, at_ms INTEGER NOT NULL,"
        " author TEXT NOT NULL, text TEXT NOT NULL, asked TEXT NOT NULL, judged_by TEXT NOT NULL,"
        " verdict TEXT NOT NULL) STRICT"
    )
    bind.exec_driver_sql("CREATE INDEX appeal_message ON appeal (message)")
    bind.exec_driver_sql("PRAGMA user_version=4")

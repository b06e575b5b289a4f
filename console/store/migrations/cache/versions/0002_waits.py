"""What waits for its turn, what is left of each budget, and which streams have more to read."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    bind = op.get_bind()
    bind.exec_driver_sql("ALTER TABLE stream ADD COLUMN more INTEGER DEFAULT 0 NOT NULL")
    bind.exec_driver_sql(
        "CREATE TABLE allowance (connection TEXT NOT NULL, name TEXT NOT NULL, requests INTEGER NOT NULL,"
        " per_ms INTEGER NOT NULL, published INTEGER NOT NULL, spent TEXT DEFAULT '[]' NOT NULL,"
        " quiet_until_ms INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (connection, name)) STRICT"
    )
    bind.exec_driver_sql(
        "CREATE TABLE wait (id INTEGER NOT NULL, connection TEXT NOT NULL, work TEXT NOT NULL,"
        " about TEXT DEFAULT '' NOT NULL, why TEXT NOT NULL, since_ms INTEGER NOT NULL, due_at_ms INTEGER,"
        " PRIMARY KEY (id)) STRICT"
    )
    bind.exec_driver_sql("PRAGMA user_version=2")

"""A person is a newcomer once, however many identities they have."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE person ADD COLUMN begins INTEGER DEFAULT 1 NOT NULL")
    op.get_bind().exec_driver_sql("ALTER TABLE person ADD COLUMN since_ms INTEGER")
    op.get_bind().exec_driver_sql("PRAGMA user_version=5")

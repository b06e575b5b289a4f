"""A space may belong to another platform than its connection, and a message may be shortened."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE space ADD COLUMN platform TEXT DEFAULT '' NOT NULL")
    op.get_bind().exec_driver_sql("ALTER TABLE message ADD COLUMN partial INTEGER DEFAULT 0 NOT NULL")
    op.get_bind().exec_driver_sql("PRAGMA user_version=7")

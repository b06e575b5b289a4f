"""What a platform files a conversation under."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE thread ADD COLUMN topics TEXT DEFAULT '[]' NOT NULL")
    op.get_bind().exec_driver_sql("PRAGMA user_version=6")

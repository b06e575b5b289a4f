"""Where words go that leave the platform: to a mail address, or into a file."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    bind = op.get_bind()
    bind.exec_driver_sql("ALTER TABLE intent ADD COLUMN outside TEXT DEFAULT '' NOT NULL")
    bind.exec_driver_sql("PRAGMA user_version=5")

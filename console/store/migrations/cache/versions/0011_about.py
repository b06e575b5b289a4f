"""A question is answered by what is said about it: all threads are looked at anew."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

FAR_MS = 9_000_000_000_000_000  # later than any clock: as if it was set back since


def upgrade() -> None:
    op.get_bind().exec_driver_sql(f"UPDATE meta SET value = '{FAR_MS}' WHERE name = 'levelled_ms'")
    op.get_bind().exec_driver_sql("PRAGMA user_version=11")

"""One person has identities on several platforms."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

_STEPS = (
    "ALTER TABLE person ADD COLUMN mail TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE person ADD COLUMN mail_verified INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE person ADD COLUMN department TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE person ADD COLUMN joins TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE person ADD COLUMN alike TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE person ADD COLUMN who_id INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE person ADD COLUMN how TEXT DEFAULT 'alone' NOT NULL",
    "UPDATE person SET who_id = id",
    "CREATE INDEX person_who ON person (who_id)",
    "CREATE INDEX person_joins ON person (joins, how) WHERE joins <> ''",
    "CREATE INDEX person_alike ON person (alike) WHERE alike <> ''",
    "DROP INDEX message_person",
    "CREATE INDEX message_person ON message (person_id, thread_id, space_id)",
    "PRAGMA user_version=4",
)


def upgrade() -> None:
    for step in _STEPS:
        op.get_bind().exec_driver_sql(step)

"""Bringing a file of an earlier version up to date with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from console.store.connection import connect


def upgrade(path: Path, tree: str) -> None:
    """Run the steps that a file ("cache" or "ledger") still misses, each in a transaction of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / tree))
    connection = connect(path)
    try:
        config.attributes["connection"] = connection
        # What was built from nothing never met Alembic: its `user_version` says which step it is at.
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        met = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
        if version and met is None:
            command.stamp(config, f"{version:04}")
        command.upgrade(config, "head")
    finally:
        connection.close()
        connection.engine.dispose()

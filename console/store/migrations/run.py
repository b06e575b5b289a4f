"""Bringing a file of an earlier version up to date with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from console.store.files import VERSIONS
from console.store.opening import connected, transaction


def upgrade(path: Path, tree: str) -> None:
    """Run the steps that a file ("cache" or "ledger") still misses, all or none; two processes may come at once."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / tree))
    with connected(path) as connection, transaction(connection):
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if version < VERSIONS[path.name]:
            # A file that was made whole has no history of steps: its version says which it has.
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT PRIMARY KEY)")
            connection.exec_driver_sql("DELETE FROM alembic_version")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (f"{version:04}",))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

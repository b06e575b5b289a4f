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
        command.upgrade(config, "head")
    finally:
        connection.close()
        connection.engine.dispose()

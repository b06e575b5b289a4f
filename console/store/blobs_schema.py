"""blobs.db: pictures as the collector made them anew."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# `error` says why there is no picture (then `bytes` is empty), "" for one that is here.
picture = Table(
    "picture", metadata,
    Column("key", Text, primary_key=True), Column("connection", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("error", Text, nullable=False), Column("mime", Text, nullable=False),
    Column("width", Integer, nullable=False), Column("height", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False), Column("size_bytes", Integer, nullable=False),
    Column("fetched_at_ms", Integer, nullable=False), Column("last_used_ms", Integer, nullable=False),
    sqlite_strict=True,
)  # fmt: skip
Index("picture_used", picture.c.last_used_ms, picture.c.key)

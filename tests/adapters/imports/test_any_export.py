"""Whatever was done to an export, it is read as far as it goes: nothing breaks, and nothing that follows is lost with it."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.adapters.imports.entry import Entry, Options, Skipped
from console.adapters.imports.recognising import FORMATS
from console.adapters.imports.source import Source
from console.sentences.imports import skipped_words
from tests.adapters.imports.test_into_the_store import KINDS
from tests.fakes.exports import slack_files, zipped

Cut = tuple[float, float, bytes]
NOISE = st.one_of(
    st.binary(max_size=12),
    st.sampled_from([b'"', b"\\", b"{", b"[", b"]", b"}", b",", b"\n", b"null", b"1e999", b"<", b"<item>", b"</item>", b"]]>",
                     b"&", b"\x00", b"\xff\xfe", b'"ts":3', b"~", b"9" * 40, b"[" * 200, b'{"a":' * 100, b"\xed\xa0\x80"]),
)  # fmt: skip


def spoilt(content: bytes, cuts: list[Cut]) -> bytes:
    for at, length, noise in cuts:
        begin = int(at * len(content))
        content = content[:begin] + noise + content[begin + int(length * 40) :]
    return content


@pytest.mark.parametrize("made", KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), NOISE), min_size=1, max_size=4), st.integers(0, 9))
def test_any_damage_is_told_of_and_breaks_nothing(made: Callable[[Path], Path], cuts: list[Cut], which: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = made(Path(folder) / "heel.zip")
        with zipfile.ZipFile(whole) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        name = sorted(files)[which % len(files)]
        path = zipped(Path(folder) / "kapot.zip", {**files, name: spoilt(files[name], cuts)})
        with Source([path]) as source:
            for kind in FORMATS:
                if kind.recognises(source):
                    for one in kind.read(source, Options(private=True), None):
                        assert isinstance(one, Entry) or (
                            isinstance(one, Skipped) and skipped_words(one.reason, one.facts) != one.reason
                        )


def values(depth: int = 3) -> st.SearchStrategy[object]:
    names = st.sampled_from(
        ["timestamp", "title", "data", "post", "comment", "attachments", "media", "label_values", "label", "value", "href", "dict",
         "fbid", "text", "ts", "thread_ts", "user", "subtype", "message", "previous_message", "deleted_ts", "blocks", "elements",
         "files", "reactions", "edited", "id", "from", "created_time", "permalink_url", "comments", "name", "privacy", "type", "count"]
    )  # fmt: skip
    plain = st.one_of(
        st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False), st.text(max_size=12),
        st.sampled_from(["1795449000.000100", "2024-11-23T08:12:10+0000", "4455_21", "https://www.facebook.com/groups/1/posts/2", "tombstone", "message_changed", "message_deleted"]),
    )  # fmt: skip
    return st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6), max_leaves=12
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(values(), max_size=4))
def test_any_rows_of_json_are_read_or_told_of(rows: list[object]) -> None:
    for files in (
        {"groups/your_posts_in_groups.json": json.dumps({"group_posts_v2": rows})},
        slack_files({"algemeen/2026-11-23": rows}),
        slack_files({}, users=rows, channels=rows),
        {"feed.json": json.dumps({"data": [{"id": "1_2", "message": "x", "created_time": "2024-11-23T08:12:10+0000"}, *rows]})},
    ):  # fmt: skip
        with tempfile.TemporaryDirectory() as folder, Source([zipped(Path(folder) / "x.zip", files)]) as source:
            for kind in FORMATS:
                if kind.recognises(source):
                    for one in kind.read(source, Options(private=True), None):
                        assert json.loads(json.dumps(dict(one.at))) == one.at

"""A few stories of the fault run on the Pages of Facebook and LinkedIn; `make faults` has them all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.servers.connected import FAULTS, connected, keep_secrets_in_a_file


@pytest.mark.parametrize(
    ("platform", "fault"),
    [("facebook", "cut after"), ("facebook", "429"), ("linkedin", "garbage after"), ("linkedin", "cut before")],
)
def test_a_reply_on_a_page_arrives_once(
    platform: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    keep_secrets_in_a_file(tmp_path, monkeypatch)
    with connected(platform, tmp_path) as there:
        made = there.reply("Morgen om tien uur.")
        struck = there.line.next(FAULTS[fault], there.place.sends)
        asyncio.run(there.until_the_outbox_is_settled())
        assert struck.happened == 1, "the fault was really there"
        there.tells_the_truth(made)

"""A sign-in ends by itself: after ten minutes in the browser, or when its code does, on a clock that tests set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from console.adapters.contract import DeviceCode
from console.adapters.memory import Memory
from console.domain.platform import AuthExpired, Rejected
from console.sync import signing_in
from console.sync.connecting import Patience


class Pages:
    """Sign-in pages on which nobody ever comes, or only after so many looks."""

    provider = "Nobody"

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def begin(self, config: object, tools: object) -> Pages:
        return self

    async def address(self, redirect: str) -> str:
        return "https://nobody.example/"

    def is_ours(self, query: Mapping[str, str]) -> bool:
        return False

    async def code(self) -> DeviceCode:
        return DeviceCode("ABCD", "https://nobody.example/code", 60)

    async def look(self) -> Mapping[str, str] | float:
        self.looks -= 1
        return {"tokens": "t"} if self.looks < 0 else 25.0


async def sign_in(monkeypatch: pytest.MonkeyPatch, looks: int, *, with_code: bool) -> tuple[dict[str, str], list[Any]]:
    monkeypatch.setattr(Memory, "sign_in", Pages(looks), raising=False)
    said: list[Any] = []

    async def pause(seconds: float) -> None:
        said.append(seconds)

    args = {"adapter": "memory", "with_code": with_code}
    try:
        return await signing_in.sign_in(args, Patience(), lambda: 0, said.append, pause, limit_s=0.05), said
    finally:
        assert said[0] == ({"code": "ABCD", "address": "https://nobody.example/code"} if with_code
                           else {"open": "https://nobody.example/"})  # fmt: skip


async def test_a_page_that_nobody_finishes_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert signing_in.LIMIT_S == 600
    with pytest.raises(Rejected) as ended:
        await sign_in(monkeypatch, 0, with_code=False)
    assert ended.value.code == "sign_in_timeout"


async def test_a_code_is_looked_for_as_long_as_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    found, said = await sign_in(monkeypatch, 2, with_code=True)
    assert found == {"tokens": "t"}
    assert said[1:] == [25.0, 25.0]
    with pytest.raises(AuthExpired) as ended:
        await sign_in(monkeypatch, 3, with_code=True)
    assert ended.value.code == "code_expired"

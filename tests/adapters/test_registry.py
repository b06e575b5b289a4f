"""Adapters are found through one door, ours and anybody else's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.adapters import registry
from console.domain.platform import CAPABILITIES


@pytest.fixture(autouse=True)
def looked_up_anew() -> Iterator[None]:
    registry._found.cache_clear()
    yield
    registry._found.cache_clear()


def test_ours_are_found_with_what_they_promise() -> None:
    found = {adapter.key: adapter for adapter in registry.all_adapters()}
    assert {"buddypress", "memory", "wordpress"} <= set(found)
    for adapter in found.values():
        assert registry.find(adapter.key) is adapter
        assert 1 <= len(adapter.tile) <= 2, "what fits in a tile of 16 pixels"
        assert set(adapter.default_capabilities.ways) <= set(CAPABILITIES)


def test_an_unknown_one_is_no_adapter() -> None:
    with pytest.raises(KeyError):
        registry.find("telegraaf")

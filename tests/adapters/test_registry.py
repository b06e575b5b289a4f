"""Adapters are found through one door, ours and anybody else's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

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
        assert len(adapter.tile) == 2
        assert set(adapter.default_capabilities.ways) <= set(CAPABILITIES)


def test_an_unknown_one_is_no_adapter() -> None:
    with pytest.raises(KeyError):
        registry.find("telegraaf")


def test_a_third_partys_is_found_and_a_broken_one_harms_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elders.py").write_text("class Elders:\n    key, title, tile = 'elders', 'Elders', 'El'\n")
    (tmp_path / "stuk.py").write_text("raise RuntimeError('stuk')\n")
    info = tmp_path / "elders-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: elders\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[luisterpost.adapters]\nelders = elders:Elders\nstuk = stuk:Stuk\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert registry.find("elders").title == "Elders"
    assert "WordPress" in [adapter.title for adapter in registry.all_adapters()]
    with pytest.raises(KeyError):
        registry.find("stuk")
    sys.modules.pop("elders", None)

"""What we are in a space is kept: invited, joined, sent away, moved on; and that nothing in it can be read."""

from __future__ import annotations

from pathlib import Path

from console.domain.conversation import Space, SpaceKey
from console.domain.platform import capabilities
from console.store.read.connections import spaces
from console.store.write.connections import put_spaces
from tests.houses import CONNECTION, house, key


def test_a_space_stands_as_it_was_last_said(tmp_path: Path) -> None:
    here = house(tmp_path)
    room = SpaceKey(key("space", "kamer"))

    def shown() -> tuple[str, bool]:
        return next((row.standing, row.encrypted) for row in spaces(here.store, CONNECTION) if row.key == room)

    put_spaces(
        here.store, CONNECTION, [(Space(room, "kamer", "De kamer", standing="invited"), capabilities(join="api"))]
    )
    assert shown() == ("invited", False)
    here.apply(Space(room, "kamer", "De kamer", encrypted=True))
    assert shown() == ("joined", True)
    put_spaces(here.store, CONNECTION, [(Space(room, "kamer", "De kamer", standing="moved"), capabilities())])
    assert shown() == ("moved", False)

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


def test_who_knows_a_space_by_its_number_alone_takes_no_name_away(tmp_path: Path) -> None:
    here = house(tmp_path)
    group = SpaceKey(key("group", "4455"))

    def title() -> str:
        return next(row.title for row in spaces(here.store, CONNECTION) if row.key == group)

    here.apply(Space(group, "4455", "4455"))
    assert title() == "4455"
    here.apply(Space(group, "4455", "Vragen aan de directie"))
    for less in ("4455", ""):
        here.apply(Space(group, "4455", less))
        assert title() == "Vragen aan de directie"
    here.apply(Space(group, "4455", "Vragen aan het bestuur"))
    assert title() == "Vragen aan het bestuur"

"""The letters that stand for a platform: the design's for those it knows, the adapter's own for any other."""

from __future__ import annotations

from console.adapters.registry import all_adapters
from console.widgets.theme import learn_tiles, theme, tile_of


def test_every_adapter_of_ours_is_shown_as_it_calls_itself() -> None:
    learn_tiles({kind.key: kind.tile for kind in all_adapters()})
    assert {kind.key: tile_of(kind.key)[0] for kind in all_adapters()} == {
        kind.key: kind.tile for kind in all_adapters()
    }


def test_mail_has_a_sign_and_a_colour_of_its_own() -> None:
    assert tile_of("mail")[0] == "@"
    assert tile_of("mail")[1] != tile_of("facebook")[1]


def test_somebody_elses_platform_has_the_letters_its_adapter_gives_and_keeps_its_colour() -> None:
    before, colour = tile_of("prikbord-of-others")
    learn_tiles({"prikbord-of-others": "Pbx", "yammer": "Zz"})
    assert (before, tile_of("prikbord-of-others")) == ("Pr", ("Pb", colour))
    assert tile_of("yammer")[0] == "Ya", "nobody takes the letters of one that the design knows"


def test_what_an_adapter_learnt_in_the_light_counts_in_the_dark() -> None:
    mode = theme.mode
    try:
        theme.mode = "dark"
        assert tile_of("mail")[0] == "@"
    finally:
        theme.mode = mode

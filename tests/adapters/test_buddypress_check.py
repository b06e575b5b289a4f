"""Looking whether an address is a BuddyPress we can work with, and what this account can do there."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.adapters.buddypress import BuddyPress as Adapted
from console.adapters.contract import Config, Tools
from console.domain.conversation import ConnectionKey
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    CheckResult,
    Way,
)
from console.sentences.for_administrators import RECOGNISING_FILE
from console.sentences.shown import administrator_of, check_line, error_sentence
from tests.adapters.intranet import Home, home, site
from tests.adapters.test_buddypress_contract import now_ms
from tests.fakes.buddypress import BuddyPress

__all__ = ["home", "site"]


async def check(site: BuddyPress, password: str = "", login: str = "redactie") -> CheckResult:
    config = Config(ConnectionKey(""), "buddypress", site.url, login)
    adapter = Adapted(config, {"password": password or site.accounts[login].password}, Tools(now_ms=now_ms))
    try:
        return await adapter.check()
    finally:
        await adapter.close()


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_the_check_finds_the_site_who_we_are_and_the_generation(generation: str) -> None:
    with BuddyPress(generation=generation) as site:
        home = Home(site)
        site.room("Voor iedereen", status="public")
        site.room("Van anderen", home.sanne)
        result = await check(site)
        assert result.works
        assert [line.code for line in result.lines] == ["found", "signed_in", "spaces"]
        assert result.lines[-1].facts["count"] == 3  # the whole site, our group and the open one
        assert sorted(space.title for space in result.spaces) == ["Intranet", "Voor iedereen", "Vragen"]
        assert result.account == f"buddypress:{site.server}:user:{home.us.id}"
        assert (result.settings["generation"], result.settings["recognised"]) == (generation, "yes")
        # What the check found is all there must be: an adapter made with it reads.
        config = Config(ConnectionKey("c"), "buddypress", site.url, "redactie", result.server, result.account)
        bare = Adapted(config, {"password": home.us.password}, Tools(now_ms=now_ms))
        assert [space.title for space in await bare.spaces()] == ["Intranet", "Voor iedereen", "Vragen"]
        await bare.close()


@pytest.mark.parametrize("notifications", [True, False])
async def test_a_site_that_does_not_know_the_password_inside_buddypress_is_found_out(notifications: bool) -> None:
    with BuddyPress(recognised=False, notifications=notifications) as site:
        home = Home(site)
        site.post(home.us, "Iets van ons")
        result = await check(site)
        assert result.works
        (line,) = [line for line in result.lines if line.code == "not_recognised"]
        assert line.outcome == "limited", "it works, and says what is missing"
        said = check_line(line, "buddypress")
        assert RECOGNISING_FILE in administrator_of(line), "and hands on the file itself"
        assert "wp-content/mu-plugins/luisterpost.php" in said
        assert "Reading and answering work" in said
        able = home.adapter(**dict(result.settings)).capabilities(home.keys.space(home.room.id))
        assert (able.way("reply"), able.way("edit"), able.way("react")) == (Way.API, Way.HANDOFF, Way.HANDOFF)
        site.recognised = True
        assert "not_recognised" not in [line.code for line in (await check(site)).lines]


async def test_an_administrator_needs_no_file() -> None:
    with BuddyPress(recognised=False) as site:
        home = Home(site, moderates=True)
        result = await check(site)
        assert (result.settings["recognised"], result.settings["rights"]) == ("yes", "bp_moderate")
        able = home.adapter(**dict(result.settings)).capabilities()
        assert [able.way(name) for name in ("delete", "spam", "unspam", "approve")] == [Way.API, *[Way.HANDOFF] * 3]


async def test_a_wordpress_without_buddypress_says_so(site: BuddyPress) -> None:
    home = Home(site)
    site.has_buddypress = False
    with pytest.raises(BadResponse) as error:
        await check(site)
    assert error.value.code == "no_buddypress"
    with pytest.raises(BadResponse) as later:
        await home.adapter().pull(home.adapter().streams()[0], None)
    assert "no BuddyPress" in error_sentence("BadResponse", "buddypress", later.value.words, later.value.code)


@pytest.mark.parametrize("recognised", [True, False])
async def test_a_wrong_password_asks_to_sign_in_whatever_the_site_makes_of_it(recognised: bool) -> None:
    with BuddyPress(recognised=recognised) as site:
        home = Home(site)
        with pytest.raises(AuthExpired) as error:
            await check(site, "z" * 24)
        assert error.value.code == "bad_password"
        site.post(home.sanne, "Hallo", home.room)
        adapter = home.adapter()
        await home.shelf.catch_up(adapter)
        held = dict(home.shelf.messages)
        home.us.password = "ingetrokken"
        for stream in adapter.streams():
            with pytest.raises(AuthExpired):
                await adapter.pull(stream, None)
        assert home.shelf.messages == held


@pytest.mark.parametrize("page", ["platforms/buddypress.md", "en/start.md", "nl/beginnen.md"])
def test_the_file_that_the_check_hands_on_is_the_one_of_the_guide(page: str) -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / page).read_text(encoding="utf-8")
    assert RECOGNISING_FILE.strip() in "\n".join(line.removeprefix("    ") if page[2] == "/" else line for line in text.splitlines())  # fmt: skip

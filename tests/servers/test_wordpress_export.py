"""A real WordPress's own export says what its API says, under the same keys."""

from __future__ import annotations

from pathlib import Path

from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.wordpress_reading import Keys
from console.domain.conversation import Message, MessageState
from tests.adapters.imports.reading import read
from tests.servers.test_wordpress_contract import DAY_MS, adapter_of, config_of, now_ms
from tests.servers.wordpress import WordPress


async def test_the_export_and_the_api_are_the_same_conversations(wordpress: WordPress, tmp_path: Path) -> None:
    post = wordpress.new_post(
        "Wat <em>vinden</em> jullie & wij?", "<!-- wp:paragraph -->\n<p>Zeg het ]]> ons.</p>\n<!-- /wp:paragraph -->"
    )
    page = wordpress.new_post("Over ons", "Regel een\nregel twee\n\nNog een alinea", kind="pages")
    asked = wordpress.comment("sanne", post, "Waarom nu pas?\n\nZie https://voorbeeld.example/rooster & meer")
    answered = wordpress.comment("redactie", post, "Daarom, <strong>Sanne</strong>.", asked)
    held = wordpress.comment("joris", post, "Nog niet gezien", held=True)
    spam, binned = wordpress.comment("fatma", post, "Koop nu"), wordpress.comment("fatma", page, "Weg ermee")
    wordpress.set_status(spam, "spam")
    wordpress.set_status(binned, "trash")
    shelf = Shelf()
    config = config_of(wordpress, wordpress.url, since_ms=now_ms() - DAY_MS)
    adapter = adapter_of(wordpress, config, Tools(now_ms=now_ms, known=shelf.known))
    await shelf.catch_up(adapter)
    await adapter.close()
    path = tmp_path / "export.xml"
    path.write_text(wordpress.export(), encoding="utf-8")
    told = read(path)
    keys = Keys(wordpress.server)
    mine = {keys.post(post), keys.post(page), *map(keys.comment, (asked, answered, held))}
    assert mine <= told.messages.keys() & shelf.messages.keys()
    assert keys.comment(spam) in shelf.messages, "the API tells of spam"
    assert keys.comment(spam) not in told.messages, "and WordPress leaves it out of its exports"
    for key in mine:
        one, other = told.messages[key], shelf.messages[key]
        assert isinstance(other, Message)
        for name in ("space", "author", "posted_at_ms", "text", "root", "parent", "state", "title", "url"):
            assert getattr(one, name) == getattr(other, name), (key, name)
        assert one.html == other.html
    assert told.messages[keys.comment(binned)].state is MessageState.DELETED
    assert {thread.title for thread in told.threads.values()} >= {"Wat vinden jullie & wij?", "Over ons"}
    for key in {told.messages[key].author for key in mine} & shelf.people.keys():
        assert told.people[key].name == shelf.people[key].name

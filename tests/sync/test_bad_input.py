"""Whatever an intranet does or says: nothing held is lost, no word goes twice, and what is wrong is one plain sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.adapters.budgets import Allowance
from console.desk import replies
from console.desk.seat import Desk
from console.domain.conversation import ThreadKey
from console.domain.outbox import State
from console.domain.policy import Policy
from console.sentences.shown import health_sentence
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read import outbox
from console.store.read.connections import connections
from console.store.write.connections import NewConnection, put
from console.sync.connecting import Patience, adapter_for
from console.sync.delivery import Delivery
from console.sync.engine import Engine
from tests.adapters.test_buddypress_contract import now_ms
from tests.servers import proxy
from tests.servers.proxy import Proxy, to
from tests.sync.intranets import INTRANETS, Intranet
from tests.sync.test_first_pull import Impatient

PAGE = "<!doctype html><html><body><p>Onderhoud</p></body></html>"


def needs(here: Here, what: str) -> None:
    if what in here.there.lacks:
        pytest.skip(f"there are no {what}")


@dataclass
class Here:
    """A profile that collects an intranet through a line that can fail."""

    there: Intranet
    line: Proxy
    store: Store
    ahead_ms: int = 0

    def collect(self) -> str:
        """A new process collects everything and delivers what is due; how the connection is, in words."""

        async def once() -> None:
            (row,) = connections(self.store)
            patience = Patience(timeout_s=5.0, settle_scale=0.0)
            adapter = adapter_for(
                self.store, row, self.there.secrets, patience, self.now_ms, allowance=Allowance(Impatient())
            )
            await Engine(self.store, row.key, adapter, lambda threads: None).round(everything=True)
            await Delivery(self.store, row.key, adapter).step()
            await adapter.close()

        asyncio.run(once())
        (row,) = connections(self.store)
        return health_sentence(row, self.now_ms())

    def now_ms(self) -> int:
        return now_ms() + self.ahead_ms

    def later(self) -> None:
        self.ahead_ms += 600_000

    def held(self) -> dict[str, tuple[str, str, str, str]]:
        """Every message held: its words, state, space and author."""
        rows = self.store.read(
            "SELECT m.key, m.text, m.state, s.title, p.name FROM message AS m JOIN space AS s ON s.id = m.space_id"
            " JOIN person AS p ON p.id = m.person_id"
        )
        return {row["key"]: (row["text"], row["state"], row["title"], row["name"]) for row in rows}

    def of(self, thread: ThreadKey) -> tuple[str, str, str, str]:
        return self.held()[thread]


@pytest.fixture(params=INTRANETS)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Here]:
    there = INTRANETS[request.param]()
    with Proxy(there.url) as line:
        config = there.config(line.url)
        made = Here(there, line, Store(tmp_path, now_ms=lambda: made.now_ms(), policy=Policy()))
        prepare(made.store.folder)
        new = NewConnection(config.connection, "Hier", config.platform, config.platform, config.url, config.user, config.server,
                            config.account, "Redactie", 0, 0, dict(config.settings))  # fmt: skip
        put(made.store, new)
        yield made
        made.store.close()
    there.close()


def test_a_revoked_token_asks_to_sign_in_again_and_loses_nothing(here: Here) -> None:
    thread = here.there.post("Wanneer komt het rooster?")
    assert here.collect() == "In order."
    before = here.held()
    here.there.revoke()
    intent = replies.reply(Desk(here.store, "Noor", 0), thread, "Vrijdag").intents[0]
    said = here.collect()
    assert "no longer lets us in" in said or "isn't right" in said
    (row,) = outbox.intents(here.store)
    assert (row.intent.state, row.intent.waits_for, row.intent.text) == (State.QUEUED, "sign_in", "Vrijdag")
    assert here.held() == before
    here.there.let_in()
    here.later()
    assert here.collect() == "In order."
    assert here.there.says(thread) == ["Vrijdag"]
    sent = outbox.intent(here.store, intent.id)
    assert sent is not None
    assert sent.intent.state is State.SENT


def test_a_permission_that_lacks_is_named_in_the_platforms_words(here: Here) -> None:
    here.there.post("Wanneer komt het rooster?")
    here.collect()
    before = here.held()
    answer, words = here.there.refusal
    with here.line.during(proxy.instead(403, answer), to(here.there.lists, "GET")) as fault:
        said = here.collect()
    assert fault.happened
    assert words in said
    assert "Ask its administrator" in said
    assert here.held() == before


@pytest.mark.parametrize("what", ["vanished", "became private"])
def test_a_group_that_is_gone_for_us_keeps_what_was_said_and_stops_no_other(here: Here, what: str) -> None:
    needs(here, "groups")
    there = here.there.post("Lunch om twaalf uur", group=1)
    here.collect()
    before = here.of(there)
    (here.there.take_away if what == "vanished" else here.there.close_to_us)()
    elsewhere = here.there.post("Nieuws")
    assert here.collect() == "In order."
    assert here.of(there) == before
    assert here.of(elsewhere)[0] == "Nieuws"


def test_a_colleague_with_a_new_name_has_it_on_what_was_said_before(here: Here) -> None:
    needs(here, "names")
    thread = here.there.post("Hallo")
    here.collect()
    here.there.rename("Sanne Smit")
    here.there.post("Ik heet anders")
    here.collect()
    assert here.of(thread)[3] == "Sanne Smit"


def test_a_thread_that_moved_to_another_group_is_there_once(here: Here) -> None:
    needs(here, "groups")
    thread = here.there.post("Hallo")
    here.collect()
    assert here.of(thread)[2] == "Algemeen"
    here.there.move(thread)
    assert here.collect() == "In order."
    assert here.of(thread)[1:3] == ("visible", "Kantine")
    assert len(here.held()) == 1


def test_an_id_that_comes_back_is_there_again(here: Here) -> None:
    thread = here.there.post("Hallo")
    here.collect()
    here.there.remove(thread)
    here.collect()
    assert here.of(thread)[1] == "deleted"
    here.there.bring_back(thread)
    assert here.collect() == "In order."
    assert here.of(thread)[:2] == ("Hallo", "visible")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (proxy.instead(200, PAGE, "text/html"), "answered with a page instead of data"),
        (proxy.instead(500, PAGE, "text/html"), "answered with a page instead of data"),
        (None, "something we don't understand"),
        (proxy.instead(200, b" " * (20 * 1024 * 1024 + 1)), "sent more than we accept"),
        (proxy.instead(200, '{"results": 5}'), "something we don't understand"),
    ],
    ids=["a page", "a broken page", "an error inside a 200", "over 20 MB", "no list"],
)  # fmt: skip
def test_an_answer_that_is_none_is_a_plain_sentence_and_loses_nothing(
    here: Here, kind: proxy.Kind | None, sentence: str
) -> None:
    thread = here.there.post("Hallo")
    here.collect()
    before = here.held()
    replies.reply(Desk(here.store, "Noor", 0), thread, "Dag")
    with here.line.during(kind or proxy.instead(200, here.there.error)) as fault:
        said = here.collect()
        assert sentence in said
        assert "Nothing is lost" in said
    assert fault.happened
    assert here.held() == before
    here.later()
    assert here.collect() == "In order."
    assert here.there.says(thread) == ["Dag"]


def fields_of(answer: Any) -> set[str]:
    """Every name of a field in an answer."""
    if isinstance(answer, dict):
        return {str(name) for name in answer} | {one for value in answer.values() for one in fields_of(value)}
    return {one for value in answer for one in fields_of(value)} if isinstance(answer, list) else set()


CHANGES: list[Callable[[dict[str, Any], str], Any]] = [
    lambda row, name: {key: value for key, value in row.items() if key != name},
    lambda row, name: {**row, name: [{"?": -1.5}]},
]


def changed(answer: Any, name: str, change: Callable[[dict[str, Any], str], Any]) -> Any:
    """The same answer with one field of every row changed."""
    if isinstance(answer, list):
        return [changed(one, name, change) for one in answer]
    if not isinstance(answer, dict):
        return answer
    answer = {key: changed(value, name, change) for key, value in answer.items()}
    return change(answer, name) if name in answer else answer


@pytest.mark.parametrize("thoroughly", [False, pytest.param(True, marks=pytest.mark.long)])
def test_unknown_missing_and_mistyped_fields_are_lived_with(here: Here, thoroughly: bool) -> None:
    """Each field is either missing or mistyped, by turns; thoroughly it is both."""
    threads = [here.there.post(f"Bericht {number}") for number in range(2)]
    seen: set[str] = set()

    def noted(answer: Any) -> Any:
        seen.update(fields_of(answer))
        return answer

    here.there.twist(noted)
    assert here.collect() == "In order."
    before = here.held()
    here.there.twist(lambda answer: {**answer, "toekomst": {"a": [1]}} if isinstance(answer, dict) else answer)
    assert here.collect() == "In order.", "a field that nobody knows changes nothing"
    assert here.held() == before
    assert len(seen) > 20
    for n, name in enumerate(sorted(seen)):
        for change in CHANGES if thoroughly else CHANGES[n % 2 :][:1]:
            here.there.twist(lambda answer, name=name, change=change: changed(answer, name, change))
            said = here.collect()
            assert "made a mistake" not in said, (name, said)
            assert set(threads) <= set(here.held()), name
            assert {here.of(thread)[1] for thread in threads} <= {"visible", "unreadable", "hidden"}, (name, said)
    here.there.twist(lambda answer: answer)
    here.later()
    assert here.collect() == "In order."
    assert {key: here.held()[key] for key in before} == before

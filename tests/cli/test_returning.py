"""Back on the network, in the terminal: each of the four ways to be stale, both sides, and one word that settles it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.cli.session import now_ms
from console.desk import verdicts
from console.desk.seat import Desk
from console.domain.conversation import MessageKey
from console.domain.outbox import On, State
from console.domain.policy import Policy
from console.domain.verdicts import Action, Judgement
from console.store.connection import Store
from console.store.read import names
from console.store.read.connections import connections
from console.store.read.outbox import intents
from console.store.write import away
from console.store.write.intents import move
from tests.cli.program import Program
from tests.cli.test_verdict import reported


def edited(store: Store, message: MessageKey) -> str:
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE message SET text = 'Nu anders', text_hash = 'x' WHERE key = ?", (message,))
    return "edited"


def removed(store: Store, message: MessageKey) -> str:
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE message SET state = 'deleted' WHERE key = ?", (message,))
    return "removed"


def closed(store: Store, message: MessageKey) -> str:
    of = "(SELECT thread_id FROM message WHERE key = ?)"
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql(f"UPDATE thread SET locked = 1 WHERE id = {of}", (message,))
    return "locked"


def decided(store: Store, message: MessageKey) -> str:
    verdicts.give(Desk(store, "Karin", 10_000), message, Judgement(Action.KEEP))
    return "decided"


Others = Callable[[Store, MessageKey], str]
TELLS = {edited: "Nu anders", removed: "It is gone.", closed: "conversation is closed", decided: "Karin"}


def back(own: Program, others: Others) -> str:
    """A verdict without network on what somebody else changed; returns the end of its id."""
    which = reported(own, "Twee nachten")
    given = own.json("verdict", which, "delete", "--policy", "1")["verdict"]["id"]
    store = Store(own.home / "demo", now_ms=now_ms, policy=Policy())
    why = others(store, names.message(store, which))
    for row in intents(store):
        if row.intent.state is State.QUEUED and row.intent.decision == given:
            move(store, row.intent.id, On.THREAD_CHANGED, error=why)
    for line in connections(store):
        away.came_back(store, line.key, now_ms() - 8 * 3_600_000)
    store.close()
    return str(given)[-8:]


@pytest.mark.parametrize("others", list(TELLS), ids=lambda others: others.__name__)
def test_what_is_stale_is_shown_on_both_sides_and_a_person_must_decide(own: Program, others: Others) -> None:
    which = back(own, others)
    told = own("outbox", "--return")
    assert told.returncode == 5
    said = told.stdout + told.stderr
    assert "1 waits for you" in said
    assert "As it was judged" in said
    assert "As it is now" in said
    assert TELLS[others] in " ".join(said.split())
    assert (f"outbox mine {which}" in said) == (others is not removed), "what is gone can't be judged any more"
    assert f"outbox theirs {which}" in said


def test_a_long_line_keeps_its_place_where_it_goes_on(own: Program) -> None:
    which = back(own, decided)
    lines = own("outbox", "--return", COLUMNS="50").stdout.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith(which))
    boxes = next(n for n, line in enumerate(lines) if n > first and "As it was judged" in line)
    said = lines[first + 1 : boxes]
    assert len(said) > 1, "too long for one line"
    assert all(line.startswith(" " * 10) for line in said)


def test_one_item_of_the_outbox_shows_both_sides_too_and_what_can_be_done(own: Program) -> None:
    back(own, edited)
    items = own.json("outbox")["intents"]
    stuck = next(one for one in items if (one["state"], one["kind"]) == ("conflict", "delete"))
    shown = own("outbox", "show", stuck["id"][-8:]).stdout
    assert "As it was judged" in shown
    assert "Nu anders" in shown
    assert f"outbox retry {stuck['id'][-8:]} · outbox drop" in shown
    told = own.json("outbox", "show", stuck["id"])
    assert (told["sides"][1]["text"], told["can"]) == ("Nu anders", ["retry", "drop"])


def test_of_what_is_heavy_neither_title_nor_words_stand_there_until_asked_for(own: Program) -> None:
    back(own, edited)
    store = Store(own.home / "demo", now_ms=now_ms, policy=Policy())
    (event,) = store.read("SELECT message, thread FROM ledger.event WHERE what = 'verdict' ORDER BY hlc DESC LIMIT 1")
    with store.writing(store.cache) as cache:
        for key in (event["message"], event["thread"]):
            cache.exec_driver_sql("UPDATE report SET reason = 'Threats or intimidation', state = 'upheld' WHERE message = ?", (key,))  # fmt: skip
    store.close()
    items = own.json("outbox")["intents"]
    stuck = next(one for one in items if (one["state"], one["kind"]) == ("conflict", "delete"))
    for words in (("outbox", "--return"), ("outbox", "show", stuck["id"])):
        said = own(*words).stdout
        assert "Covered: reported as ‘Threats" in " ".join(said.split())
        assert "Nu anders" not in said
        assert "Nu anders" in own(*words, "--reveal").stdout


@pytest.mark.parametrize("word", ["mine", "theirs", "leave"])
def test_one_word_settles_it(own: Program, word: str) -> None:
    which = back(own, closed)
    # By the decision, or by what stands in the outbox for it: whichever of the two somebody reads.
    held = [one["id"] for one in own.json("outbox")["intents"] if one["state"] == "conflict"]
    assert own("outbox", word, held[-1] if word == "mine" and held else which).returncode == 0
    again = own("outbox", "--return")
    assert again.returncode == 0
    assert "waits for you" not in again.stderr
    if word == "leave":
        assert "1 is left for later" in again.stderr
    else:
        assert own("outbox", word, which).returncode == 1, "and only once"


@pytest.mark.parametrize("word", ["mine", "theirs", "leave"])
@pytest.mark.parametrize("became", ["not_taken", "uncertain"])
def test_one_word_settles_what_its_platform_did_not_do_or_cannot_tell(own: Program, became: str, word: str) -> None:
    which = back(own, lambda _store, _message: became)
    store = Store(own.home / "demo", now_ms=now_ms, policy=Policy())
    for row in intents(store):
        if row.intent.error == became:
            move(store, row.intent.id, On.RETRY)
            move(store, row.intent.id, On.DUE)
            if became == "not_taken":
                move(store, row.intent.id, On.REFUSED, error="Rejected", error_words=became)
            else:
                move(store, row.intent.id, On.ANSWER_LOST, last_byte_at_ms=now_ms())
                move(store, row.intent.id, On.CANT_TELL, asks=True)
    store.close()
    told = own("outbox", "--return")
    assert (told.returncode, f"outbox {word} {which}" in told.stdout) == (5, True)
    assert own("outbox", word, which).returncode == 0
    assert own("outbox", "--return").returncode == 0


def test_without_an_absence_there_is_nothing_to_tell(own: Program) -> None:
    store = Store(own.home / "demo", now_ms=now_ms, policy=Policy())
    away.put_away(store)  # the demo begins with one
    store.close()
    told = own("outbox", "--return")
    assert (told.returncode, "nothing to tell" in told.stderr) == (0, True)
    assert own.json("outbox", "--return") == {"return": None}

"""How Yammer is read: the newest of every space first, in few requests; gaps, history, and what nobody announces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.domain.conversation import MessageState
from tests.adapters.network import Network
from tests.fakes.yammer import Yammer
from tests.fakes.yammer_world import Group
from tests.figures import Note

DAY_MS = 86_400_000


@pytest.fixture
def yammer() -> Iterator[Yammer]:
    with Yammer() as served:
        yield served


@pytest.fixture
def network(yammer: Yammer) -> Network:
    return Network(yammer)


def crowd(yammer: Yammer, groups: int, threads: int, answers: int = 4) -> list[Group]:
    """So many communities with so many threads of so many answers each."""
    made = [yammer.home, *(yammer.group(f"Groep {n}", "redactie", "sanne", "joris") for n in range(groups - 1))]
    for thread in range(threads):
        for group in made:
            post = yammer.post("sanne", f"Vraag {thread}", group)
            for answer in range(answers):
                yammer.answer("joris", post.id, f"Antwoord {answer}")
    return made


# -- the first pull ------------------------------------------------------------------------------------------------------


async def test_the_newest_threads_of_all_spaces_are_there_before_anything_older(
    yammer: Yammer, network: Network, note: Note
) -> None:
    groups = crowd(yammer, groups=8, threads=30)
    made = network.adapter()
    requests = await network.round(made, "feed") + await network.round(made, "space", pages=1)
    assert requests == len(groups) + 1
    for group in groups:
        newest = sorted(one.id for one in yammer.said.values() if one.group == group.id and one.id == one.thread)[-20:]
        assert {network.site.message(number, number) for number in newest} <= set(network.shelf.messages)
    note(f"{len(groups)} spaces of Yammer show their newest threads after {requests} requests")
    await made.close()


async def test_what_the_pages_of_threads_leave_out_comes_next_and_the_history_behind_it(
    yammer: Yammer, network: Network
) -> None:
    crowd(yammer, groups=2, threads=25)
    made = network.adapter()
    await network.caught_up(made)
    await made.close()
    assert len(network.shelf.messages) == len(yammer.said) == 250


async def test_a_first_pull_that_is_stopped_anywhere_goes_on_in_another_process(
    yammer: Yammer, network: Network
) -> None:
    crowd(yammer, groups=2, threads=25)
    rounds = 0
    while len(network.shelf.messages) < 250:
        made = network.adapter()
        for stream in made.streams():
            await network.take(made, stream)
        await made.close()
        rounds += 1
        assert rounds < 60
    assert rounds > 5
    assert not network.shelf.gone


async def test_only_what_counts_is_fetched_and_the_opening_of_what_goes_on(yammer: Yammer, network: Network) -> None:
    old = [yammer.post("sanne", f"Lang geleden {n}") for n in range(50)]
    yammer.at_s += 30 * 86_400
    for n in range(25):
        yammer.post("sanne", f"Nu {n}")
    yammer.answer("joris", old[0].id, "Toch nog")
    for n in range(25):
        yammer.post("sanne", f"Nieuwst {n}")
    network.since_ms = yammer.now_ms() - DAY_MS
    made = network.adapter()
    await network.caught_up(made)
    await made.close()
    assert network.shelf.messages[network.key(old[0])].text == "Lang geleden 0"
    assert len(network.shelf.messages) == 25 + 25 + 2


# -- what is new ---------------------------------------------------------------------------------------------------------


async def test_one_feed_tells_which_spaces_moved_and_only_those_are_looked_at(yammer: Yammer, network: Network) -> None:
    groups = crowd(yammer, groups=6, threads=3)
    made = network.adapter()
    await network.caught_up(made)
    yammer.post("sanne", "Nieuw", groups[3])
    yammer.asked.clear()
    await network.round(made, "feed")
    await network.round(made, "space")
    assert [asked.path for asked in yammer.asked] == ["messages.json", f"messages/in_group/{groups[3].id}.json"]
    assert "Nieuw" in {message.text for message in network.shelf.messages.values()}
    assert [stream.every_s for stream in made.streams() if stream.key.startswith("space")] == [1800.0] * 6
    await made.close()


async def test_what_the_feed_told_is_not_forgotten_when_the_process_ends_in_between(
    yammer: Yammer, network: Network
) -> None:
    made = network.adapter()
    await network.caught_up(made)
    await made.close()
    yammer.post("sanne", "Nieuw")
    made = network.adapter()
    await network.round(made, "feed")
    await made.close()
    made = network.adapter()
    await network.round(made, "feed")
    await network.round(made, "space")
    await made.close()
    assert "Nieuw" in {message.text for message in network.shelf.messages.values()}


async def test_a_space_of_which_the_feed_tells_nothing_is_looked_at_now_and_then(
    yammer: Yammer, network: Network
) -> None:
    made = network.adapter()
    await network.caught_up(made)
    said = yammer.post("sanne", "Nieuw")
    with yammer.during(200, b'{"messages": [], "meta": {"older_available": false}}', when="messages.json"):
        await network.round(made, "feed")
        await network.round(made, "space")
        assert network.key(said) not in network.shelf.messages
        await network.clock.advance(31 * 60)
        await network.round(made, "space")
    assert network.key(said) in network.shelf.messages
    await made.close()


async def test_paging_stops_at_what_is_known_and_goes_back_to_it_when_much_is_new(
    yammer: Yammer, network: Network
) -> None:
    crowd(yammer, groups=1, threads=30, answers=0)
    made = network.adapter()
    await network.caught_up(made)
    posts = [yammer.post("sanne", f"Nieuw {n}") for n in range(45)]
    await network.round(made, "feed")
    assert await network.round(made, "space") == 3
    assert {network.key(post) for post in posts} <= set(network.shelf.messages)
    await network.round(made, "feed")
    assert await network.round(made, "space") == 0
    await made.close()


async def test_a_thread_that_moved_on_by_many_answers_is_filled_from_the_thread(
    yammer: Yammer, network: Network
) -> None:
    post = yammer.post("sanne", "Hallo")
    made = network.adapter()
    await network.caught_up(made)
    for n in range(50):
        yammer.answer("joris", post.id, f"Antwoord {n}")
    await network.round(made, "feed")
    await network.round(made, "space")
    assert len(network.shelf.shown(network.site.thread(post.id))) == 51
    await made.close()


async def test_the_poll_interval_that_the_network_asks_for_is_honoured_and_never_below_a_minute(
    yammer: Yammer, network: Network
) -> None:
    made = network.adapter()
    for asked_s, waits_s in ((0, 60), (20, 60), (300, 300)):
        yammer.poll_s = asked_s
        page = await network.take(made, made.streams()[0])
        assert page.again_at_ms == network.now_ms() + waits_s * 1000
    await made.close()


# -- oddities ------------------------------------------------------------------------------------------------------------


async def test_a_thread_that_is_empty_by_mistake_is_asked_for_once_more(yammer: Yammer, network: Network) -> None:
    post = yammer.post("sanne", "Hallo")
    for n in range(9):
        yammer.answer("joris", post.id, f"Antwoord {n}")
    yammer.hiccups = 2  # the second page of each two, which is the thread
    made = network.adapter()
    await network.take(made, made.streams()[1])
    page = await network.take(made, made.streams()[1])
    assert not page.more
    asked = [one for one in yammer.asked if "in_thread" in one.path]
    assert len(asked) == 2, "the first was really empty"
    assert len(network.shelf.messages) == 10
    await made.close()


async def test_a_wrong_count_hides_nothing_for_long(yammer: Yammer, network: Network) -> None:
    yammer.miscounts = True
    posts = [yammer.post("sanne", f"Vraag {n}") for n in range(6)]
    for post in posts:
        for n in range(5):
            yammer.answer("joris", post.id, f"Antwoord {n}")
    assert any(yammer.updates(post.id, 6) != 6 for post in posts), "one is really wrong"
    made = network.adapter()
    await network.caught_up(made)
    await made.close()
    assert len(network.shelf.messages) == 36


# -- what nobody announces -----------------------------------------------------------------------------------------------


async def test_a_removed_thread_goes_with_all_that_was_said_in_it(yammer: Yammer, network: Network) -> None:
    kept, gone = yammer.post("sanne", "Blijft"), yammer.post("sanne", "Gaat weg")
    answers = [yammer.answer("joris", gone.id, f"Antwoord {n}") for n in range(30)]
    made = network.adapter()
    await network.caught_up(made)
    keys = {network.key(one) for one in (gone, *answers)}
    yammer.drop(gone.id)
    yammer.asked.clear()
    await network.round(made, "sweep")
    assert network.shelf.gone == keys
    assert len(yammer.asked) < 10, "its opening tells for all of it"
    assert network.key(kept) in network.shelf.messages
    await made.close()


async def test_what_is_only_left_out_of_a_page_is_not_called_gone(yammer: Yammer, network: Network) -> None:
    said = [yammer.post("sanne", f"Bericht {n}") for n in range(5)]
    made = network.adapter()
    await network.caught_up(made)
    everything = yammer.said
    with_a_hole = {number: one for number, one in everything.items() if number != said[2].id}
    single = Yammer.single
    yammer.instead = lambda asked: (
        yammer._told(asked)
        if f"messages/{said[2].id}" in asked.path
        else _without(yammer, with_a_hole, everything, asked)
    )
    await network.round(made, "sweep")
    assert any(asked.path == f"messages/{said[2].id}.json" for asked in yammer.asked), "it was asked for"
    assert not network.shelf.gone
    assert single is Yammer.single
    await made.close()


def _without(yammer: Yammer, some: dict, everything: dict, asked: object) -> object:  # type: ignore[type-arg]
    yammer.said = some
    try:
        return yammer._told(asked)  # type: ignore[arg-type]
    finally:
        yammer.said = everything


async def test_a_network_that_tells_of_no_single_message_is_not_believed_about_removals(
    yammer: Yammer, network: Network
) -> None:
    said = [yammer.post("sanne", f"Bericht {n}") for n in range(5)]
    made = network.adapter()
    await network.caught_up(made)
    yammer.drop(said[2].id)
    yammer.instead = lambda asked: (
        (404, "text/plain", b"") if asked.path.removeprefix("messages/")[:1].isdigit() else None
    )
    await network.round(made, "sweep")
    assert not network.shelf.gone
    yammer.instead = lambda asked: None
    await network.round(made, "sweep")
    assert network.shelf.gone == {network.key(said[2])}
    await made.close()


async def test_a_community_that_was_closed_to_us_keeps_here_what_was_said_in_it(
    yammer: Yammer, network: Network
) -> None:
    said = yammer.post("sanne", "Hallo")
    made = network.adapter()
    await network.clock.run(made.spaces())
    await network.round(made)
    yammer.home.public = False
    yammer.home.members.discard("redactie")
    for _twice in range(2):
        await network.clock.advance(3600)
        await network.round(made)
    assert network.key(said) in network.shelf.messages
    assert not network.shelf.gone
    gone = [
        space.standing
        for space in (await network.clock.run(made.spaces()))[0]
        if space.remote_id == str(yammer.home.id)
    ]
    assert gone == ["left"]
    await made.close()


async def test_a_post_that_moved_to_another_community_is_there_with_its_answers(
    yammer: Yammer, network: Network
) -> None:
    other = yammer.group("Kantine", "redactie", "sanne")
    post = yammer.post("sanne", "Taart")
    answer = yammer.answer("joris", post.id, "Lekker")
    made = network.adapter()
    await network.caught_up(made)
    post.group = answer.group = other.id
    await network.round(made, "sweep")
    there = network.site.space(str(other.id))
    assert {network.shelf.messages[network.key(one)].space for one in (post, answer)} == {there}
    assert network.shelf.threads[network.site.thread(post.id)].space == there
    assert not network.shelf.gone
    await made.close()


async def test_a_message_that_comes_back_is_here_again(yammer: Yammer, network: Network) -> None:
    said = yammer.post("sanne", "Even weg")
    made = network.adapter()
    await network.caught_up(made)
    del yammer.said[said.id]
    await network.round(made, "sweep")
    assert network.shelf.gone == {network.key(said)}
    yammer.said[said.id] = said
    await network.round(made, "sweep")
    assert network.shelf.messages[network.key(said)].state is MessageState.VISIBLE
    await made.close()


async def test_a_renamed_colleague_has_the_new_name(yammer: Yammer, network: Network) -> None:
    yammer.post("sanne", "Hallo")
    made = network.adapter()
    await network.caught_up(made)
    yammer.users["sanne"].full_name = "Sanne Bakker-de Wit"
    await network.round(made, "sweep")
    assert "Sanne Bakker-de Wit" in {person.name for person in network.shelf.people.values()}
    await made.close()


async def test_the_sweep_looks_at_the_last_week_and_each_time_at_another_piece_of_what_is_older(
    yammer: Yammer, network: Network
) -> None:
    old = [yammer.post("sanne", f"Oud {n}") for n in range(400)]
    yammer.at_s += 30 * 86_400
    for n in range(30):
        yammer.post("sanne", f"Nieuw {n}")
    made = network.adapter()
    await network.caught_up(made)
    for post in old:
        post.text += "!"
    rounds = 0
    while any(not network.shelf.messages[network.key(post)].text.endswith("!") for post in old):
        assert await network.round(made, "sweep") <= 16
        await network.clock.advance(3600)
        await network.round(made, "feed")
        rounds += 1
        assert rounds < 20
    assert rounds > 2
    await made.close()


# -- the limit -----------------------------------------------------------------------------------------------------------


async def test_the_network_never_sees_more_than_it_allows(yammer: Yammer, network: Network, note: Note) -> None:
    crowd(yammer, groups=5, threads=25)
    made = network.adapter()
    await network.caught_up(made)
    await made.close()
    assert len(yammer.asked) > 60
    assert all(asked.status != 429 for asked in yammer.asked)
    assert max(yammer.highest.values()) <= 10
    note(f"{len(yammer.asked)} requests to Yammer, at most {max(yammer.highest.values())} of a kind in 30 seconds")


async def test_filling_gaps_makes_room_when_the_feed_is_due(yammer: Yammer, network: Network) -> None:
    crowd(yammer, groups=3, threads=20, answers=4)
    made = network.adapter()
    await network.round(made, "feed")
    await network.round(made, "space", pages=1)
    first = await network.round(made, "space")
    assert 5 < first < 25, "about as much as a minute allows"
    assert await network.round(made, "space") == 0
    await network.round(made, "feed")
    assert await network.round(made, "space") > 5
    await made.close()


async def test_what_a_thread_is_filed_under_comes_along(yammer: Yammer, network: Network) -> None:
    filed = yammer.post("sanne", "Rooster", topics=["rooster", "personeel"])
    plain = yammer.post("sanne", "Taart")
    made = network.adapter()
    await network.caught_up(made)
    threads = network.shelf.threads
    assert set(threads[network.site.thread(filed.id)].topics or ()) == {"rooster", "personeel"}
    assert threads[network.site.thread(plain.id)].topics == ()
    await made.close()

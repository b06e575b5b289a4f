"""What is said on a blog arrives, comment by comment, whatever happens while we read."""

from __future__ import annotations

import asyncio
import html
import math
from collections.abc import AsyncIterator, Iterator

import pytest

from console.adapters.budgets import Clock
from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.wordpress import WordPress as Adapted
from console.adapters.wordpress_reading import COMMENT_STATES, Keys
from console.domain.conversation import Message, MessageKey, MessageState, ThreadKey
from console.domain.platform import AuthExpired, BadResponse, PlatformError, RateLimited, Unreachable
from tests.adapters.hostile_bodies import bodies
from tests.servers import proxy
from tests.servers.proxy import Proxy, Request, to
from tests.servers.test_wordpress_contract import DAY_MS, adapter_of, config_of, now_ms
from tests.servers.wordpress import WordPress


@pytest.fixture(autouse=True)
def tidy(wordpress: WordPress) -> Iterator[None]:
    """Hundreds of comments that one test seeded would keep every other one busy."""
    yield
    wordpress.sql("DELETE FROM wp_comments WHERE comment_agent = 'seed'")


@pytest.fixture
def line(wordpress: WordPress) -> Iterator[Proxy]:
    with Proxy(wordpress.url) as through:
        yield through


class Reading:
    """An adapter with the shelf it fills. Only what is said from now on counts, whatever other tests left behind."""

    def __init__(self, blog: WordPress, line: Proxy, *, user: str = "redactie", back_ms: int = DAY_MS) -> None:
        self.blog = blog
        self.shelf = Shelf()
        self.keys = Keys(blog.server)
        config = config_of(blog, line.url, since_ms=now_ms() - back_ms, user=user)
        self.tools = Tools(now_ms=now_ms, known=self.shelf.known, timeout_s=10.0)
        self.adapter: Adapted = adapter_of(blog, config, self.tools)

    async def catch_up(self, only: str = "") -> None:
        await self.shelf.catch_up(self.adapter, only)

    def truth(self, post: int) -> dict[MessageKey, tuple[str, MessageState]]:
        return {
            self.keys.comment(comment.id): (html.unescape(comment.content), COMMENT_STATES[comment.status])
            for comment in self.blog.comments(post)
        }

    def held(self, post: int) -> dict[MessageKey, tuple[str, MessageState]]:
        opening = self.keys.post(post)
        return {key: said for key, said in self.shelf.shown(ThreadKey(opening)).items() if key != opening}


@pytest.fixture
async def reading(wordpress: WordPress, line: Proxy) -> AsyncIterator[Reading]:
    made = Reading(wordpress, line)
    yield made
    await made.adapter.close()


def listings(request: Request) -> bool:
    return to("/wp/v2/comments", "GET")(request) and "/comments/" not in request.path


async def test_hundreds_of_comments_arrive_and_a_sweep_asks_no_more_than_it_may(
    wordpress: WordPress, line: Proxy, reading: Reading
) -> None:
    post = wordpress.new_post("Lange draad")
    ids = wordpress.seed(post, 317, first_gmt=first_gmt())
    wordpress.sql(f"UPDATE wp_comments SET comment_approved = 'spam' WHERE comment_ID IN ({ids[3]}, {ids[200]})")
    await reading.catch_up("comments")
    assert reading.held(post) == reading.truth(post)
    assert len(reading.held(post)) == 317
    before = line.count(listings)
    await reading.catch_up("sweep:whole")
    window = f"comment_date_gmt >= FROM_UNIXTIME({(now_ms() - DAY_MS) // 1000 - 1})"
    counts = wordpress.sql(
        f"SELECT IF(comment_approved IN ('0', '1'), 'all', comment_approved), COUNT(*) FROM wp_comments"
        f" WHERE {window} GROUP BY 1"
    )
    sizes = {row.split()[0]: int(row.split()[1]) for row in counts.splitlines()}
    allowed = sum(max(1, math.ceil(sizes.get(name, 0) / 100)) for name in ("all", "spam", "trash", "post-trashed"))
    assert line.count(listings) - before <= allowed
    assert reading.held(post) == reading.truth(post)


def first_gmt() -> str:
    """A moment a few hours back, for comments that are seeded a second apart."""
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) - timedelta(hours=3)).strftime("%Y-%m-%d %H:%M:%S")


async def test_new_comments_come_first_while_history_is_still_read(wordpress: WordPress, line: Proxy) -> None:
    post = wordpress.new_post("Veel geschiedenis")
    wordpress.seed(post, 450, first_gmt=first_gmt(), every_s=1)
    config = config_of(wordpress, line.url, since_ms=now_ms() - DAY_MS, poll_s="0.001")
    shelf = Shelf()
    adapter = adapter_of(wordpress, config, Tools(now_ms=now_ms, known=shelf.known))
    stream = next(stream for stream in adapter.streams() if stream.key == "comments:all")
    cursor, seen_after, new, key = None, None, 0, MessageKey("")
    for pages in range(60):
        page = await adapter.pull(stream, cursor)
        shelf.apply(page)
        cursor = page.cursor
        if pages == 2:
            new = wordpress.comment("sanne", post, "Tussendoor")
            key = Keys(wordpress.server).comment(new)
        if key in shelf.messages and seen_after is None:
            seen_after = pages
        if not page.more:
            break
    assert new
    assert seen_after is not None
    assert seen_after <= 5
    assert not page.more
    assert len(shelf.shown(ThreadKey(Keys(wordpress.server).post(post)))) == 452
    await adapter.close()


async def test_a_silent_edit_far_back_is_found_by_the_sweep(wordpress: WordPress, reading: Reading) -> None:
    post = wordpress.new_post("Stil gewijzigd")
    ids = wordpress.seed(post, 130, first_gmt=first_gmt())
    await reading.catch_up()
    wordpress.edit(ids[0], "Iets heel anders")
    wordpress.set_status(ids[1], "hold")
    wordpress.set_status(ids[2], "trash")
    await reading.catch_up("comments")
    assert reading.held(post)[reading.keys.comment(ids[0])][0] == "Reactie 1"
    await reading.catch_up("sweep")
    assert reading.held(post) == reading.truth(post)
    assert reading.held(post)[reading.keys.comment(ids[0])][0] == "Iets heel anders"


async def test_a_removal_is_asked_for_before_it_is_believed(
    wordpress: WordPress, line: Proxy, reading: Reading
) -> None:
    post = wordpress.new_post("Verwijderd")
    gone, kept = (wordpress.comment("sanne", post, text) for text in ("Weg", "Blijft"))
    await reading.catch_up()
    wordpress.delete(gone)
    # A list that leaves out what is still there: a plugin, a cache, a list that moved.
    hides = (
        f"add_filter('comments_clauses', function ($c) {{ $c['where'] .= ' AND comment_ID <> {kept}'; return $c; }});"
    )
    with wordpress.plugin(hides):
        await reading.catch_up("sweep")
    assert line.count(to(f"/comments/{gone}", "GET")) == 1
    assert line.count(to(f"/comments/{kept}", "GET")) == 1
    assert reading.keys.comment(gone) in reading.shelf.gone
    assert reading.keys.comment(kept) in reading.shelf.messages


async def test_a_reply_whose_question_is_deleted_moves_up(wordpress: WordPress, reading: Reading) -> None:
    post = wordpress.new_post("Omhoog")
    question = wordpress.comment("sanne", post, "Vraag")
    reply = wordpress.comment("joris", post, "Antwoord", question)
    await reading.catch_up()
    assert reading.shelf.messages[reading.keys.comment(reply)].parent == reading.keys.comment(question)
    wordpress.delete(question)
    await reading.catch_up()
    assert reading.shelf.messages[reading.keys.comment(reply)].parent == reading.keys.post(post)


async def test_a_binned_post_hides_its_comments_and_a_deleted_one_takes_them_along(
    wordpress: WordPress, reading: Reading
) -> None:
    post = wordpress.new_post("Prullenbak")
    comment = reading.keys.comment(wordpress.comment("sanne", post, "Reactie"))
    await reading.catch_up()
    wordpress.rest("DELETE", f"/wp/v2/posts/{post}")
    await reading.catch_up()
    assert reading.shelf.messages[comment].state is MessageState.HIDDEN
    assert reading.shelf.messages[reading.keys.post(post)].state is MessageState.DELETED
    wordpress.rest("DELETE", f"/wp/v2/posts/{post}", force="true")
    await reading.catch_up()
    assert comment in reading.shelf.gone


async def test_a_post_that_is_withdrawn_is_hidden_and_a_draft_never_shown(
    wordpress: WordPress, reading: Reading
) -> None:
    post, draft = wordpress.new_post("Terug"), wordpress.new_post("Klad", status="draft")
    await reading.catch_up()
    wordpress.rest("POST", f"/wp/v2/posts/{post}", {"status": "draft"})
    await reading.catch_up()
    assert reading.shelf.messages[reading.keys.post(post)].state is MessageState.HIDDEN
    assert reading.keys.post(draft) not in reading.shelf.messages


async def test_pages_and_closed_posts_are_threads_where_something_was_said(
    wordpress: WordPress, reading: Reading
) -> None:
    open_page = wordpress.new_post("Open pagina", kind="pages")
    closed_page = wordpress.new_post("Over ons", kind="pages", comment_status="closed")
    closed_post = wordpress.new_post("Gesloten")
    comment = wordpress.comment("sanne", closed_post, "Net op tijd")
    wordpress.rest("POST", f"/wp/v2/posts/{closed_post}", {"comment_status": "closed"})
    on_page = wordpress.comment("joris", open_page, "Op een pagina")
    await reading.catch_up()
    threads = {thread.title: thread for thread in reading.shelf.threads.values()}
    assert reading.keys.post(closed_page) not in reading.shelf.threads
    assert threads["Gesloten"].locked
    assert not threads["Open pagina"].locked
    assert reading.shelf.messages[reading.keys.comment(comment)].root == threads["Gesloten"].key
    assert reading.shelf.messages[reading.keys.comment(on_page)].root == threads["Open pagina"].key


async def test_a_new_comment_brings_its_old_post_along(wordpress: WordPress, reading: Reading) -> None:
    post = wordpress.new_post("Oud bericht", date_gmt="2024-01-02T03:04:05")
    wordpress.sql(f"UPDATE wp_posts SET post_modified = post_date, post_modified_gmt = post_date_gmt WHERE ID = {post}")
    comment = wordpress.comment("sanne", post, "Nu pas gelezen")
    await reading.catch_up("posts")
    assert reading.keys.post(post) not in reading.shelf.messages
    await reading.catch_up("comments")
    opening = reading.shelf.messages[reading.keys.post(post)]
    assert (opening.title, opening.posted_at_ms) == ("Oud bericht", 1704164645000)
    assert reading.shelf.messages[reading.keys.comment(comment)].root == opening.key
    assert reading.shelf.people[opening.author].name == "admin"


async def test_a_post_whose_kind_the_api_does_not_show_still_heads_its_comments(
    wordpress: WordPress, reading: Reading
) -> None:
    post = wordpress.new_post("Nieuwsitem")
    with wordpress.plugin("add_action('init', fn() => register_post_type('nieuws', ['public' => true]));"):
        wordpress.sql(f"UPDATE wp_posts SET post_type = 'nieuws' WHERE ID = {post}")
        (comment,) = wordpress.seed(post, 1, first_gmt=first_gmt())
        await reading.catch_up()
    assert reading.shelf.messages[reading.keys.comment(comment)].root == reading.keys.post(post)
    assert "nieuwsitem" in reading.shelf.threads[ThreadKey(reading.keys.post(post))].title


async def test_more_posts_than_a_page_arrive(wordpress: WordPress, reading: Reading) -> None:
    first = wordpress.new_post("Reeks")
    wordpress.sql(
        "INSERT INTO wp_posts (post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_status,"
        " comment_status, post_name, to_ping, pinged, post_modified, post_modified_gmt, post_content_filtered, post_type)"
        " SELECT post_author, post_date, post_date_gmt, 'x', CONCAT('Reeks ', seq), '', 'publish', 'open',"
        " CONCAT('reeks-', seq), '', '', post_modified, post_modified_gmt, '', 'post'"
        f" FROM wp_posts JOIN seq_1_to_230 WHERE ID = {first}"
    )
    try:
        await reading.catch_up("posts")
        titles = {thread.title for thread in reading.shelf.threads.values()}
        assert {f"Reeks {number}" for number in range(1, 231)} <= titles
    finally:
        wordpress.sql("DELETE FROM wp_posts WHERE post_title LIKE 'Reeks %'")


async def test_collecting_further_back_brings_what_was_said_before(wordpress: WordPress, line: Proxy) -> None:
    post = wordpress.new_post("Verleden")
    (old,) = wordpress.seed(post, 1, text="Lang geleden {n}", first_gmt="2026-01-05 10:00:00")
    short = Reading(wordpress, line)
    await short.catch_up()
    assert short.keys.comment(old) not in short.shelf.messages
    shelf = Shelf(cursors=short.shelf.cursors)
    longer = adapter_of(
        wordpress, config_of(wordpress, line.url, since_ms=1_767_225_600_000), Tools(now_ms=now_ms, known=shelf.known)
    )
    await shelf.catch_up(longer, "comments")
    assert short.keys.comment(old) in shelf.messages
    await longer.close()
    await short.adapter.close()


async def test_a_dead_password_is_never_taken_for_emptiness(wordpress: WordPress, line: Proxy) -> None:
    somebody = wordpress.new_account("editor")
    post = wordpress.new_post("Nog gewoon daar")
    wordpress.comment("sanne", post, "Staat er", held=True)
    reading = Reading(wordpress, line, user=somebody.name)
    await reading.catch_up()
    before = reading.held(post)
    assert before
    wordpress.revoke(somebody.name)
    for stream in reading.adapter.streams():
        with pytest.raises(AuthExpired):
            await reading.adapter.pull(stream, None)
        with pytest.raises(AuthExpired):
            await reading.adapter.pull(stream, {key: value for key, value in reading.shelf.cursors[stream.key].items()
                                                if key != "done_ms"})  # fmt: skip
    assert reading.held(post) == before
    assert not reading.shelf.gone
    await reading.adapter.close()


async def test_an_answer_meant_for_anybody_is_not_believed(wordpress: WordPress, reading: Reading, line: Proxy) -> None:
    public = (
        b'[{"id": 1, "post": 1, "parent": 0, "author": 0, "content": {"rendered": "<p>x</p>"}, "status": "approved"}]'
    )
    fault = line.always(proxy.instead(200, public, x_wp_total="1"))
    for stream in reading.adapter.streams():
        with pytest.raises(AuthExpired):
            await reading.adapter.pull(stream, None)
    assert fault.happened == len(reading.adapter.streams())


async def test_a_database_that_is_down_is_a_bad_answer_and_a_stalled_site_none(
    wordpress: WordPress, line: Proxy
) -> None:
    reading = Reading(wordpress, line)
    stream = reading.adapter.streams()[2]
    with wordpress.without_database(), pytest.raises(BadResponse):
        await reading.adapter.pull(stream, None)
    await reading.adapter.close()
    config = config_of(wordpress, wordpress.url)
    impatient = adapter_of(wordpress, config, Tools(now_ms=now_ms, timeout_s=0.3))
    with wordpress.stalled(), pytest.raises(Unreachable) as lost:
        await impatient.pull(stream, None)
    assert (lost.value.code, lost.value.maybe_sent) == ("timeout", False)
    await impatient.close()
    patient = adapter_of(wordpress, config)
    assert (await patient.pull(stream, None)).changes
    await patient.close()


FAULTS = [proxy.CUT_BEFORE, proxy.CUT_AFTER, proxy.HALF_ANSWER, proxy.LIMITED, proxy.BROKEN, proxy.AWAY, proxy.GARBAGE,
          proxy.PAGE, proxy.SIGN_IN, proxy.redirect("https://elders.example/")]  # fmt: skip


class Ahead:
    """A steady clock that is moved on past what a platform asked to wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.by_s = 0.0

    def now_s(self) -> float:
        return self._clock.now_s() + self.by_s

    def now_ms(self) -> int:
        return self._clock.now_ms()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        await self._clock.wait(event, seconds)


async def test_after_any_fault_while_reading_everything_is_there(
    wordpress: WordPress, reading: Reading, line: Proxy
) -> None:
    reading.tools.allowance.clock = clock = Ahead(reading.tools.allowance.clock)
    post = wordpress.new_post("Storingen")
    wordpress.seed(post, 150, first_gmt=first_gmt())
    struck = []
    for stream in sorted(reading.adapter.streams(), key=lambda one: one.sweep):
        cursor, more, turn = None, True, 0
        while more:
            kind = FAULTS[(turn + len(struck)) % len(FAULTS)]
            fault = line.next(kind, times=3)
            asked = line.count()
            try:
                page = await reading.adapter.pull(stream, cursor)
            except PlatformError as error:
                line.clear()
                clock.by_s += error.retry_after_s if isinstance(error, RateLimited) else 0
                page = await reading.adapter.pull(stream, cursor)
            line.clear()
            if line.count() > asked:
                struck.append(fault.happened)
            reading.shelf.apply(page)
            cursor, more, turn = page.cursor, page.more, turn + 1
    assert len(struck) > 15
    assert all(struck)
    assert reading.held(post) == reading.truth(post)


async def test_hostile_bodies_of_those_who_may_write_anything_arrive_harmless(
    wordpress: WordPress, reading: Reading
) -> None:
    names = ("script-inline", "handler-onerror", "svg-script", "css-style-element", "iframe", "link-spoofed-host")
    corpus = bodies("listener.invalid:1")
    posts = {name: wordpress.new_post(name, corpus[name]) for name in names}
    raw = wordpress.rest("GET", f"/wp/v2/posts/{posts['script-inline']}")["content"]["rendered"]
    assert "<script>" in raw
    comments = {name: wordpress.comment("admin", posts[name], corpus[name]) for name in names}
    await reading.catch_up()
    for name in names:
        for key in (reading.keys.post(posts[name]), reading.keys.comment(comments[name])):
            shown = reading.shelf.messages[key].html
            assert not any(word in shown for word in ("<script", "onerror", "<svg", "<style", "<iframe", "<img"))


async def test_a_held_comment_leads_to_where_a_moderator_sees_it(wordpress: WordPress, reading: Reading) -> None:
    post = wordpress.new_post("Koppeling")
    held, shown = wordpress.comment("sanne", post, "Wacht", held=True), wordpress.comment("joris", post, "Staat")
    await reading.catch_up("comments:all")
    urls = {key: message.url for key, message in reading.shelf.messages.items() if isinstance(message, Message)}
    assert urls[reading.keys.comment(held)] == f"{wordpress.url}/wp-admin/comment.php?action=editcomment&c={held}"
    assert urls[reading.keys.comment(shown)].endswith(f"#comment-{shown}")

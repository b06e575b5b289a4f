"""What a moderator decides reaches the blog once, and what became of it can be found."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.adapters.budgets import Allowance
from console.adapters.conformance.hours import Hours
from console.adapters.contract import Tools
from console.adapters.markup import escape, from_plain, reduce
from console.adapters.wordpress import WordPress as Adapted
from console.adapters.wordpress_reading import Keys
from console.adapters.wordpress_sending import MAX_BYTES, varied
from console.domain.conversation import Message, MessageState, Thread, ThreadKey, said_hash
from console.domain.outbox import Intent, IntentId, Kind, Seen, State
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    NotFound,
    Performed,
    PlatformError,
    RateLimited,
    Rejected,
    Sighting,
    Unreachable,
)
from tests.servers import proxy
from tests.servers.proxy import Proxy, to
from tests.servers.test_wordpress_contract import adapter_of, config_of, now_ms
from tests.servers.wordpress import SEEDING, Comment, WordPress

COUNTER = itertools.count()
ANYBODY_MAY_COMMENT = (
    "add_filter('rest_allow_anonymous_comments', '__return_true');"
    "add_filter('pre_option_require_name_email', fn() => '0');"
    "add_filter('pre_option_comment_registration', fn() => '0');"
)
POSTED = to("/wp/v2/comments", "POST")


@pytest.fixture
def line(wordpress: WordPress) -> Iterator[Proxy]:
    with Proxy(wordpress.url) as through:
        yield through


class Writing:
    """An adapter, a post with one question, and intents about it."""

    def __init__(self, blog: WordPress, line: Proxy, user: str = "redactie", timeout_s: float = 10.0) -> None:
        self.blog, self.line, self.user = blog, line, user
        self.keys = Keys(blog.server)
        self.post = blog.new_post()
        self.asked = blog.comment("sanne", self.post, "Waarom?")
        config = config_of(blog, line.url, user=user)
        self.adapter: Adapted = adapter_of(
            blog, config, Tools(now_ms=now_ms, timeout_s=timeout_s, allowance=Allowance(Hours()))
        )

    def intent(
        self, kind: Kind = Kind.REPLY, text: str = "Dank je wel!", message: int | None = -1, **more: object
    ) -> Intent:
        about = self.asked if message == -1 else message
        made = {
            "id": IntentId(f"i{next(COUNTER)}"), "kind": kind, "connection": "c", "space": self.keys.space,
            "thread": ThreadKey(self.keys.post(self.post)), "text": text, "state": State.SENDING, "by": "ik",
            "message": None if about is None else self.keys.comment(about), "created_at_ms": now_ms(),
            "not_before_ms": 0, "attempts": 1,
        }  # fmt: skip
        return Intent(**{**made, **more})  # type: ignore[arg-type]

    def ours(self) -> list[Comment]:
        me = self.blog.accounts[self.user].id
        return [comment for comment in self.blog.comments(self.post) if comment.user == me]

    async def perform(self, intent: Intent) -> Performed:
        return await self.adapter.perform(intent)

    async def sighting(self, intent: Intent) -> Sighting:
        return (await self.adapter.find_sent(intent, frozenset())).sighting


@pytest.fixture
async def writing(wordpress: WordPress, line: Proxy) -> AsyncIterator[Writing]:
    made = Writing(wordpress, line)
    yield made
    await made.adapter.close()


@pytest.mark.parametrize(
    ("kind", "error", "maybe_sent", "arrived"),
    [
        (proxy.CUT_BEFORE, Unreachable, True, False),
        (proxy.CUT_DURING, Unreachable, True, False),
        (proxy.CUT_AFTER, Unreachable, True, True),
        (proxy.HALF_ANSWER, BadResponse, True, True),
        (proxy.GARBAGE, BadResponse, True, False),
        (proxy.GARBAGE_AFTER, BadResponse, True, True),
        (proxy.BROKEN, BadResponse, True, False),
        (proxy.BROKEN_AFTER, BadResponse, True, True),
        (proxy.AWAY, Unreachable, True, False),
        (proxy.PAGE, BadResponse, True, False),
        (proxy.redirect("/elders"), BadResponse, True, False),
        (proxy.LIMITED, RateLimited, None, False),
    ],
    ids=lambda value: f"{value.where}-{value.status}" if isinstance(value, proxy.Kind) else "",
)
async def test_whatever_becomes_of_a_reply_a_look_tells(
    writing: Writing, kind: proxy.Kind, error: type[PlatformError], maybe_sent: bool | None, arrived: bool
) -> None:
    fault = writing.line.next(kind, POSTED)
    intent = writing.intent()
    with pytest.raises(PlatformError) as lost:
        await writing.perform(intent)
    assert type(lost.value) is error
    assert getattr(lost.value, "maybe_sent", None) is maybe_sent
    assert fault.happened == 1
    assert len(writing.ours()) == arrived
    assert await writing.sighting(intent) is (Sighting.SEEN if arrived else Sighting.ABSENT)


async def test_a_request_that_the_server_finishes_late_is_found_when_it_did(wordpress: WordPress, line: Proxy) -> None:
    writing = Writing(wordpress, line, timeout_s=0.5)
    fault = line.next(proxy.LATE, POSTED)
    intent = writing.intent()
    with pytest.raises(Unreachable) as lost:
        await writing.perform(intent)
    assert (lost.value.maybe_sent, fault.happened) == (True, 1)
    assert await writing.sighting(intent) is Sighting.ABSENT
    fault.release()
    await asyncio.to_thread(fault.wait_finished)
    assert await writing.sighting(intent) is Sighting.SEEN
    await writing.adapter.close()


async def test_a_look_that_fails_says_nothing(writing: Writing) -> None:
    intent = writing.intent()
    await writing.perform(intent)
    for kind in (proxy.CUT_BEFORE, proxy.BROKEN, proxy.GARBAGE):
        with writing.line.during(kind, to("/wp/v2/comments", "GET")) as fault, pytest.raises(PlatformError):
            await writing.adapter.find_sent(intent, frozenset())
        assert fault.happened


async def test_nothing_is_sent_when_what_stands_above_cannot_be_read(writing: Writing) -> None:
    fault = writing.line.always(proxy.CUT_BEFORE, to(f"/comments/{writing.asked}", "GET"))
    with pytest.raises(Unreachable) as lost:
        await writing.perform(writing.intent())
    assert fault.happened
    assert lost.value.maybe_sent is False
    assert writing.ours() == []


async def test_a_reply_sent_again_with_the_same_intent_stays_one(writing: Writing) -> None:
    writing.line.next(proxy.CUT_AFTER, POSTED)
    intent = writing.intent()
    with pytest.raises(Unreachable):
        await writing.perform(intent)
    again = await writing.perform(intent)
    (comment,) = writing.ours()
    assert again.message == writing.keys.comment(comment.id)


async def test_the_same_words_by_many_at_once_all_arrive(wordpress: WordPress, line: Proxy) -> None:
    writing = Writing(wordpress, line)
    others = [adapter_of(wordpress, config_of(wordpress, line.url)) for _ in range(4)]
    intents = [writing.intent() for _ in range(12)]
    done = await asyncio.gather(*(others[n % 4].perform(intent) for n, intent in enumerate(intents)))
    assert len({performed.message for performed in done}) == 12
    marks = {comment.agent for comment in writing.ours()}
    assert len(writing.ours()) == len(marks) == 12
    for adapter in [*others, writing.adapter]:
        await adapter.close()


async def test_a_reply_in_the_bin_or_in_spam_is_still_found(writing: Writing) -> None:
    for status in ("spam", "trash", "hold"):
        intent = writing.intent(text=f"Naar {status}")
        await writing.perform(intent)
        (comment,) = [comment for comment in writing.ours() if comment.content == f"Naar {status}"]
        writing.blog.set_status(comment.id, status)
        writing.blog.sql(f"UPDATE wp_comments SET comment_agent = '{comment.agent}' WHERE comment_ID = {comment.id}")
        assert await writing.sighting(intent) is Sighting.SEEN


async def test_a_mark_that_a_program_took_off_leaves_a_doubt_and_no_double(writing: Writing) -> None:
    writing.line.next(proxy.CUT_AFTER, POSTED)
    intent = writing.intent()
    with pytest.raises(Unreachable):
        await writing.perform(intent)
    writing.blog.set_status(writing.ours()[0].id, "approve")  # by an app, which puts its own name there
    assert "intent" not in writing.ours()[0].agent
    assert await writing.sighting(intent) is Sighting.UNCLEAR
    with pytest.raises(BadResponse) as unsure:
        await writing.perform(writing.intent(id=intent.id, attempts=2))
    assert unsure.value.maybe_sent
    assert len(writing.ours()) == 1


async def test_the_same_words_typed_by_hand_before_cast_no_doubt(writing: Writing) -> None:
    writing.blog.comment(
        "redactie", writing.post, "Dank je wel!", writing.asked, author_user_agent="Mozilla/5.0",
        date_gmt="2026-11-01T10:00:00",
    )  # fmt: skip
    intent = writing.intent()
    assert await writing.sighting(intent) is Sighting.ABSENT
    await writing.perform(intent)
    assert await writing.sighting(intent) is Sighting.SEEN
    assert len(writing.ours()) == 2


async def test_somebody_elses_claim_to_be_our_intent_is_not_believed(writing: Writing) -> None:
    intent = writing.intent()
    writing.blog.comment(
        "sanne", writing.post, "Dank je wel!", writing.asked, author_user_agent=f"Luisterpost/1 (intent {intent.id})"
    )
    assert await writing.sighting(intent) is Sighting.ABSENT


async def test_moderating_keeps_what_a_comment_came_with(writing: Writing) -> None:
    done = await writing.perform(writing.intent())
    (before,) = writing.ours()
    for kind in (Kind.HOLD, Kind.APPROVE, Kind.SPAM, Kind.UNSPAM):
        await writing.perform(writing.intent(kind, "", before.id))
    await writing.perform(writing.intent(Kind.EDIT, "Dank je zeer", before.id))
    (after,) = writing.ours()
    assert (after.agent, after.content) == (before.agent, "Dank je zeer")
    assert done.message == writing.keys.comment(after.id)


@pytest.mark.parametrize("what", ["deleted", "binned", "elsewhere"])
async def test_a_reply_to_what_is_gone_is_not_sent(writing: Writing, what: str) -> None:
    asked = writing.asked
    if what == "deleted":
        writing.blog.delete(asked)
    elif what == "binned":
        writing.blog.set_status(asked, "trash")
    else:
        asked = writing.blog.comment("joris", writing.blog.new_post(), "Elders")
    with pytest.raises(NotFound):
        await writing.perform(writing.intent(message=asked))
    assert writing.ours() == []


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"comment_status": "closed"}, Rejected, "rest_comment_closed"),
        ({"status": "draft"}, Rejected, "rest_comment_draft_post"),
    ],
)
async def test_a_closed_or_withdrawn_post_takes_no_reply(
    writing: Writing, change: dict[str, str], error: type[PlatformError], code: str
) -> None:
    writing.blog.rest("POST", f"/wp/v2/posts/{writing.post}", change)
    with pytest.raises(error) as refused:
        await writing.perform(writing.intent())
    assert refused.value.code == code
    assert refused.value.words


async def test_a_post_that_is_gone_takes_no_reply(writing: Writing) -> None:
    writing.blog.rest("DELETE", f"/wp/v2/posts/{writing.post}", force="true")
    with pytest.raises(NotFound):
        await writing.perform(writing.intent(message=None))


@pytest.mark.parametrize("anybody_may_comment", [False, True])
async def test_a_dead_password_sends_nothing_as_nobody(
    wordpress: WordPress, line: Proxy, anybody_may_comment: bool
) -> None:
    somebody = wordpress.new_account("editor")
    writing = Writing(wordpress, line, somebody.name)
    wordpress.revoke(somebody.name)
    before = wordpress.comments(writing.post)
    with wordpress.plugin(ANYBODY_MAY_COMMENT if anybody_may_comment else ""):
        for message in (-1, None):
            with pytest.raises(AuthExpired):
                await writing.perform(writing.intent(message=message))
    assert wordpress.comments(writing.post) == before
    await writing.adapter.close()


def test_anybody_could_have_commented_there(wordpress: WordPress, line: Proxy) -> None:
    """The control of the test above: without saying who writes, the same request makes a comment by nobody."""
    post = wordpress.new_post()
    with wordpress.plugin(ANYBODY_MAY_COMMENT):
        body = {"post": post, "content": "Van niemand"}
        answer = httpx.post(
            f"{wordpress.url}/wp-json/wp/v2/comments", json=body, auth=("x", "y"), headers=SEEDING, trust_env=False
        )
    assert answer.status_code == 201, answer.text
    assert wordpress.comments(post)[0].user == 0


async def test_too_many_comments_at_once_ask_us_to_wait(wordpress: WordPress, line: Proxy) -> None:
    reader = wordpress.new_account("subscriber")
    writing = Writing(wordpress, line, reader.name)
    await writing.perform(writing.intent(message=None))
    with pytest.raises(RateLimited) as limited:
        await writing.perform(writing.intent(text="Nog iets", message=None))
    assert limited.value.retry_after_s == 15
    assert len(writing.ours()) == 1
    await writing.adapter.close()


async def test_who_may_not_moderate_is_told_so(wordpress: WordPress, line: Proxy) -> None:
    writing = Writing(wordpress, line, "auteur")
    with pytest.raises(Forbidden):
        await writing.perform(writing.intent(Kind.SPAM))
    await writing.adapter.close()


async def test_a_status_that_is_not_taken_is_a_refusal(writing: Writing) -> None:
    deaf = (
        "add_filter('rest_pre_dispatch', function ($r, $s, $request) {"
        " if ($request->get_method() === 'POST') { $request->offsetUnset('status'); } return $r; }, 10, 3);"
    )
    with writing.blog.plugin(deaf), pytest.raises(Rejected) as refused:
        await writing.perform(writing.intent(Kind.HOLD))
    assert refused.value.code == "not_taken"


async def test_a_binned_comment_is_not_taken_out_by_a_decision_about_it(writing: Writing) -> None:
    writing.blog.set_status(writing.asked, "trash")
    for kind in (Kind.APPROVE, Kind.HIDE, Kind.SPAM):
        with pytest.raises(Rejected) as refused:
            await writing.perform(writing.intent(kind))
        assert refused.value.code == "in_bin"
    assert writing.blog.comments(writing.post)[0].status == "trash"


async def test_deleting_what_is_gone_already_is_done(writing: Writing) -> None:
    await writing.perform(writing.intent(Kind.DELETE))
    assert writing.blog.comments(writing.post)[0].status == "trash"
    writing.blog.delete(writing.asked)
    performed = await writing.perform(writing.intent(Kind.DELETE))
    assert performed.changes
    with pytest.raises(NotFound):
        await writing.perform(writing.intent(Kind.APPROVE))


async def test_a_decision_that_stands_already_changes_nothing(writing: Writing) -> None:
    before = writing.line.count(POSTED)
    await writing.perform(writing.intent(Kind.APPROVE))
    assert writing.line.count(POSTED) == before


async def test_only_our_own_words_are_edited_and_not_over_a_colleagues(writing: Writing) -> None:
    with pytest.raises(Forbidden):
        await writing.perform(writing.intent(Kind.EDIT, "Anders"))
    done = await writing.perform(writing.intent())
    (ours,) = writing.ours()
    seen = Seen(text_hash=said_hash("", "Dank je wel!"))
    writing.blog.edit(ours.id, "Dank u wel! (redactie)")
    with pytest.raises(Rejected) as refused:
        await writing.perform(writing.intent(Kind.EDIT, "Dank je", ours.id, seen=seen))
    assert refused.value.code == "changed"
    assert writing.ours()[0].content == "Dank u wel! (redactie)"
    assert done.message


async def test_closing_and_pinning_work_for_posts_and_pages_cannot_be_pinned(writing: Writing) -> None:
    locked = await writing.perform(writing.intent(Kind.LOCK))
    assert any(isinstance(change, Thread) and change.locked for change in locked.changes)
    assert writing.blog.rest("GET", f"/wp/v2/posts/{writing.post}")["comment_status"] == "closed"
    page = writing.blog.new_post(kind="pages")
    thread = ThreadKey(writing.keys.post(page))
    await writing.perform(writing.intent(Kind.LOCK, thread=thread))
    assert writing.blog.rest("GET", f"/wp/v2/pages/{page}")["comment_status"] == "closed"
    with pytest.raises(Rejected) as refused:
        await writing.perform(writing.intent(Kind.PIN, thread=thread))
    assert refused.value.code == "pages_cannot_pin"


async def test_a_post_itself_is_moderated_by_hand(writing: Writing) -> None:
    about = writing.keys.post(writing.post)
    for kind in (Kind.DELETE, Kind.HIDE, Kind.EDIT):
        with pytest.raises(Rejected) as refused:
            await writing.perform(replace(writing.intent(kind, "x"), message=about))
        assert refused.value.code == "posts_by_hand"


async def test_the_longest_text_is_measured_in_bytes(writing: Writing) -> None:
    for text, fits in (("a" * MAX_BYTES, True), ("a" * (MAX_BYTES + 1), False), ("é" * (MAX_BYTES // 2 + 1), False)):
        intent = writing.intent(text=text, message=None)
        if fits:
            await writing.perform(intent)
        else:
            with pytest.raises(Rejected) as refused:
                await writing.perform(intent)
            assert refused.value.code == "too_long"
    assert [len(comment.content) for comment in writing.ours()] == [MAX_BYTES]


async def test_an_empty_text_is_not_sent(writing: Writing) -> None:
    with pytest.raises(Rejected) as refused:
        await writing.perform(writing.intent(text=" \n "))
    assert refused.value.code == "empty"


TEXTS = ["1 < 2 && 3 > 2", "<script>alert(1)</script>", "&amp; &lt;b&gt; &#33;", "'aanhalen' \"dubbel\" \\ backslash \\n",
         "Regel een\nregel twee\n\n\n\nalinea", "  inspringen\tmet tab  ", "مرحبا 👩‍💻 ❤️ 中文 İstanbul", "%s %d $wpdb {{x}}",
         "[gallery ids=1] [caption]", "https://intranet.example/pad?a=1&b=2", ":-) ;) 8)", "a" * 3000, "<!-- x --> <b>vet</b>",
         "e\u0301 én", "'" * 40]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
async def test_words_arrive_as_they_were_written(writing: Writing, text: str) -> None:
    performed = await writing.perform(writing.intent(text=text))
    (message,) = [change for change in performed.changes if isinstance(change, Message)]
    assert message.state is MessageState.VISIBLE
    (stored,) = writing.ours()
    assert "<script" not in stored.content
    if not any(drawn in text for drawn in (":-)", "'", '"', "--")):  # WordPress draws smileys and curls quotes
        assert message.text.split() == from_plain(text).text.split()
    edit = writing.intent(Kind.EDIT, text, stored.id)
    assert await writing.sighting(edit) is Sighting.SEEN


@given(st.text(min_size=1, max_size=40), st.integers(1, 30))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_a_variant_reads_the_same_and_differs(text: str, variant: int) -> None:
    sent = escape(text)
    other = varied(sent, variant)
    assert other != sent
    assert reduce(other).text == reduce(sent).text

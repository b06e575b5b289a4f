"""Every word arrives once, whatever the line, the server or the collector does: counted by intent on a real blog.

The real collector runs; for the cases in which it is killed, as a process of its own. Afterwards every sent intent
has one comment, no comment has two, none is missing, and the outbox tells the truth.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.cli.session import now_ms
from console.desk import replies
from console.desk.seat import Desk
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind, State
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.read import outbox
from console.store.write.connections import put
from console.sync.collector import Collector
from console.sync.connecting import Patience, Wanted, check
from console.sync.secret_store import PASSPHRASE_FILE, SecretStore
from tests.servers import proxy
from tests.servers.proxy import Proxy, instead, to
from tests.servers.wordpress import WordPress

ROOT = Path(__file__).parent.parent.parent
SETTLE_SCALE = 0.02  # 90 s become 1.8
ON_COMMENTS = to("/wp/v2/comments", "POST")
LIMITED = instead(429, "{}", retry_after="1")
FAULTS = {
    "cut before": proxy.CUT_BEFORE, "cut during": proxy.CUT_DURING, "cut after": proxy.CUT_AFTER,
    "half an answer": proxy.HALF_ANSWER, "garbage instead": proxy.GARBAGE, "garbage after": proxy.GARBAGE_AFTER,
    "500 instead": proxy.BROKEN, "500 after": proxy.BROKEN_AFTER, "503": proxy.AWAY, "429": LIMITED,
    "a page": proxy.PAGE, "a sign-in page": proxy.SIGN_IN,
}  # fmt: skip
COUNTER = itertools.count()


async def until(ready: Callable[[], bool]) -> None:
    """Let everything go on until something is so."""
    async with asyncio.timeout(60):
        while not ready():  # noqa: ASYNC110  # it is a database that is looked at, nobody can set an event
            await asyncio.sleep(0.02)


@dataclass(slots=True)
class Blog:
    """A profile connected with the blog through a line that can fail, and a post with a question on it."""

    store: Store
    desk: Desk
    server: WordPress
    line: Proxy
    profile: Path
    post: int
    question: int

    def key(self, kind: str, number: int) -> str:
        return f"wordpress:{self.server.server}:{kind}:{number}"

    @property
    def thread(self) -> ThreadKey:
        return ThreadKey(self.key("post", self.post))

    @property
    def message(self) -> MessageKey:
        return MessageKey(self.key("comment", self.question))

    def collector(self) -> Collector:
        patience = Patience(timeout_s=2.0, settle_scale=SETTLE_SCALE, poll_s=1.0)
        return Collector(self.store, SecretStore(self.profile), patience, lambda said: None)

    async def until_the_outbox_is_settled(self) -> None:
        """Let the collector watch until every intent has ended or asks a person."""
        collector = self.collector()
        watching = asyncio.create_task(collector.watch())
        try:
            await until(lambda: outbox.counts(self.store).on_its_way == 0)
        finally:
            collector.stop()
            await watching

    def reply(self, text: str) -> str:
        return replies.reply(self.desk, self.thread, text, self.message).intents[0].id

    def tells_the_truth(self, *made: str) -> None:
        """Each intent is sent and there once, by its mark and its words."""
        there = self.server.comments(self.post)
        for intent_id in made:
            row = outbox.intent(self.store, intent_id)
            assert row is not None
            assert row.intent.state is State.SENT, (row.intent, row.steps)
            marked = [comment for comment in there if intent_id in comment.agent]
            assert len(marked) == 1, (row.steps, there)
        words = [comment.content for comment in there if comment.user == self.server.accounts["redactie"].id]
        assert len(words) == len(made), words


@pytest.fixture
def blog(wordpress: WordPress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Blog]:
    with contextlib.ExitStack() as stack:
        line = stack.enter_context(Proxy(wordpress.url))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        passphrase = tmp_path / "passphrase"
        passphrase.write_text("een wachtzin", encoding="utf-8")
        monkeypatch.setenv(PASSPHRASE_FILE, str(passphrase))
        profile = tmp_path / "blog"
        store = Store(profile, now_ms=now_ms, policy=Policy())
        store.prepare()
        stack.callback(store.close)
        secrets = {"password": wordpress.accounts["redactie"].password}
        wanted = Wanted("wordpress", "Blog", line.url, "redactie", since_days=1)
        checked = asyncio.run(check(wanted, secrets, Patience(), now_ms()))
        assert checked.result.works
        put(store, checked.new)
        SecretStore(profile, "een wachtzin").put(checked.new.key, secrets)
        post = wordpress.new_post(f"Vraag {next(COUNTER)} {os.getpid()}")
        question = wordpress.comment("sanne", post, "Wanneer weten we meer?")
        found = Blog(store, Desk(store, "Noor", 0), wordpress, line, profile, post, question)
        asyncio.run(found.collector().once())
        yield found


@pytest.mark.parametrize("fault", FAULTS)
def test_a_reply_arrives_once(blog: Blog, fault: str) -> None:
    made = blog.reply("Morgen om tien uur.")
    struck = blog.line.next(FAULTS[fault], ON_COMMENTS)
    asyncio.run(blog.until_the_outbox_is_settled())
    assert struck.happened == 1, "the fault was really there"
    blog.tells_the_truth(made)


@pytest.mark.parametrize("fault", ["cut before", "cut during", "cut after", "garbage after", "500 after", "429"])
def test_an_approval_is_done_whatever_the_line_does(blog: Blog, fault: str) -> None:
    held = blog.server.comment("joris", blog.post, "Mag dit erop?", held=True)
    asyncio.run(blog.collector().once())
    replies.act(blog.desk, Kind.APPROVE, blog.thread, MessageKey(blog.key("comment", held)))
    struck = blog.line.next(FAULTS[fault], to(f"/wp/v2/comments/{held}", "POST"))
    asyncio.run(blog.until_the_outbox_is_settled())
    assert struck.happened == 1, "the fault was really there"
    assert next(c for c in blog.server.comments(blog.post) if c.id == held).status == "approved"
    assert outbox.intents(blog.store) == []


@pytest.mark.parametrize("released", ["before our look", "after our look"])
def test_a_server_that_finishes_late_makes_no_second_one(blog: Blog, released: str) -> None:
    made = blog.reply("Dat zoeken we uit.")
    late = blog.line.next(proxy.LATE_AND_CUT, ON_COMMENTS)

    async def story() -> None:
        collector = blog.collector()
        watching = asyncio.create_task(collector.watch())
        await until(lambda: late.happened == 1)
        if released == "after our look":
            await until(lambda: _looked(blog, made))
        late.release()
        await asyncio.to_thread(late.wait_finished)
        await until(lambda: outbox.counts(blog.store).on_its_way == 0)
        collector.stop()
        await watching

    asyncio.run(story())
    blog.tells_the_truth(made)


def _looked(blog: Blog, intent_id: str) -> bool:
    row = outbox.intent(blog.store, intent_id)
    return row is not None and any(step.on == "cant_tell" for step in row.steps)


KILLS = ["cut before", "cut after", "garbage after", "held at the server", "before it left"]


@pytest.mark.parametrize("moment", KILLS)
@pytest.mark.parametrize("count", [1, 3])
def test_a_killed_collector_sends_nothing_twice(blog: Blog, moment: str, count: int) -> None:
    made = [blog.reply(f"Antwoord {n}, dank je wel.") for n in range(count)]
    _kill_while_delivering(blog, moment)
    asyncio.run(blog.until_the_outbox_is_settled())
    blog.tells_the_truth(*made)


def _kill_while_delivering(blog: Blog, moment: str) -> None:
    """Start a collector of its own, and end it the moment the fault strikes."""
    held = moment in ("held at the server", "before it left")
    kind = proxy.LATE if held else FAULTS[moment]
    when = to("/wp/v2/", "GET") if moment == "before it left" else ON_COMMENTS
    struck = blog.line.next(kind, when)
    environment = os.environ | {
        "LUISTERPOST_SETTLE_SCALE": str(SETTLE_SCALE), "LUISTERPOST_TIMEOUT_S": "5", "LUISTERPOST_POLL_S": "1",
    }  # fmt: skip
    collecting = subprocess.Popen(
        [sys.executable, "-m", "console", "--home", str(blog.profile.parent), "--profile", "blog", "sync", "--watch"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment,
    )  # fmt: skip
    try:
        struck.wait()
    finally:
        collecting.kill()
        collecting.wait()
    assert struck.happened == 1, "the fault was really there"
    if held:
        struck.release()
        if moment == "held at the server":
            struck.wait_finished()


def test_the_same_words_twice_to_the_same_person_arrive_twice(blog: Blog) -> None:
    made = [blog.reply("Dank je wel!"), blog.reply("Dank je wel!")]
    asyncio.run(blog.until_the_outbox_is_settled())
    blog.tells_the_truth(*made)


def test_twelve_processes_at_once_do_no_harm(blog: Blog) -> None:
    environment = os.environ | {"LUISTERPOST_UNDO_S": "0", "LUISTERPOST_SETTLE_SCALE": str(SETTLE_SCALE)}
    base = [sys.executable, "-m", "console", "--home", str(blog.profile.parent), "--profile", "blog"]
    target = f"wordpress:{blog.server.server}:comment:{blog.question}"
    calls = [
        ["sync", "--once"] if n % 2 else ["reply", target, "--text", f"Antwoord {n}.", "--wait"] for n in range(12)
    ]
    running = [
        subprocess.Popen([*base, *call], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
        for call in calls
    ]  # fmt: skip
    ends = [(process.communicate(timeout=120), process.returncode) for process in running]
    for (_out, told), code in ends:
        assert "Traceback" not in told, told
        assert code in (0, 5), told  # 5: somebody else answered meanwhile, a person must decide
    contents = [
        comment.content for comment in blog.server.comments(blog.post) if comment.content.startswith("Antwoord")
    ]
    assert len(contents) == len(set(contents)), "nothing twice"
    rows = outbox.intents(blog.store, open_only=False)
    assert len(rows) == 6
    sent = [row for row in rows if row.intent.state is State.SENT]
    assert len(sent) == len(contents), [(row.intent.state, row.intent.error) for row in rows]
    assert all(row.intent.state in (State.SENT, State.CONFLICT) for row in rows)


@pytest.mark.long
@pytest.mark.parametrize("turn", range(8))
@pytest.mark.parametrize("moment", KILLS)
@pytest.mark.parametrize("count", range(1, 6))
def test_long_killed_collectors_send_nothing_twice(blog: Blog, moment: str, count: int, turn: int) -> None:
    made = [blog.reply(f"Antwoord {n} van ronde {turn}.") for n in range(count)]
    for _kill in range(min(count, 3)):
        if outbox.counts(blog.store).on_its_way:
            with contextlib.suppress(AssertionError):  # all may have left before the second kill
                _kill_while_delivering(blog, moment)
    asyncio.run(blog.until_the_outbox_is_settled())
    blog.tells_the_truth(*made)

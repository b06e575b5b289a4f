"""A profile connected with a real platform through a line that can fail, and the real collector on it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.adapters.registry import all_adapters, find
from console.cli.session import now_ms
from console.desk import outbox as desk_outbox
from console.desk import replies
from console.desk.seat import Desk
from console.domain.conversation import MessageKey
from console.domain.outbox import State
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read import outbox
from console.store.read.connections import connections
from console.store.write.connections import put
from console.sync.collector import Collector
from console.sync.connecting import Patience, check
from console.sync.secret_store import PASSPHRASE_FILE, SecretStore
from tests.servers import proxy
from tests.servers.intranets import InGroup, InSpace
from tests.servers.mailbox import OnMail
from tests.servers.pages import OnFacebook, OnLinkedIn
from tests.servers.places import InRoom, OnBlog, Place
from tests.servers.proxy import Fault, Kind, Predicate, Proxy, instead

ROOT = Path(__file__).parent.parent.parent
SETTLE_SCALE = 0.02  # 90 s become 1.8
LIMITED = instead(429, "{}", retry_after="1")
FAULTS = {
    "cut before": proxy.CUT_BEFORE, "cut during": proxy.CUT_DURING, "cut after": proxy.CUT_AFTER,
    "half an answer": proxy.HALF_ANSWER, "garbage instead": proxy.GARBAGE, "garbage after": proxy.GARBAGE_AFTER,
    "500 instead": proxy.BROKEN, "500 after": proxy.BROKEN_AFTER, "503": proxy.AWAY, "429": LIMITED,
    "a page": proxy.PAGE, "a sign-in page": proxy.SIGN_IN,
}  # fmt: skip
KILLS = ["cut before", "cut after", "garbage after", "held at the server", "before it left"]
PLACES: Mapping[str, Callable[[], Place]] = {
    "wordpress": OnBlog, "matrix": InRoom, "humhub": InSpace, "buddypress": InGroup, "mail": OnMail,
    "facebook": OnFacebook, "linkedin": OnLinkedIn,
}  # fmt: skip
# Played by stand-ins of ours. The whole fault run is part of `make faults`; in `make test` they share it out, and the first
# of them does what names no fault.
IN_FULL_LATER = ("humhub", "buddypress", "facebook", "linkedin")
CONNECTED = [kind.key for kind in all_adapters() if kind.key in PLACES]
PLATFORMS = [pytest.param(name, marks=pytest.mark.long) if name in IN_FULL_LATER[1:] else name for name in CONNECTED]


def everywhere(what: str, values: Iterable[str]) -> pytest.MarkDecorator:
    """Each of these on each platform; among the stand-ins, each on one of them, and on all in `make faults`."""
    found = []
    for n, value in enumerate(values):
        now = IN_FULL_LATER[n % len(IN_FULL_LATER)]
        later = [name for name in IN_FULL_LATER if name != now]
        found += [
            pytest.param(name, value, id=f"{name}-{value}", marks=pytest.mark.long if name in later else [])
            for name in CONNECTED
        ]
    return pytest.mark.parametrize(("there", what), found, indirect=["there"])


async def until(ready: Callable[[], bool]) -> None:
    """Let everything go on until something is so."""
    async with asyncio.timeout(60):
        while not ready():  # noqa: ASYNC110  # it is a database that is looked at, nobody can set an event
            await asyncio.sleep(0.02)


@dataclass(slots=True)
class Connected:
    """A moderator's profile, and the place where somebody asks."""

    platform: str
    store: Store
    desk: Desk
    place: Place
    line: Proxy
    profile: Path

    @property
    def settle_scale(self) -> float:
        return float(getattr(self.place, "settle_scale", SETTLE_SCALE))

    def collector(self) -> Collector:
        patience = Patience(timeout_s=2.0, settle_scale=self.settle_scale, poll_s=1.0)
        return Collector(self.store, SecretStore(self.profile), patience, lambda said: None)

    def pull(self, rounds: int = 1) -> None:
        """Collect, each time once the platform wants to be asked: a refusal outlives the process that met it."""
        for _round in range(rounds):
            asyncio.run(until(self._is_asked_again))
            asyncio.run(self.collector().once())

    def _is_asked_again(self) -> bool:
        (row,) = connections(self.store)
        return row.health.state != "limited" or (row.health.retry_at_ms or 0) <= now_ms()

    async def until_the_outbox_is_settled(self) -> None:
        """Let the collector watch until every intent has ended, or asks a person and the person has answered."""
        await self._until_nothing_is_on_its_way()
        while not self.certain and self._look_for_them():
            await self._until_nothing_is_on_its_way()

    async def _until_nothing_is_on_its_way(self) -> None:
        collector = self.collector()
        watching = asyncio.create_task(collector.watch())
        try:
            await until(lambda: outbox.counts(self.store).on_its_way == 0)
        finally:
            collector.stop()
            await watching

    @property
    def certain(self) -> bool:
        """Whether the platform gives a mark of ours back, so that nobody must be asked about a reply."""
        return find(self.platform).certain_mark

    def _look_for_them(self) -> bool:
        """Who is asked about a lost reply looks whether it stands there: if not, it is to leave. Whether one was."""
        asks = [row.intent for row in outbox.intents(self.store) if row.intent.asks]
        words = [said for _mark, said in self.place.sent_by_us()]
        for intent in asks:
            assert intent.text not in words, "what stands there is found, and nobody is asked"
            desk_outbox.retry(self.desk, intent.id)
        return bool(asks)

    def reply(self, text: str) -> str:
        return replies.reply(self.desk, self.place.thread, text, self.place.question).intents[0].id

    def tells_the_truth(self, *made: str) -> None:
        """Each answer is sent and there once, by its mark or, where the platform keeps none, its words."""
        there = self.place.sent_by_us()
        rows = [row for intent_id in made if (row := outbox.intent(self.store, intent_id))]
        assert all(row.intent.state is State.SENT for row in rows), [(row.intent, row.steps) for row in rows]
        if self.certain:
            for row in rows:
                assert sum(row.intent.id in mark for mark, _words in there) == 1, (row.steps, there)
        assert sorted(words for _mark, words in there) == sorted(row.intent.text for row in rows), there
        assert len(there) == len(made), there

    def held(self) -> dict[MessageKey, tuple[str, str]]:
        """Every message of the thread but the opening one, as the store has it: its state and words."""
        rows = self.store.read(
            "SELECT m.key, m.state, m.text FROM message AS m JOIN thread AS t ON t.id = m.thread_id"
            " WHERE t.key = :thread AND m.key <> t.key",
            {"thread": self.place.thread},
        )
        return {MessageKey(row["key"]): (row["state"], row["text"].strip()) for row in rows}

    def command(self, *words: str) -> list[str]:
        """A call of the command line on this profile."""
        return [sys.executable, "-m", "console", "--home", str(self.profile.parent), "--profile", "daar", *words]

    def start(self, *words: str, **settings: str) -> subprocess.Popen[str]:
        """The command line as a process of its own, on a scaled clock."""
        environment = os.environ | {"LUISTERPOST_SETTLE_SCALE": str(self.settle_scale), **settings}
        return subprocess.Popen(
            self.command(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=ROOT, env=environment,
        )  # fmt: skip

    def kill_while_delivering(self, moment: str) -> bool:
        """Start a collector of its own, and end it the moment the fault strikes; whether it did before all was there."""
        kind, when = self._struck(moment)
        struck = self.line.next(kind, when)
        self.end_while_delivering(struck)
        if kind is proxy.LATE:
            struck.release()
            if moment == "held at the server" and struck.happened:
                struck.wait_finished()
        return struck.happened > 0

    def end_while_delivering(self, struck: Fault) -> None:
        """Start a collector of its own, and end it the moment this fault strikes, or all is there."""
        collecting = self.start("sync", "--watch", LUISTERPOST_TIMEOUT_S="5", LUISTERPOST_POLL_S="1")
        try:
            asyncio.run(until(lambda: struck.happened > 0 or outbox.counts(self.store).on_its_way == 0))
        finally:
            collecting.kill()
            collecting.communicate()

    def _struck(self, moment: str) -> tuple[Kind, Predicate]:
        """Held requests make a collector wait at that very place, with one of them under way."""
        if moment == "held at the server":
            return proxy.LATE, self.place.sends
        if moment == "before it left":
            return proxy.LATE, self.place.before or self.place.reads
        return FAULTS[moment], self.place.sends


@contextlib.contextmanager
def connected(platform: str, folder: Path) -> Iterator[Connected]:
    """A new profile for a new place on this platform; the passphrase of its secrets must be to be had."""
    place = PLACES[platform]()
    with contextlib.ExitStack() as stack:
        stack.callback(place.close)
        line = stack.enter_context(place.line() if isinstance(place, OnMail) else Proxy(place.url))
        profile = folder / "daar"
        store = Store(profile, now_ms=now_ms, policy=Policy())
        prepare(store.folder)
        stack.callback(store.close)
        checked = asyncio.run(check(place.wanted(line.url), place.secrets, Patience(), now_ms()))
        assert checked.result.works, checked.result.lines
        put(store, checked.new)
        SecretStore(profile).put(checked.new.key, checked.secrets)
        found = Connected(platform, store, Desk(store, "Noor", 0), place, line, profile)
        found.pull()
        yield found


def keep_secrets_in_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets go to the encrypted file of a profile, whatever keyring there is."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    passphrase = folder / "passphrase"
    passphrase.write_text("een wachtzin", encoding="utf-8")
    monkeypatch.setenv(PASSPHRASE_FILE, str(passphrase))


@pytest.fixture(params=PLATFORMS)
def there(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connected]:
    keep_secrets_in_a_file(tmp_path, monkeypatch)
    with connected(request.param, tmp_path) as found:
        yield found

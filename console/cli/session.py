"""What every command works with: the profile, its settings, its store, and the way to say things."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console import settings as settings_of
from console.cli.keeping_log import log_kept
from console.cli.terminal import json_text
from console.desk.seat import Desk
from console.domain.characters import honest
from console.domain.platform import AuthExpired, Forbidden, PlatformError, RateLimited, Unreachable
from console.sentences.effects import Effect
from console.sentences.shown import error_sentence, tell_times_in
from console.sentences.troubles import restored_sentence
from console.settings import Settings
from console.store import backup
from console.store.backup import Restored
from console.store.care import is_damaged, set_damaged_cache_aside
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read.requests import answer
from console.store.write import folding, requests
from console.sync.connecting import Patience
from console.sync.lock import AlreadyRunning, collector_lock
from console.words import _, use

DONE, FAILED, WRONG_CALL, UNREACHABLE, NOT_ALLOWED, ASKS = range(6)


class Failed(Exception):
    """A command that can't go on: one plain sentence, and the exit code that goes with it."""

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


@contextmanager
def on_platform(platform: str) -> Iterator[None]:
    """What goes wrong there is said with that platform's name. Raises Failed for a PlatformError."""
    try:
        yield
    except PlatformError as error:
        raise platform_failed(error, platform) from error


def platform_failed(error: PlatformError, platform: str = "") -> Failed:
    """A platform's error as the command's own, with the exit code of its kind."""
    code = FAILED
    if isinstance(error, Unreachable | RateLimited):
        code = UNREACHABLE
    elif isinstance(error, AuthExpired | Forbidden):
        code = NOT_ALLOWED
    return Failed(error_sentence(type(error).__name__, platform, error.words, error.code), code)


def now_ms() -> int:
    return int(time.time() * 1000)


@dataclass(slots=True)
class Session:
    """One call of the command line on one profile."""

    home: Path | None
    profile: str
    language: str | None = None
    restored: Restored | None = None

    def folder(self) -> Path:
        return settings_of.profile_folder(self.home, self.profile)

    def settings(self) -> Settings:
        found = settings_of.load(self.folder())
        if self.language is None and found.language:
            use(found.language)
        tell_times_in(found.policy.hours.timezone)
        return found

    def patience(self) -> Patience:
        found = self.settings()
        return Patience(found.timeout_s, found.settle_scale, found.poll_s, found.pictures_mb * 1_000_000,
                        found.road_mb * 1_000_000, found.away_min * 60_000)  # fmt: skip

    @contextmanager
    def store(self, *, must_exist: bool = True) -> Iterator[Store]:
        """The store, up to date with what was decided: by the collector, or by us where none runs."""
        folder = self.folder()
        if must_exist and not (folder / "ledger.db").exists():
            raise Failed(self._no_profile())
        store = Store(folder, now_ms=now_ms, policy=self.settings().policy)
        with log_kept(folder), closing(store):
            self.prepare(store)
            self.catch_up(store)
            yield store

    def _no_profile(self) -> str:
        said = _("There is no profile ‘{name}’ yet. Begin with ‘luisterpost demo’ or ‘luisterpost connect’.").format(name=self.profile)  # fmt: skip
        there = sorted(ledger.parent.name for ledger in self.folder().parent.glob("*/ledger.db"))
        return said + (" " + _("There is: {profiles}.").format(profiles=", ".join(f"--profile {name}" for name in there)) if there else "")  # fmt: skip

    def prepare(self, store: Store) -> None:
        """Make or open both files; a damaged copy is set aside and collected again, decisions stay. Raises StoreError."""
        with suppress(AlreadyRunning):  # then whoever collects now looks after it
            self._renew_damaged_copy(store)
            self._care_for_ledger(store)
        prepare(store.folder)

    def _renew_damaged_copy(self, store: Store) -> None:
        if not store.cache_path.exists() or not is_damaged(store.cache_path):
            return
        with collector_lock(store.folder):
            aside = set_damaged_cache_aside(store)
        if aside is not None:
            say(_("The copy of the conversations was damaged. It is kept as {file} and collected again; your decisions are still there.").format(file=aside.name))  # fmt: skip

    def _care_for_ledger(self, store: Store) -> None:
        if not backup.needs_care(store.folder):
            return
        with collector_lock(store.folder):
            self.restored = backup.care_for(store.folder, store.now_ms())
        if self.restored is not None:
            say(restored_sentence(self.restored, store.now_ms()))

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        found = self.settings()
        with self.store() as store:
            yield Desk(store, found.name or _("Moderator"), int(found.undo_s * 1000), found.remind_min)
            self.catch_up(store)

    def catch_up(self, store: Store) -> None:
        """Fold and re-level, unless a collector runs and does so itself."""
        try:
            with collector_lock(store.folder):
                folding.catch_up(store)
        except AlreadyRunning:
            return

    def ask(
        self, store: Store, kind: str, args: Mapping[str, Any], still_running: Callable[[], bool]
    ) -> dict[str, Any]:
        """Hand a request to the collector that runs and wait for its answer; {} if it ended meanwhile."""
        request = requests.ask(store, kind, args)

        async def wait() -> dict[str, Any]:
            while True:
                found = answer(store, request)
                if found.state in ("done", "failed"):
                    return dict(found.facts)
                if not still_running():
                    return {}
                await asyncio.sleep(0.05)

        return asyncio.run(wait())


def say(text: str) -> None:
    """Words for a person; the data goes to stdout."""
    print(honest(text), file=sys.stderr)


def tell(effects: Iterable[Effect]) -> None:
    """What a decision does, a line each."""
    for effect in effects:
        say(f"· {effect.text}")


def put_json(document: Mapping[str, Any]) -> None:
    sys.stdout.write(json_text(document) + "\n")

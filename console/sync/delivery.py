"""Carrying intents to the platform: check, send, confirm, and find out what became of what was sent.

Everything is on the disk before the first byte leaves. Whatever goes wrong, an intent is sent once or a person is
asked; which state follows is the table's business (`domain.outbox`).
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from console.adapters.budgets import work
from console.adapters.contract import Adapter
from console.domain.conversation import Change, Message
from console.domain.outbox import ENDS, LEAVES, STUCK, Intent, IntentId, Kind, On, State
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
    Sighting,
    Unreachable,
    Way,
)
from console.store.connection import Store
from console.store.read.since import matters_since
from console.store.write import folding, intents, pages
from console.store.write.clock import value
from console.sync.engine import put_capabilities
from console.sync.harmless import harmless

log = logging.getLogger(__name__)
FIRST_RETRY_MS, LAST_RETRY_MS = 2_000, 120_000
SIGN_IN_RETRY_MS = 300_000
MOMENT_S = 1.0  # a wait that nobody needs to be told of


class Delivery:
    """Delivers the intents of one connection, one after the other."""

    def __init__(
        self, store: Store, connection: str, adapter: Adapter, steady_s: Callable[[], float] = time.monotonic,
        full_in_s: Callable[[], float] = lambda: 0.0,
    ) -> None:  # fmt: skip
        """`full_in_s`: how long until the account may ask something that a person waits for, 0 when at once."""
        self._store = store
        self._connection = connection
        self._adapter = adapter
        # The clock on the wall may be set forward: what the platform needs to finish is counted by a steady one too.
        self._steady_s = steady_s
        self._full_in_s = full_in_s
        self._lost_s: dict[IntentId, float] = {}
        self._stepping = asyncio.Lock()  # a request to pull now steps too: two at once would mix a thread's order

    async def step(self) -> int:
        """Do what is due now; returns how many intents ended as sent."""
        async with self._stepping:
            return await self._step()

    def heard(self, messages: Sequence[Message]) -> bool:
        """Settle uncertain replies by those of these messages that bear their mark; whether there were any."""
        marked = {message.mark: message.key for message in messages if message.mark}
        waiting = intents.uncertain(self._store, self._connection) if marked and self._adapter.certain_mark else []
        found = [(intent, marked[intent.id]) for intent in waiting if intent.id in marked and _is_said(intent)]
        for intent, message in found:
            self._sent(intent, On.FOUND, message)
            folding.reproject(self._store, [intent.thread])
        return bool(found)

    async def _step(self) -> int:
        if value(self._store.ledger, "outbox_hold"):
            return 0
        intents.follow_clock(self._store, self._connection)
        sent, busy = 0, set()
        for intent in intents.due(self._store, self._connection):
            if intent.thread in busy:
                continue  # oldest first in each thread
            busy.add(intent.thread)
            done = await (self._look(intent) if intent.state is State.UNCERTAIN else self._deliver(intent))
            if done.state in ENDS | STUCK | {State.HANDOFF}:
                busy.discard(intent.thread)
            sent += done.state is State.SENT
            folding.reproject(self._store, [intent.thread])
        return sent

    async def _deliver(self, intent: Intent) -> Intent:
        if not self._can(intent):
            return self._move(intent, On.NO_WAY, not_before_ms=self._store.now_ms(), last_byte_at_ms=None)
        conflict = matters_since(self._store, intent)
        if conflict is not None:
            return self._move(intent, On.THREAD_CHANGED, detail=conflict.what, error=conflict.what,
                              error_words=conflict.by)  # fmt: skip
        wait_s = self._full_in_s()
        if wait_s > MOMENT_S:
            # Nothing of it has left: it can be taken back all the while, and an end of the program leaves it queued.
            until_ms = self._store.now_ms() + math.ceil(wait_s * 1000)
            return intents.wait_for_limit(self._store, intent.id, until_ms)
        sending = self._move(
            intent, On.DUE, durable=True, attempts=intent.attempts + 1, error="", error_words="", waits_for=""
        )
        if sending.state is not State.SENDING:
            return sending  # taken back in the last instant
        try:
            with work("deliver", sending.id):
                performed = await self._adapter.perform(sending)
            message, changes = performed.message, harmless(performed.changes)
        except asyncio.CancelledError:
            raise  # stays `sending`: the next collector calls it uncertain
        except PlatformError as error:
            return self._failed(sending, error)
        except Exception:
            log.exception("delivering %s", sending.id)
            return self._failed(sending, BadResponse(code="bug"))
        pages.apply_changes(self._store, intent.connection, changes)
        put_capabilities(self._store, intent.connection, self._adapter, changes)
        if _left_as_it_was(sending, changes):
            return self._failed(sending, Rejected(code="not_taken"))
        return self._sent(sending, On.CONFIRMED, message)

    def _can(self, intent: Intent) -> bool:
        """Whether it goes by the API; by hand where the adapter, which may be anybody's, can't even say that."""
        try:
            return self._adapter.capabilities(intent.space).way(intent.needs) is Way.API
        except Exception:
            log.exception("capabilities for %s", intent.id)
            return False

    def _failed(self, intent: Intent, error: PlatformError) -> Intent:
        now_ms, code = self._store.now_ms(), error.code or type(error).__name__
        # A refusal of the adapter's own has a code and no words; its sentence is made of the code.
        words = error.words or error.code
        facts: dict[str, Any] = {"error": type(error).__name__, "error_words": words, "detail": code}
        match error:
            case RateLimited():
                return self._move(intent, On.RATE_LIMITED, waits_for="limit",
                                  not_before_ms=now_ms + int(error.retry_after_s * 1000), **facts)  # fmt: skip
            case AuthExpired():
                return self._move(intent, On.AUTH_EXPIRED, waits_for="sign_in",
                                  not_before_ms=now_ms + SIGN_IN_RETRY_MS, **facts)  # fmt: skip
            case Rejected() | Forbidden() | NotFound():
                return self._move(intent, On.REFUSED, **facts)
            case Unreachable(maybe_sent=False) | BadResponse(maybe_sent=False):
                return self._move(intent, On.NOTHING_LEFT, waits_for="network",
                                  not_before_ms=now_ms + retry_ms(intent.attempts), **facts)  # fmt: skip
            case _:
                # A first look at once: often it arrived and only the answer was lost.
                self._lost_s[intent.id] = self._steady_s()
                return self._move(intent, On.ANSWER_LOST, last_byte_at_ms=now_ms, not_before_ms=now_ms, **facts)

    async def _look(self, intent: Intent) -> Intent:
        """Find out what became of an uncertain one. Absence counts only once the platform has surely finished."""
        looked_ms = self._store.now_ms()
        try:
            settled_ms = self._settled_ms(intent, looked_ms, self._adapter.settle_s)
            with work("deliver", intent.id):
                found = await self._adapter.find_sent(intent, intents.matched(self._store, self._connection))
            sighting, message = found.sighting, found.message
        except PlatformError as error:
            wait_ms = int(error.retry_after_s * 1000) if isinstance(error, RateLimited) else retry_ms(intent.attempts)
            return self._move(intent, On.CANT_TELL, not_before_ms=looked_ms + wait_ms, error=type(error).__name__,
                              error_words=error.words, detail=error.code)  # fmt: skip
        except Exception:
            log.exception("looking for %s", intent.id)
            return self._move(intent, On.CANT_TELL, asks=True, detail="bug")
        if sighting is Sighting.SEEN:
            return self._sent(intent, On.FOUND, message)
        if sighting is Sighting.ABSENT and looked_ms < settled_ms:
            return self._move(intent, On.CANT_TELL, not_before_ms=settled_ms, detail="too_soon")
        if sighting is Sighting.ABSENT and (self._adapter.certain_mark or intent.kind not in (Kind.REPLY, Kind.WRITE)):
            return self._move(intent, On.SURELY_ABSENT, not_before_ms=looked_ms)
        return self._move(intent, On.CANT_TELL, asks=True, detail="not_sure")

    def _settled_ms(self, intent: Intent, looked_ms: int, settle_s: float) -> int:
        """When the platform has surely finished, by the clock on the wall and by a steady one."""
        rested_s = self._steady_s() - self._lost_s[intent.id] if intent.id in self._lost_s else settle_s
        settled_ms = (intent.last_byte_at_ms or looked_ms) + int(settle_s * 1000)
        return max(settled_ms, looked_ms + math.ceil((settle_s - rested_s) * 1000))

    def _sent(self, intent: Intent, on: On, message: str) -> Intent:
        # What a reply became is claimed; an action only names a message that others may act on too.
        remote = message if _is_said(intent) else ""
        return self._move(intent, on, sent_at_ms=self._store.now_ms(), remote_message=remote, waits_for="", error="",
                          error_words="", asks=False)  # fmt: skip

    def _move(self, intent: Intent, on: On, **fields: Any) -> Intent:
        if on not in (On.ANSWER_LOST, On.CANT_TELL):
            self._lost_s.pop(intent.id, None)
        return intents.move(self._store, intent.id, on, only_if=lambda now: now.state is intent.state, **fields)


def _left_as_it_was(intent: Intent, changes: Sequence[Change]) -> bool:
    """Whether a platform took an action and shows the message as if it hadn't."""
    wanted = LEAVES.get(intent.kind)
    now = [change for change in changes if isinstance(change, Message) and change.key == intent.message]
    return wanted is not None and bool(now) and now[-1].state not in wanted


def _is_said(intent: Intent) -> bool:
    """Whether it becomes a message of ours there."""
    return intent.kind is Kind.REPLY or intent.mailed


def retry_ms(attempts: int) -> int:
    """How long to wait after so many attempts: doubling, within bounds."""
    return int(min(FIRST_RETRY_MS * 2 ** min(max(attempts - 1, 0), 10), LAST_RETRY_MS))

"""Urgent reports in the terminal: how many wait, under which policies, and who is on duty. Never what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.cli.house import policies_in_use
from console.cli.session import Session, now_ms, say
from console.domain.conversation import MessageKey
from console.domain.duty import Duty, duty_at
from console.domain.house_policies import HousePolicy, in_order, urgent_under
from console.sentences.duty import urgent_title, who_sentence
from console.store.connection import Store
from console.store.public_id import public_id
from console.store.read.urgent import waiting_reports
from console.words import _


def urgent(session: Session, store: Store) -> dict[str, Any]:
    """What waits urgently, as the JSON of `queue` has it."""
    found, duty = _found(session, store)
    name = session.settings().name
    return {
        "reports": len(found), "about": [public_id("m", key) for key in dict.fromkeys(key for key, _under in found)],
        "policies": _titles(found),
        "on_duty": [*([name] if duty.mine and name else []), *(one.name for one in duty.others)],
    }  # fmt: skip


def tell_urgent(session: Session, store: Store, *, always: bool = False) -> None:
    """A line for a person, where anything urgent waits: how much, under what, and who is on duty. `always`: also where nothing does."""
    found, duty = _found(session, store)
    who = who_sentence(duty, now_ms())
    if found:
        say(f"! {urgent_title(len(found))}: {', '.join(_titles(found))}. {who}")
    elif always:
        say(" ".join((_("No urgent report waits."), who)))


def _found(session: Session, store: Store) -> tuple[list[tuple[MessageKey, tuple[HousePolicy, ...]]], Duty]:
    """The message of each report with the urgent policies that it is under, and who is on duty."""
    settings = session.settings()
    policies = policies_in_use(session)
    found = in_order((report.message, under) for report in waiting_reports(store)
                     if (under := urgent_under(policies, report.reason, report.text)))  # fmt: skip
    return found, duty_at(settings.on_duty, settings.name, settings.policy.hours, now_ms())


def _titles(found: Sequence[tuple[MessageKey, tuple[HousePolicy, ...]]]) -> list[str]:
    return list(dict.fromkeys(policy.title for _key, under in found for policy in under))

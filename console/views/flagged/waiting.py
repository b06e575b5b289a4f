"""What waits for the verdict of who sits here, taken into the round they are in."""

from __future__ import annotations

from collections.abc import Sequence

from console.desk.seat import Desk
from console.domain.conversation import MessageKey
from console.domain.house_policies import HousePolicy, in_order, urgent_under
from console.store.read import judged
from console.store.read.heavy import handed_on
from console.store.read.judged import Waiting
from console.store.read.urgent import reports_on
from console.views.models.review_round import Round


def take_waiting(shown: Round, desk: Desk, policies: Sequence[HousePolicy]) -> bool:
    """Those that are new join the round, the urgent ones first. Whether anything changed."""
    found = waiting(desk)
    return shown.take(found, desk.store.now_ms(), _urgent(desk, found, policies))


def waiting(desk: Desk) -> list[Waiting]:
    """What waits for a verdict, without what this person handed on."""
    found = judged.waiting(desk.store)
    away = handed_on(desk.store, desk.moderator, [one.message for one in found])
    return [one for one in found if one.message not in away]


def _urgent(desk: Desk, found: Sequence[Waiting], policies: Sequence[HousePolicy]) -> list[MessageKey]:
    """Each once, in the order in which they come."""
    urgent = [policy for policy in policies if policy.urgent]
    reports = reports_on(desk.store, [one.message for one in found]) if urgent else []
    under = ((one.message, urgent_under(urgent, one.reason, one.text)) for one in reports)
    return list(dict.fromkeys(message for message, those in in_order(under) if those))

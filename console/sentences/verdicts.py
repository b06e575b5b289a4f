"""Verdicts in words: what one says, and every effect of one before it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.domain.house_policies import HousePolicy
from console.domain.verdicts import Action
from console.store.read.records import Record
from console.words import _, ngettext, number, pgettext


def action_title(action: Action) -> str:
    """What the button says."""
    return {
        Action.KEEP: _("Let stand"), Action.HIDE: pgettext("verdict", "Hide"),
        Action.DELETE: pgettext("verdict", "Remove"), Action.ESCALATE: _("Pass on"),
    }[action]  # fmt: skip


def verdict_said(payload: Mapping[str, Any]) -> str:
    """A verdict in the history, with what it refers to as it was called then."""
    match payload.get("action"):
        case "keep":
            said = _("verdict: let stand")
        case "hide":
            said = _("verdict: hide")
        case "delete":
            said = _("verdict: remove")
        case "escalate":
            said = _("verdict: passed on to {name}").format(name=payload.get("to", ""))
        case _:
            return _("verdict")
    named = policies_said(payload.get("policies", ()))
    return f"{said} ({named})" if named else said


def answer_said(payload: Mapping[str, Any]) -> str:
    """What somebody answered that a message was passed on to, in the history."""
    name = payload.get("from", "")
    if payload.get("closes"):
        return _("answer of {name}: settled").format(name=name)
    return _("answer of {name}: it comes back").format(name=name)


def policies_said(policies: Sequence[Mapping[str, Any]]) -> str:
    """Policies by number and name."""
    return ", ".join(f"{policy['number']}. {policy['title']}" for policy in policies)


def report_state(state: str) -> str:
    """What became of a report, "" while it waits."""
    match state:
        case "upheld":
            return _("upheld")
        case "dismissed":
            return _("dismissed")
        case "void":
            return _("void: its message is gone")
        case _:
            return ""


def policies_gone_sentence(policies: Sequence[HousePolicy]) -> str:
    """A verdict refers to what was taken out of the policies meanwhile."""
    named = ", ".join(f"{policy.number}. {policy.title}" for policy in policies)
    return _("That is no longer among the policies: {policies}. Nothing is decided; choose again.").format(policies=named)  # fmt: skip


def record_said(record: Record) -> str:
    """How somebody's earlier reports came out, "" where none did: shown, and nothing is hidden by it."""
    ended = record.upheld + record.dismissed
    if not ended:
        return ""
    return ngettext(
        "Of {n} earlier report {upheld} was upheld.", "Of {n} earlier reports {upheld} were upheld.", ended
    ).format(n=ended, upheld=record.upheld)


def reports_said(count: int, settles: str) -> str:
    """What becomes of the reports here."""
    if settles == "upheld":
        return ngettext("{n} report is upheld.", "{n} reports are upheld.", count).format(n=number(count))
    if settles == "dismissed":
        return ngettext("{n} report is dismissed.", "{n} reports are dismissed.", count).format(n=number(count))
    return ngettext("{n} report goes on waiting.", "{n} reports go on waiting.", count).format(n=number(count))

"""What the verdicts come to, in two small tables of the ledger: written with each verdict and each taking back."""

from __future__ import annotations

from collections.abc import Iterable

from console.domain.triage import TriageEvent, What
from console.domain.verdicts import RETURNED, Action, answered, latest, settled, standing
from console.store.connection import Store
from console.store.opening import Connection, driver_of
from console.store.rows import EVENT_COLUMNS, event_from

# A taking back names the message of what it takes back.
CONCERNS = frozenset({What.VERDICT, What.ANSWER, What.APPEAL, What.UNDO})

_COLUMNS = ", ".join(f'"{name}"' for name in EVENT_COLUMNS)
_EVENTS = f"SELECT {_COLUMNS} FROM event WHERE message = ? AND what IN ('verdict', 'answer', 'appeal', 'undo')"


def refresh(ledger: Connection, messages: Iterable[str]) -> None:
    """Work out anew what the verdicts on these messages come to, inside the caller's transaction."""
    for message in messages:
        events = [event_from(row) for row in driver_of(ledger).execute(_EVENTS, (message,))]
        verdicts, answers = standing(events), standing(events, What.ANSWER)
        last = answered(answers)
        ledger.exec_driver_sql("DELETE FROM verdict WHERE message = ?", (message,))
        ledger.exec_driver_sql("DELETE FROM settled WHERE message = ?", (message,))
        ledger.exec_driver_sql("DELETE FROM appeal WHERE message = ?", (message,))
        for event in standing(events, What.APPEAL):
            words = [str(event.payload.get(name, "")) for name in ("author", "text", "asked", "judged_by", "verdict")]
            ledger.exec_driver_sql(
                "INSERT INTO appeal(event, message, at_ms, author, text, asked, judged_by, verdict)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (event.key, message, event.at_ms, *words),
            )
        for event in latest(verdicts).values():
            text_hash = str((event.payload.get("seen") or {}).get("text_hash", ""))
            ledger.exec_driver_sql(
                'INSERT INTO verdict(message, event, action, "by", at_ms, text_hash) VALUES (?, ?, ?, ?, ?, ?)',
                (message, event.key, _stands(event, last.get(event.key)), event.by, event.at_ms, text_hash),
            )
        for report, found in settled(verdicts, answers).items():
            ledger.exec_driver_sql(
                "INSERT OR REPLACE INTO settled(report, message, event, state) VALUES (?, ?, ?, ?)",
                (report, message, found.event, found.state),
            )


def _stands(verdict: TriageEvent, answer: TriageEvent | None) -> str:
    """What a verdict says; of one that passed a message on that it came back, until somebody judges it."""
    action = str(verdict.payload["action"])
    came_back = action == Action.ESCALATE and answer is not None and not answer.payload["closes"]
    return RETURNED if came_back else action


def rebuild(store: Store) -> None:
    """Work them all out anew."""
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("DELETE FROM verdict")
        ledger.exec_driver_sql("DELETE FROM settled")
        ledger.exec_driver_sql("DELETE FROM appeal")
        found = ledger.exec_driver_sql("SELECT DISTINCT message FROM event WHERE what IN ('verdict', 'appeal')").all()
        refresh(ledger, [row.message for row in found])

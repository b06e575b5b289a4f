"""What came of reports before: of what somebody wrote, and by whom. It is shown, and hides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.conversation import MessageKey, PersonKey, ThreadKey
from console.domain.triage import TriageEvent
from console.store.connection import Store
from console.store.rows import event_of

# All identities of the person whose identity :author is.
_IDENTITIES = "(SELECT id FROM person_shown WHERE who_id = (SELECT who_id FROM person_shown WHERE key = :author))"


@dataclass(frozen=True, slots=True)
class Record:
    """How reports came out: what somebody reported, or what was reported of somebody."""

    upheld: int
    dismissed: int
    pending: int


def reporters_record(store: Store, reporter: str, platform: str) -> Record:
    """How the reports by somebody of this name on this platform came out."""
    return _record(store, "r.reporter = :who AND r.key LIKE :platform", {"who": reporter, "platform": f"{platform}:%"})


def authors_record(store: Store, author: PersonKey) -> Record:
    """How the reports of what somebody wrote came out, over all their identities."""
    return _record(
        store,
        f"r.message IN (SELECT m.key FROM message AS m WHERE m.person_id IN {_IDENTITIES})",
        {"author": author},
    )


def _record(store: Store, where: str, values: dict[str, str]) -> Record:
    row = store.read(
        "SELECT count(*) FILTER (WHERE shown_state = 'upheld') AS upheld,"
        " count(*) FILTER (WHERE shown_state = 'dismissed') AS dismissed,"
        f" count(*) FILTER (WHERE shown_state = 'pending') AS pending FROM report_shown AS r WHERE source <> 'appeal' AND {where}",
        values,
    )[0]
    return Record(row["upheld"], row["dismissed"], row["pending"])


@dataclass(frozen=True, slots=True)
class Earlier:
    """A verdict on something else that somebody wrote."""

    event: TriageEvent
    title: str


def verdicts_on_author(store: Store, author: PersonKey, beside: MessageKey, limit: int) -> list[Earlier]:
    """The verdicts that hold on what somebody wrote, over all their identities, but on this message; the newest first."""
    found = store.read(
        "SELECT e.*, coalesce(nullif(t.title, ''), t.snippet) AS title FROM ledger.verdict AS v"
        " JOIN ledger.event AS e ON e.key = v.event JOIN message AS m ON m.key = v.message"
        f" JOIN thread AS t ON t.id = m.thread_id WHERE v.message <> :beside AND m.person_id IN {_IDENTITIES}"
        " ORDER BY e.hlc DESC, e.origin DESC, e.origin_seq DESC LIMIT :limit",
        {"author": author, "beside": beside, "limit": limit},
    )
    return [Earlier(event_of(row), row["title"]) for row in found]


@dataclass(frozen=True, slots=True)
class OtherThread:
    """A conversation in which somebody wrote."""

    key: ThreadKey
    title: str
    space: str


_ENOUGH = 500  # threads of one author to look among: who has more has written in all of the newest


def other_threads(store: Store, author: PersonKey, beside: ThreadKey, limit: int) -> list[OtherThread]:
    """Where somebody wrote as well, over all their identities; the newest first."""
    found = store.read(
        "SELECT t.key, coalesce(nullif(t.title, ''), t.snippet) AS title, s.title AS space FROM thread AS t"
        " JOIN space AS s ON s.id = t.space_id WHERE t.key <> :beside AND t.id IN"
        f" (SELECT DISTINCT thread_id FROM message WHERE person_id IN {_IDENTITIES}"
        f" ORDER BY thread_id DESC LIMIT {_ENOUGH}) ORDER BY t.last_at_ms DESC, t.key LIMIT :limit",
        {"author": author, "beside": beside, "limit": limit},
    )
    return [OtherThread(ThreadKey(row["key"]), row["title"], row["space"]) for row in found]


def waiting_by(store: Store, reporter: str, platform: str) -> list[MessageKey]:
    """The messages with reports by somebody of this name on this platform that wait, the oldest report first."""
    found = store.read(
        "SELECT message FROM report_shown WHERE reporter = :who AND key LIKE :platform AND shown_state = 'pending'"
        " AND source <> 'appeal' AND NOT passed_on GROUP BY message ORDER BY min(at_ms), message",
        {"who": reporter, "platform": f"{platform}:%"},
    )
    return [MessageKey(row["message"]) for row in found]

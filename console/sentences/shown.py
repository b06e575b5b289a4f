"""Facts to sentences, in the language chosen: reasons, ages, errors, states. Used by window and command line alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.outbox import WRITTEN, Intent, State
from console.domain.people import How
from console.domain.platform import CheckLine, Outcome
from console.domain.policy import Level
from console.domain.reasons import Reason, ReasonKind
from console.domain.triage import TriageEvent, What
from console.sentences.check_findings import Told, finding
from console.sentences.for_administrators import to_do
from console.sentences.outward import file_sentence
from console.sentences.platform_troubles import trouble
from console.sentences.verdicts import answer_said, verdict_said
from console.store.read.connections import ConnectionRow, SpaceRow
from console.store.read.people import Identity
from console.words import _, ngettext, number

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
AGE_MS = 7 * DAY_MS  # longer ago is told as a day
TOKEN_SOON_MS = 14 * DAY_MS
_timezone = "Europe/Amsterdam"

PLATFORM_TITLES: Mapping[str, str] = {
    "yammer": "Yammer", "humhub": "HumHub", "wordpress": "WordPress", "buddypress": "BuddyPress",
    "facebook": "Facebook", "linkedin": "LinkedIn", "feed": "Feed",
    "mattermost": "Mattermost", "matrix": "Matrix", "mail": "Mail", "outlook": "Outlook", "gmail": "Gmail", "memory": "Luisterpost",
}  # fmt: skip


def platform_title(platform: str) -> str:
    """A platform's name; without one, words that fit in its place."""
    if not platform:
        return _("The platform")
    return PLATFORM_TITLES.get(platform, platform.title())


def as_sentence(words: str) -> str:
    """With a capital and a full stop; names in it stay as they are written."""
    return f"{words[:1].upper()}{words[1:]}."


def tell_times_in(timezone: str) -> None:
    """Every time of day from now on is that of this zone: the one of the settings."""
    global _timezone  # as the language in `words`: the one thing every time depends on
    _timezone = timezone


def moment(at_ms: int, timezone: str = "") -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(timezone or _timezone))


def clock(at_ms: int, now_ms: int) -> str:
    """The time of day, with the day where it isn't today."""
    then, now = moment(at_ms), moment(now_ms)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    return f"{day(at_ms, now_ms)}, {then:%H:%M}"


def day(at_ms: int, now_ms: int) -> str:
    """ "12 Nov", with the year where it isn't this one."""
    then, now = moment(at_ms), moment(now_ms)
    months = _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()
    text = f"{then.day} {months[then.month - 1]}"
    return text if then.year == now.year else f"{text} {then.year}"


def age(at_ms: int, now_ms: int) -> str:
    """How long ago, as short as a list needs it."""
    passed_ms = now_ms - at_ms
    if passed_ms < MINUTE_MS:
        return _("now")
    if passed_ms < HOUR_MS:
        return _("{n} min").format(n=passed_ms // MINUTE_MS)
    if passed_ms < DAY_MS:
        return _("{n} h").format(n=passed_ms // HOUR_MS)
    if passed_ms < AGE_MS:
        return _("{n} d").format(n=passed_ms // DAY_MS)
    return day(at_ms, now_ms)


def wait(for_ms: int) -> str:
    """How long something still takes."""
    if for_ms < MINUTE_MS:
        return _("{n} s").format(n=max(1, for_ms // 1000))
    return _("{n} min").format(n=round(for_ms / MINUTE_MS))


def chip(reason: Reason, now_ms: int) -> str:
    """A reason as short as its chip."""
    if reason.softened:
        return _("colleague answered")
    match reason.kind:
        case ReasonKind.REPORTED:
            return ngettext("{n} report", "{n} reports", reason.count).format(n=reason.count)
        case ReasonKind.EDITED:
            return _("changed since")
        case ReasonKind.ANSWERED:
            return _("came back")
        case ReasonKind.HELD:
            return ngettext("{n} to approve", "{n} to approve", reason.count).format(n=reason.count)
        case ReasonKind.MENTION:
            return _("you are mentioned")
        case ReasonKind.REPLY_TO_US:
            return _("answer to us")
        case ReasonKind.NEWCOMER:
            return _("first post")
        case ReasonKind.LEADERSHIP:
            return ngettext("{n} new comment", "{n} new comments", reason.count).format(n=reason.count)
        case ReasonKind.UNANSWERED:
            if now_ms - reason.since_ms < MINUTE_MS:
                return _("no answer yet")
            if now_ms - reason.since_ms >= AGE_MS:
                return _("no answer since {day}").format(day=day(reason.since_ms, now_ms))
            return _("no answer for {age}").format(age=age(reason.since_ms, now_ms))
        case ReasonKind.APPEALED:
            return ngettext("appeal", "{n} appeals", reason.count).format(n=reason.count)


def reason_sentence(reason: Reason, now_ms: int) -> str:
    """A reason with its evidence."""
    name = reason.name or _("a colleague")
    if reason.softened:
        return _("{name} answered; it can wait").format(name=name)
    match reason.kind:
        case ReasonKind.REPORTED:
            return ngettext("{n} report by colleagues", "{n} reports by colleagues", reason.count).format(
                n=reason.count
            )
        case ReasonKind.EDITED:
            return _("{name} changed this after it was decided on").format(name=name)
        case ReasonKind.ANSWERED:
            return _("{name} answered about what was passed on").format(name=name)
        case ReasonKind.HELD:
            return ngettext("{n} waits for approval", "{n} wait for approval", reason.count).format(n=reason.count)
        case ReasonKind.MENTION:
            return _("{name} mentions you").format(name=name)
        case ReasonKind.REPLY_TO_US:
            return _("{name} answers you").format(name=name)
        case ReasonKind.NEWCOMER:
            return _("{name} writes here for the first time").format(name=name)
        case ReasonKind.LEADERSHIP:
            return ngettext(
                "{n} comment on the leadership's post", "{n} comments on the leadership's post", reason.count
            ).format(n=reason.count)
        case ReasonKind.UNANSWERED:
            if now_ms - reason.since_ms < MINUTE_MS:
                return _("{name} has had no answer yet").format(name=name)
            if now_ms - reason.since_ms >= AGE_MS:
                return _("{name} has had no answer since {day}").format(name=name, day=day(reason.since_ms, now_ms))
            return _("{name} has had no answer for {age}").format(name=name, age=age(reason.since_ms, now_ms))
        case ReasonKind.APPEALED:
            return _("{name} appeals against the verdict").format(name=name)


def level_title(level: Level | None) -> str:
    match level:
        case Level.FIRST:
            return _("First")
        case Level.TODAY:
            return _("Today")
        case Level.CAN_WAIT:
            return _("Can wait")
        case None:
            return _("Nothing needed")


def view_title(view: str) -> str:
    return {
        "inbox": _("Inbox"), "flagged": _("Flagged"), "unanswered": _("Unanswered"), "newcomers": _("Newcomers"),
        "leadership": _("Leadership"), "mine": _("Mine"), "snoozed": _("Snoozed"), "escalated": _("Escalated"),
        "done": _("Done"), "outbox": _("Outbox"), "open": _("Open"), "all": _("Everything"),
    }[view]  # fmt: skip


def kind_verb(kind: str, platform: str = "") -> str:
    """What a button says that does this on the platform."""
    if platform == "wordpress" and kind == "hide":
        kind = "hold"
    return {
        "reply": _("Reply"), "edit": _("Edit"), "approve": _("Approve"), "hold": _("Hold"), "hide": _("Hide"),
        "unhide": _("Show again"), "spam": _("Mark as spam"), "unspam": _("Not spam"), "delete": _("Remove"),
        "restore": _("Restore"), "lock": _("Close"), "unlock": _("Open again"), "pin": _("Pin"), "unpin": _("Unpin"),
        "react": _("Like"), "unreact": _("Take the like back"), "settle": _("Settle the reports"),
        "write": _("Write privately"), "join": _("Join"),
    }[kind]  # fmt: skip


def kind_noun(kind: str) -> str:
    """What is on its way."""
    return {
        "reply": _("reply"), "edit": _("edit"), "approve": _("approval"), "hold": _("hold"), "hide": _("hiding"),
        "unhide": _("showing again"), "spam": _("spam mark"), "unspam": _("no spam"), "delete": _("removal"),
        "restore": _("restoring"), "lock": _("closing"), "unlock": _("opening again"), "pin": _("pinning"),
        "unpin": _("unpinning"), "react": _("like"), "unreact": _("taking the like back"),
        "settle": _("settling the reports"), "write": _("private message"), "join": _("joining"),
    }[kind]  # fmt: skip


def intent_state(state: str) -> str:
    return {
        "draft": _("Draft"), "queued": _("Queued"), "sending": _("Being sent"), "sent": _("Sent"),
        "uncertain": _("Uncertain"), "conflict": _("Conflict"), "failed": _("Failed"),
        "handoff": _("You finish it"), "withdrawn": _("Withdrawn"),
    }[state]  # fmt: skip


def intent_sentence(intent: Intent, platform: str, now_ms: int) -> str:
    """How an intent stands, and what is safe."""
    title = platform_title(platform)
    match intent.state:
        case State.QUEUED if intent.waits_for == "sign_in":
            return _("Waiting for sign-in. Your words are ready and leave by themselves once you sign in.")
        case State.QUEUED if intent.waits_for == "limit":
            return _("{platform} asks us to wait. Continuing at {time}.").format(
                platform=title, time=clock(intent.not_before_ms, now_ms)
            )
        case State.QUEUED if intent.waits_for == "network":
            return _("{platform} doesn't answer. It leaves as soon as it does.").format(platform=title)
        case State.QUEUED if intent.not_before_ms > now_ms:
            return _("Leaves in {n} s.").format(n=(intent.not_before_ms - now_ms + 999) // 1000)
        case State.QUEUED:
            return _("In the queue.")
        case State.SENDING:
            return _("Being sent.")
        case State.SENT if intent.placed_by_hand and intent.outside:
            return _("Handed over at {time}.").format(time=clock(intent.sent_at_ms or intent.created_at_ms, now_ms))
        case State.SENT if intent.placed_by_hand:
            return _("Done by hand at {time}; {platform} hasn't shown it to us.").format(
                time=clock(intent.sent_at_ms or intent.created_at_ms, now_ms), platform=title
            )
        case State.SENT:
            return _("Sent at {time}.").format(time=clock(intent.sent_at_ms or intent.created_at_ms, now_ms))
        case State.UNCERTAIN if intent.asks:
            return _(
                "The line was lost while sending and we can't tell whether it arrived. Look on {platform}."
            ).format(platform=title)
        case State.UNCERTAIN:
            return _("The line was lost while sending. We are looking whether it arrived; nothing is sent twice.")
        case State.CONFLICT:
            return conflict_sentence(intent.error, intent.error_words)
        case State.FAILED if intent.kind in WRITTEN:
            return error_sentence(intent.error, platform, intent.error_words) + " " + _("Your text is kept.")
        case State.FAILED:
            return error_sentence(intent.error, platform, intent.error_words)
        case State.HANDOFF if intent.outside:
            opened_ms = intent.last_byte_at_ms
            return file_sentence("" if opened_ms is None else clock(opened_ms, now_ms))
        case State.HANDOFF if intent.asks:
            return _("Something like it stands on {platform}. We can't tell whether it is yours.").format(
                platform=title
            )
        case State.HANDOFF if intent.last_byte_at_ms is not None and intent.kind in WRITTEN:
            return _("Your text was copied and the browser opened at {time}. Is it there?").format(
                time=clock(intent.last_byte_at_ms, now_ms)
            )
        case State.HANDOFF if intent.last_byte_at_ms is not None:
            return _("The browser opened at {time}. Did it work?").format(time=clock(intent.last_byte_at_ms, now_ms))
        case State.HANDOFF if intent.kind not in WRITTEN:
            return _("You finish this: we open the browser. Then say whether it worked.")
        case State.HANDOFF:
            return _("You finish this: we copy the text and open the browser. Then say whether it is there.")
        case State.DRAFT:
            return _("Taken back; your words are kept as a draft.")
        case State.WITHDRAWN:
            return _("Taken back.")


def conflict_sentence(what: str, name: str) -> str:
    """What changed in the meantime; `name` is who did it, where that is known."""
    match what:
        case "answered":
            return _("{name} answered in the meantime.").format(name=name or _("A colleague"))
        case "said":
            return _("{name} wrote something in the meantime.").format(name=name or _("Somebody"))
        case "edited":
            return _("The message was changed after you looked.")
        case "removed":
            return _("The message is gone since you looked.")
        case "reported":
            return _("The message was reported again in the meantime. Look at that first.")
        case "moderated":
            return _("Somebody decided otherwise about this message in the meantime. Theirs stands.")
        case "judged":
            return _("{name} judged the message in the meantime.").format(name=name or _("Somebody"))
        case "decided":
            return _("{name} judged this message in the meantime. Theirs stands.").format(name=name or _("A colleague"))
        case _:
            return _("The conversation was closed in the meantime.")


def error_sentence(error: str, platform: str, words: str = "", code: str = "") -> str:
    """A platform's error in plain words: what happened and what to do."""
    title = platform_title(platform)
    known = trouble(code or words, title, words)
    if known:
        return known
    match error:
        case "AuthExpired":
            return _("{platform} no longer lets us in. Sign in again.").format(platform=title)
        case "Forbidden" if words:
            return _("{platform} doesn't allow this account to do that: ‘{words}’. Ask its administrator.").format(
                platform=title, words=words.rstrip(".")
            )
        case "Forbidden":
            return _("{platform} doesn't allow this account to do that. Ask its administrator.").format(platform=title)
        case "NotFound":
            return _("This no longer exists on {platform}.").format(platform=title)
        case "RateLimited":
            return _("{platform} asks us to wait a moment. We continue by ourselves.").format(platform=title)
        case "Rejected":
            return _("{platform} refused this: ‘{words}’.").format(platform=title, words=(words or code).rstrip("."))
        case "Unreachable":
            return _("{platform} isn't answering. We try again by ourselves.").format(platform=title)
        case "NoKeyring" | "NoPassphrase":
            return _("The secrets of this connection are locked. Give the passphrase, or sign in again.")
        case "WrongPassphrase":
            return _("That passphrase doesn't open the secrets.")
        case _:
            return _("{platform} answered something we don't understand. Nothing is lost; we try again.").format(
                platform=title
            )


def what_happened(event: TriageEvent) -> str:
    """One decision, without who and when."""
    payload = event.payload
    match event.what:
        case What.DONE if payload.get("answers"):
            return _("told as an answer at what was passed on")
        case What.DONE:
            return _("done")
        case What.REOPEN:
            return _("opened again")
        case What.SNOOZE:
            return _("snoozed until {time}").format(time=clock(int(payload.get("until_ms", 0)), event.at_ms))
        case What.ESCALATE:
            return _("passed on to {name}").format(name=payload.get("to", ""))
        case What.ASSIGN if payload.get("to"):
            return _("assigned to {name}").format(name=payload["to"])
        case What.ASSIGN:
            return _("assigned to nobody")
        case What.TAG:
            return _("tag {tag}").format(tag=payload.get("tag", ""))
        case What.UNTAG:
            return _("took off tag {tag}").format(tag=payload.get("tag", ""))
        case What.NOTE:
            return _("wrote a note")
        case What.ACT:
            noun = kind_noun(str(payload.get("kind", "reply")))
            count = int(payload.get("count", 1))
            return noun if count == 1 else f"{count} × {noun}"
        case What.VERDICT:
            return verdict_said(payload)
        case What.ANSWER:
            return answer_said(payload)
        case What.SKIP:
            return _("passed over for now")
        case What.APPEAL if payload.get("asked"):
            return _("appeal by {name}; {asked} is asked first").format(
                name=payload.get("author", ""), asked=payload["asked"]
            )
        case What.APPEAL:
            return _("appeal by {name}").format(name=payload.get("author", ""))
        case What.PASTE:
            return _("pasted a message by {name}").format(name=payload.get("author", ""))
        case What.JOIN_PEOPLE:
            return _("{name} and {other} joined as one person").format(
                name=_named(payload, 0), other=_named(payload, 1)
            )
        case What.SPLIT_PERSON:
            return _("{name} set apart as somebody else").format(name=_named(payload, 0))
        case What.KEEP_APART:
            return _("{name} and {other} kept apart").format(name=_named(payload, 0), other=_named(payload, 1))
        case What.UNDO:
            return _("took a decision back")


def _named(payload: Mapping[str, Any], place: int) -> str:
    """The name that a decision about people holds; without one, words that fit in its place."""
    names = payload.get("names")
    found = names[place] if isinstance(names, list) and place < len(names) else ""
    return found if isinstance(found, str) and found else _("a colleague")


def how_sentence(how: How) -> str:
    """By what an identity stands with its person."""
    return {
        How.ALONE: "", How.MAIL: _("same mail address"), How.HAND: _("joined by hand"),
        How.APART: _("set apart by hand"),
    }[how]  # fmt: skip


def identity_counts(one: Identity) -> str:
    """How much somebody said on one platform, and in how many places."""
    said = ngettext("{n} message", "{n} messages", one.messages).format(n=number(one.messages))
    return ngettext("{said} in {n} space", "{said} in {n} spaces", one.spaces).format(said=said, n=number(one.spaces))


def stays_sentence(event: TriageEvent, at: str) -> str:
    """Why a decision can't be taken back that was carried out at that time; "" while that is not known yet."""
    if not at:
        return _("That is on its way this moment and can't be stopped. The outbox says what becomes of it.")
    if event.payload.get("kind") == "settle":
        return _("The reports were settled at {time}; the platform can't open them again.").format(time=at)
    return _("That reply was sent at {time} and stays there. You can remove it with Delete.").format(time=at)


def health_sentence(row: ConnectionRow, now_ms: int) -> str:
    """How a connection is doing, with what to do about it."""
    health = row.health
    if row.paused:
        return _("Paused.")
    match health.state:
        case "ok":
            return " ".join(filter(None, [_("In order."), token_sentence(row, now_ms)]))
        case "new":
            return _("Not collected yet.")
        case "sign_in" if health.error in ("NoKeyring", "NoPassphrase", "WrongPassphrase"):
            return error_sentence(health.error, row.platform)
        case "sign_in":
            return error_sentence("AuthExpired", row.platform, code=health.error or "")
        case "limited":
            at_ms = health.retry_at_ms or now_ms
            return _("{platform} asks us to wait. Continuing at {time}.").format(
                platform=platform_title(row.platform), time=clock(at_ms, now_ms)
            )
        case "forbidden":
            return error_sentence("Forbidden", row.platform, health.words, health.error)
        case "unreachable" if trouble(health.error, ""):
            return error_sentence("Unreachable", row.platform, health.words, health.error)
        case "unreachable" if health.retry_at_ms is not None and health.retry_at_ms > now_ms:
            return _("{platform} isn't answering. Trying again in {time}.").format(
                platform=platform_title(row.platform), time=wait(health.retry_at_ms - now_ms)
            )
        case "unreachable":
            return error_sentence("Unreachable", row.platform, health.words, health.error)
        case _:
            return error_sentence("BadResponse", row.platform, health.words, health.error)


def token_sentence(row: ConnectionRow, now_ms: int) -> str:
    """That the token of a connection ends within two weeks; "" when it doesn't, or nobody knows when it does."""
    ends = row.settings.get("token_ends_ms", "")
    if not ends.isdecimal() or int(ends) - now_ms > TOKEN_SOON_MS:
        return ""
    return _("Its token ends on {day}: make a new one before, and sign in again.").format(day=day(int(ends), now_ms))


def space_sentence(space: SpaceRow) -> str:
    """What is out of the ordinary about a space, and what to do; "" when nothing is."""
    return standing_sentence(space.standing, encrypted=space.encrypted)


def standing_sentence(standing: str, *, encrypted: bool) -> str:
    """The same of what we are in a space, and whether it can be read."""
    match standing:
        case "invited":
            return _("Invites this account. Follow it to join; until then nothing of it can be read.")
        case "left":
            return _("This account isn't in it any more; what was said before stays. Ask for an invitation to go on.")
        case "moved":
            return _("Goes on in a new room. When that isn't in this list, ask its moderators for an invitation.")
        case _ if encrypted:
            return _("Encrypted: what is said there can't be read here, and we write nothing there.")
        case _:
            return ""


def check_told(line: CheckLine, platform: str) -> Told:
    """One finding of a check: its heading, and what there is to know or do about it."""
    facts = {name: str(value) for name, value in line.facts.items()}
    told = finding(line.code, facts, platform_title(platform))
    if told[0]:
        return told
    known = trouble(line.code, platform_title(platform), facts.get("words", "")) or facts.get("words", "")
    return known or error_sentence("BadResponse", platform, code=line.code), ""


def check_line(line: CheckLine, platform: str) -> str:
    """One finding of a check, in words."""
    return " ".join(filter(None, check_told(line, platform)))


def administrator_of(line: CheckLine) -> str:
    """What an administrator does about a finding that isn't in order; "" where there is nothing."""
    return "" if line.outcome is Outcome.OK else to_do(line.code) or str(line.facts.get("for_administrator", ""))

"""What a person finishes in the browser, in words: what is asked, what the buttons say, and how it is brought to mind."""

from __future__ import annotations

from console.domain.characters import one_line
from console.domain.outbox import WRITTEN, Intent, Kind, State
from console.sentences.outward import outward_noun
from console.sentences.shown import clock, conflict_sentence, kind_noun, kind_verb, platform_title
from console.store.read.outbox import IntentRow, Like
from console.store.read.since import Conflict
from console.words import _, ngettext

LIKE_CHARS = 120


def open_words(intent: Intent, platform: str) -> str:
    """The button that opens the browser for it the first time, or writes the file."""
    if intent.outside:
        return _("Write the file")
    if intent.kind in WRITTEN:
        return _("Copy and open")
    title = platform_title(platform)
    match intent.kind:
        case Kind.HIDE:
            return _("Open {platform} to hide it").format(platform=title)
        case Kind.UNHIDE:
            return _("Open {platform} to show it again").format(platform=title)
        case Kind.APPROVE:
            return _("Open {platform} to approve it").format(platform=title)
        case Kind.DELETE:
            return _("Open {platform} to remove it").format(platform=title)
        case Kind.SETTLE:
            return _("Open {platform} to settle the reports").format(platform=title)
        case Kind.LOCK:
            return _("Open {platform} to close it").format(platform=title)
        case _:
            return _("Open {platform}").format(platform=title)


def question(intent: Intent) -> str:
    if intent.outside:
        return _("Did you hand it over?")
    if intent.asks:
        return _("Is this yours?")
    return _("Is it there?") if intent.kind in WRITTEN else _("Did it work?")


def yes_words(intent: Intent) -> str:
    if intent.outside:
        return _("Yes, they have it")
    if intent.asks:
        return _("Yes, this is it")
    return _("Yes, it's there") if intent.kind in WRITTEN else _("Yes, it worked")


def again_words(intent: Intent) -> str:
    return _("Write it again") if intent.outside else _("Not yet, open again")


def about_words(row: IntentRow) -> str:
    """What it is, for who has done something else since: "Reply in ‘The bus’ on Facebook"."""
    said = _("{what} in ‘{title}’ on {platform}").format(
        what=outward_noun(row.intent) or kind_noun(row.intent.kind.value), title=one_line(row.thread_title or row.space_title, 40),
        platform=platform_title(row.platform),
    )  # fmt: skip
    return said[:1].upper() + said[1:]


def opened_words(row: IntentRow) -> str:
    """Said while somebody goes to the browser."""
    title = platform_title(row.platform)
    if not row.url:
        return _("We know no address for this: look for it on {platform} yourself.").format(platform=title)
    if row.intent.kind in WRITTEN:
        return _("Your text is copied and {platform} opens in the browser: paste it there. We ask when you are back.").format(platform=title)  # fmt: skip
    return _("{platform} opens in the browser: choose ‘{verb}’ there. We ask when you are back.").format(
        platform=title, verb=kind_verb(row.intent.kind.value, row.platform)
    )


def offline_words(intent: Intent) -> str:
    if intent.kind in WRITTEN:
        return _("You're offline. Your text waits in the outbox until you can open the browser for it.")
    return _("You're offline. It waits in the outbox until you can open the browser for it.")


def changed_words(intent: Intent, changed: Conflict) -> str:
    """What happened since its maker looked: to be known before they go on."""
    if changed.what == "moderated":
        return _("Somebody decided otherwise about this message in the meantime.")
    return conflict_sentence(changed.what, changed.by)


def placed_sentence(intent: Intent, now_ms: int) -> str:
    """Why a reply that a person placed can't be taken back from here."""
    at_ms = intent.sent_at_ms or intent.created_at_ms
    return _("You placed that reply by hand at {time}. Only there can it be taken away.").format(
        time=clock(at_ms, now_ms)
    )


def ended_words(row: IntentRow) -> str:
    """What became of one that was asked about, by what the platform shows; "" where a person ended it."""
    if row.intent.state is not State.SENT or row.intent.placed_by_hand:
        return ""
    return _("{what}: it's there, we saw it.").format(what=about_words(row))


def like_words(like: Like) -> str:
    """The message that may be it."""
    text = " ".join(like.text.split())
    shown = text if len(text) <= LIKE_CHARS else text[: LIKE_CHARS - 1] + "…"
    return _("{name} wrote there: ‘{text}’.").format(name=like.author or _("Somebody"), text=shown)


def waiting_words(rows: list[IntentRow]) -> str:
    """That something still waits for its person."""
    if len(rows) == 1:
        return _("{what}: yours to finish in the browser.").format(what=about_words(rows[0]))
    return ngettext("{n} thing is yours to finish in the browser.", "{n} things are yours to finish in the browser.", len(rows)).format(n=len(rows))  # fmt: skip

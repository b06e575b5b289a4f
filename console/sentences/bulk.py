"""One decision about many conversations, in words: what it will do before it is made, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from console.desk.bulk import Item, LeftOut, Outcome, Verb, Weighed
from console.desk.bulk_verbs import Approve, Judge, Triage
from console.domain.platform import Way
from console.domain.triage import What
from console.domain.verdicts import SETTLES, Action
from console.sentences.effects import Effect
from console.sentences.shown import clock, platform_title
from console.sentences.troubles import refusal_sentence, store_sentence
from console.sentences.verdicts import policies_said, reports_said
from console.words import _, ngettext, number

MOST_NAMED = 3  # platforms and people that are named with their counts; the others are counted together


def verb_said(verb: Verb, count: int) -> str:
    """What is done to so many: the words on the button."""
    n = number(count)
    match verb:
        case Approve():
            return ngettext("Approve {n}", "Approve {n}", count).format(n=n)
        case Judge(judgement):
            return _judge_said(judgement.action, count)
        case Triage(What.DONE):
            return ngettext("Mark {n} done", "Mark {n} done", count).format(n=n)
        case Triage(What.REOPEN):
            return ngettext("Open {n} again", "Open {n} again", count).format(n=n)
        case Triage(What.SNOOZE):
            return ngettext("Snooze {n}", "Snooze {n}", count).format(n=n)
        case Triage(What.ASSIGN, ({"to": ""}, *_rest)):
            return ngettext("Assign {n} to nobody", "Assign {n} to nobody", count).format(n=n)
        case Triage(What.ASSIGN, ({"to": to}, *_rest)):
            return ngettext("Assign {n} to {name}", "Assign {n} to {name}", count).format(n=n, name=to)
        case Triage(What.TAG, payloads):
            return ngettext("Tag {n} with {tags}", "Tag {n} with {tags}", count).format(n=n, tags=_tags(payloads))
        case Triage(What.UNTAG, payloads):
            return ngettext("Take {tags} off {n}", "Take {tags} off {n}", count).format(n=n, tags=_tags(payloads))
    raise ValueError(verb)


def _judge_said(action: Action, count: int) -> str:
    n = number(count)
    return {
        Action.KEEP: ngettext("Let {n} stand", "Let {n} stand", count).format(n=n),
        Action.HIDE: ngettext("Hide {n}", "Hide {n}", count).format(n=n),
        Action.DELETE: ngettext("Remove {n}", "Remove {n}", count).format(n=n),
    }[action]


def count_of(verb: Verb, items: Sequence[Item]) -> int:
    """What the button counts: conversations, or the comments that are approved in them."""
    return sum(item.stand.held for item in items) if isinstance(verb, Approve) else len(items)


def about_said(verb: Verb, items: Sequence[Item]) -> str:
    """How many it is about, and on which platforms."""
    count = count_of(verb, items)
    n = number(count)
    if isinstance(verb, Triage):
        said = ngettext("{n} conversation", "{n} conversations", count).format(n=n)
    elif isinstance(verb, Approve):
        said = ngettext("{n} comment that waits", "{n} comments that wait", count).format(n=n)
    else:
        said = ngettext("{n} reported message", "{n} reported messages", count).format(n=n)
    parts = [said]
    conversations = len({item.stand.key for item in items})
    if not isinstance(verb, Triage) and conversations != count:
        parts.append(ngettext("in {n} conversation", "in {n} conversations", conversations).format(n=number(conversations)))  # fmt: skip
    where = Counter(item.stand.platform for item in items)
    named = _counted({platform_title(platform): n for platform, n in where.items()}, _("elsewhere"))
    return " ".join(parts) + (f": {named}." if len(where) > 1 else f", {platform_title(next(iter(where), ''))}.")


def effects_said(verb: Verb, weighed: Weighed, undo_s: int, now_ms: int) -> list[Effect]:
    """What it will do, what it leaves alone, and whether it can be taken back."""
    items = weighed.items
    if not items:
        return [*_not(verb, weighed)]
    if isinstance(verb, Triage):
        said = [*_here(verb, items, now_ms), Effect("platform", _("Nothing changes on the platforms."))]
    else:
        said = [*_there(verb, weighed)]
    return [*said, *_waiting(verb, items), *_not(verb, weighed), _back(weighed, undo_s)]


def _here(verb: Triage, items: Sequence[Item], now_ms: int) -> Iterator[Effect]:
    payload = verb.payloads[0]
    match verb.what:
        case What.DONE:
            yield Effect("here", _("They leave the queue until somebody says something new."))
        case What.SNOOZE:
            until = clock(int(payload["until_ms"]), now_ms)
            yield Effect("here", _("They come back at {time}, or earlier when something is said that gives a reason.").format(time=until))  # fmt: skip
        case What.REOPEN:
            yield Effect("here", _("They come back into the queue."))
        case What.ASSIGN:
            had = Counter(item.stand.assignee for item in items if item.stand.assignee)
            if had:
                yield Effect("here", _("Taken from: {names}.").format(names=_counted(had, _("others"))))
        case What.TAG | What.UNTAG:
            yield Effect("here", _("Tags are seen by your team alone."))
        case _:
            return


def _there(verb: Verb, weighed: Weighed) -> Iterator[Effect]:
    by_us, by_hand = weighed.ways.get(Way.API, 0), weighed.ways.get(Way.HANDOFF, 0)
    if by_us:
        yield Effect("platform", ngettext("{n} thing is done on the platforms by us.", "{n} things are done on the platforms by us.", by_us).format(n=number(by_us)))  # fmt: skip
    if by_hand:
        yield Effect("platform", ngettext("{n} waits for you in the outbox.", "{n} wait for you in the outbox.", by_hand).format(n=number(by_hand)))  # fmt: skip
    if not by_us and not by_hand:
        yield Effect("platform", _("Nothing changes on the platforms."))
    if isinstance(verb, Judge):
        reports = sum(item.plan.pending for item in weighed.items if item.plan is not None)
        yield Effect("here", reports_said(reports, SETTLES[verb.judgement.action]))
        policies = [{"number": policy.number, "title": policy.title} for policy in verb.judgement.policies]
        if policies:
            yield Effect("here", _("The verdict stands in the history with {policies}.").format(policies=policies_said(policies)))  # fmt: skip
        yield Effect("author", _("Nobody gets a letter: each would have to be read before it leaves."))


def _waiting(verb: Verb, items: Sequence[Item]) -> Iterator[Effect]:
    """What stays undecided there all the same."""
    if not isinstance(verb, Triage) or verb.what not in (What.DONE, What.SNOOZE):
        return
    reports, held = sum(item.stand.reports for item in items), sum(item.stand.held for item in items)
    if reports:
        where = sum(item.stand.reports > 0 for item in items)
        yield Effect("reporter", ngettext("{n} report goes on waiting for a verdict, in {where} of them.", "{n} reports go on waiting for a verdict, in {where} of them.", reports).format(n=number(reports), where=number(where)))  # fmt: skip
    if held:
        yield Effect("author", ngettext("{n} comment goes on waiting for approval.", "{n} comments go on waiting for approval.", held).format(n=number(held)))  # fmt: skip


def _not(verb: Verb, weighed: Weighed) -> Iterator[Effect]:
    """Where nothing is done, and why."""
    if weighed.nothing:
        n = number(weighed.nothing)
        if isinstance(verb, Approve):
            said = ngettext("In {n} nothing waits for approval.", "In {n} nothing waits for approval.", weighed.nothing).format(n=n)  # fmt: skip
        elif isinstance(verb, Judge):
            said = ngettext("In {n} nothing waits for a verdict.", "In {n} nothing waits for a verdict.", weighed.nothing).format(n=n)  # fmt: skip
        else:
            said = ngettext("{n} is so already.", "{n} are so already.", weighed.nothing).format(n=n)
        yield Effect("here", said)
    if weighed.left_out:
        yield Effect("left_out", left_out_said(weighed.left_out))


def _back(weighed: Weighed, undo_s: int) -> Effect:
    if not weighed.stays:
        return Effect("back", _("All of it can be taken back, tomorrow too."))
    return Effect("back", ngettext("All of it can be taken back for {s} s. After that {n} thing can't be put back there.", "All of it can be taken back for {s} s. After that {n} things can't be put back there.", weighed.stays).format(s=undo_s, n=number(weighed.stays)))  # fmt: skip


def theirs_said(theirs: Sequence[Item]) -> str:
    """The choice to decide also on what somebody else has."""
    count = len(theirs)
    names = _counted(Counter(item.stand.assignee for item in theirs), _("others"))
    return ngettext("Also {n} that somebody else has: {names}", "Also {n} that somebody else has: {names}", count).format(n=number(count), names=names)  # fmt: skip


def left_out_said(left_out: Sequence[LeftOut]) -> str:
    """How many are left out, and for what."""
    why = " ".join(dict.fromkeys(refusal_sentence(one.why) for one in left_out))
    count = len(left_out)
    return ngettext("{n} is left out: {why}", "{n} are left out: {why}", count).format(n=number(count), why=why)


def left_out_line(one: LeftOut, titles: Mapping[str, str]) -> str:
    """One that is left out: what it is called, and why."""
    title = titles.get(one.thread, "")
    return f"{title} · {refusal_sentence(one.why)}" if title else refusal_sentence(one.why)


def outcome_said(verb: Verb, made: Outcome) -> str:
    """What became of it, in a sentence or three."""
    said = [_done_said(verb, made.count)]
    rest, left_out = len(made.rest), len(made.left_out)
    if made.error is not None:
        said.append(store_sentence(made.error))
    if rest:
        said.append(ngettext("{n} wasn't come to.", "{n} weren't come to.", rest).format(n=number(rest)))
    if left_out:
        said.append(ngettext("{n} is left out.", "{n} are left out.", left_out).format(n=number(left_out)))
    return " ".join(said)


def _done_said(verb: Verb, count: int) -> str:
    if not count:
        return _("Nothing was decided.")
    n = number(count)
    if isinstance(verb, Judge):
        return ngettext("{n} message judged.", "{n} messages judged.", count).format(n=n)
    if isinstance(verb, Approve):
        return ngettext("Approved in {n} conversation.", "Approved in {n} conversations.", count).format(n=n)
    return ngettext("{n} conversation decided on.", "{n} conversations decided on.", count).format(n=n)


def progress_said(done: int, total: int) -> str:
    return _("{done} of {total}").format(done=number(done), total=number(total))


def nothing_said(verb: Verb, weighed: Weighed) -> str:
    """Why there is nothing to decide on."""
    return " ".join(effect.text for effect in _not(verb, weighed)) or _("There is nothing to decide on.")


def _tags(payloads: Sequence[Mapping[str, object]]) -> str:
    return ", ".join(f"‘{payload['tag']}’" for payload in payloads)


def _counted(found: Mapping[str, int], others: str) -> str:
    """The largest by name with their counts, the rest together."""
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    said = [f"{name} {number(count)}" for name, count in ordered[:MOST_NAMED]]
    rest = sum(count for _name, count in ordered[MOST_NAMED:])
    return ", ".join([*said, f"{others} {number(rest)}"] if rest else said)

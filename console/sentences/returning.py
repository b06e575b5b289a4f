"""Back on the network, in words: how it went, what others changed, and the two sides of what waits for a person."""

from __future__ import annotations

from console.domain.conversation import MessageState
from console.domain.outbox import State
from console.sentences.handoffs import changed_words
from console.sentences.shown import clock, conflict_sentence, intent_sentence, what_happened
from console.store.read.returned import Item, Returned
from console.store.read.sides import Side
from console.words import _, ngettext, number


def came_back_words(told: Returned, now_ms: int) -> str:
    """How it went, in one or two sentences."""
    count, waiting, leaving = len(told.items), len(told.waiting), told.on_its_way
    away = _("Without network from {a} to {b}.").format(a=clock(told.left_ms, now_ms), b=clock(told.back_ms, now_ms))
    if not count:
        return f"{away} " + _("You decided nothing in that time.")
    said = [away, ngettext("You decided {n} thing.", "You decided {n} things.", count).format(n=number(count))]
    if waiting:
        said.append(ngettext("{n} waits for you, because others changed something.", "{n} wait for you, because others changed something.", waiting).format(n=number(waiting)))  # fmt: skip
    if leaving:
        said.append(ngettext("{n} is still on its way.", "{n} are still on their way.", leaving).format(n=number(leaving)))  # fmt: skip
    later = sum(item.asks and item.left for item in told.items)
    if later:
        said.append(ngettext("{n} is left for later.", "{n} are left for later.", later).format(n=number(later)))
    if not waiting and not leaving and not later:
        said.append(_("All of it went through."))
    return " ".join(said)


def item_words(item: Item) -> str:
    """What was decided, and what others changed."""
    did = what_happened(item.event)
    return _("{what}, by you. {changed}").format(what=did[:1].upper() + did[1:], changed=changed_sentence(item))


def changed_sentence(item: Item) -> str:
    """What others did meanwhile, or why else it waits."""
    failed = next((one for one in item.stuck if one.state is not State.CONFLICT), None)
    if failed is not None:
        return intent_sentence(failed, item.platform, failed.created_at_ms)
    if item.changed is None:
        return ""
    intent = item.stuck[0] if item.stuck else None
    if intent is not None:
        return changed_words(intent, item.changed)
    return conflict_sentence(item.changed.what, item.changed.by)


def side_titles() -> tuple[str, str]:
    return _("As it was judged"), _("As it is now")


def side_words(side: Side, covered: str = "") -> str:
    """One side as text: how it stood, who judged it, and what it says; `covered` stands in the place of that."""
    return "\n".join(filter(None, (side_stood(side), side_text(side, covered)))).strip()


def side_stood(side: Side) -> str:
    """How one side stood, a line each: its conversation, who could read it, and who judged it."""
    lines = [_("The conversation is closed.") if side.locked else _("The conversation is open."), _state(side.state)]
    if side.verdict is not None:
        lines.append(f"{side.verdict.by}: {what_happened(side.verdict)}.")
    return "\n".join(filter(None, lines))


def side_text(side: Side, covered: str = "") -> str:
    """What one side says; `covered` stands in its place where it says anything."""
    return _("(This version of the text isn't kept.)") if side.text is None else side.text and (covered or side.text)


def to_do_words(was: Side, now: Side) -> str:
    """What became of a message while somebody judged it, and what can be done about that."""
    if now.state == MessageState.DELETED:
        return _("It is gone: there is nothing left to judge, and its reports are closed by themselves. Go on with the next one.")  # fmt: skip
    if now.verdict is not None and (was.verdict is None or was.verdict.key != now.verdict.key):
        return _("{who} judged it meanwhile, and that stands. Judge it again to put yours over it, or go on with the next one.").format(who=now.verdict.by)  # fmt: skip
    if now.locked and not was.locked:
        return _("Its conversation was closed meanwhile. Nothing was done: judge it again if that is still needed.")
    return _("It was changed meanwhile. Nothing was done: read it as it is now, and judge that.")


def _state(state: str) -> str:
    match state:
        case MessageState.VISIBLE:
            return _("Everybody can read it.")
        case MessageState.HELD:
            return _("It waits for approval.")
        case MessageState.HIDDEN:
            return _("It is hidden.")
        case MessageState.SPAM:
            return _("It is marked as spam.")
        case MessageState.DELETED:
            return _("It is gone.")
        case _:
            return ""


def mine_words() -> str:
    return _("Mine after all")


def theirs_words() -> str:
    return _("Leave it as it is there")


def leave_words() -> str:
    return _("Later")

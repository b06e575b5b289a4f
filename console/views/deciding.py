"""From keys and buttons to the desk's verbs: what each command does with the thread and message chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QAbstractButton, QApplication

from console.desk import replies, triage, undo
from console.desk.bulk_verbs import Triage
from console.desk.seat import Decision
from console.domain.characters import one_line
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind, State
from console.domain.platform import Way
from console.domain.triage import What
from console.domain.until import QUICK, NotAMoment, moment_of
from console.sentences.shown import (
    as_sentence,
    clock,
    kind_verb,
    moment,
    platform_title,
    what_happened,
)
from console.store.read import lists, thread
from console.store.read.outbox import intent as find_intent
from console.views import text_size
from console.views.answering import Answering
from console.views.appealing import Appealing
from console.views.aside import Aside
from console.views.bare_window import BareWindow
from console.views.fitting import Fitting
from console.views.flagged.reviewing import Reviewing
from console.views.handing_off import HandingOff
from console.views.handing_over import HandingOver
from console.views.history.doors import HistoryDoors
from console.views.importing import Importing
from console.views.joining import Joining
from console.views.marked.bulk import Bulk
from console.views.marked.marking import Marking
from console.views.passing_on import PassingOn
from console.views.pasting import Pasting
from console.views.saying import Saying
from console.views.showing import Showing
from console.views.taking_back import TakingBack
from console.views.writing import Writing
from console.widgets.announcing import announce
from console.widgets.picker import Picker
from console.words import _, ngettext

DONE = Triage(What.DONE)


class Deciding:
    """The window's commands. Each shows its result in the same frame and can be taken back with U."""

    def __init__(
        self, window: BareWindow, showing: Showing, fitting: Fitting, handing_off: HandingOff, reviewing: Reviewing
    ) -> None:
        self._window, self._desk = window, window.services.desk
        self._showing, self._fitting = showing, fitting
        self._handing_off, self._reviewing = handing_off, reviewing
        window.conversation.send.connect(self._send)
        window.conversation.take_back.connect(self._take_back)
        window.outbox.edited.connect(self._edit_again)
        window.conversation.versions_asked.connect(self._show_versions)
        window.conversation.settle_asked.connect(self._settle)
        window.conversation.link_asked.connect(self._ask_link)
        aside = Aside(self._desk)
        window.closing.connect(aside.close)
        saying = self._saying = Saying(window, handing_off)
        back = self._back = TakingBack(window, showing, handing_off, saying, aside, remove=self.delete)
        marking = Marking(window, showing)
        self.passing_on = PassingOn(window, showing, handing_off, saying, back, marking)
        self.bulk = Bulk(window, showing, saying, back, marking, aside, self.passing_on)
        self.importing = Importing(window, showing)
        self.joining = Joining(window, showing, fitting, saying, back)
        self.pasting = Pasting(window, showing, back)
        self.appealing = Appealing(window, showing, saying, back)
        self.answering = Answering(window, showing, saying, back)
        self.writing = Writing(window, self._acted, self._lacks)
        self.handing_over = HandingOver(window, showing, saying, back)
        self.history = HistoryDoors(window, showing, back)

    # --- triage

    def done(self) -> None:
        self._triage(DONE, leaves=True, about_message=True)

    def reopen(self) -> None:
        self._triage(Triage(What.REOPEN), leaves=False)

    def snooze(self) -> None:
        now = moment(self._desk.store.now_ms(), self._desk.store.policy.hours.timezone)
        names = (_("In an hour"), _("In three hours"), _("Today at five"), _("Tomorrow"), _("Monday"), _("In a week"))
        choices = [(name, text) for name, text in zip(names, QUICK, strict=True)]

        def chosen(text: str) -> None:
            try:
                until_ms = int(moment_of(text, now).timestamp() * 1000)
            except NotAMoment:
                self._saying.say(_("Say until when: 2h, tomorrow, friday 14:00, 2026-12-01."), tone="warn")
                return
            self._triage(Triage(What.SNOOZE, ({"until_ms": until_ms},)), leaves=True)

        self._pick(_("Snooze until"), choices, chosen, quick=True, hint=_("Or type: 2h, friday 14:00"))

    def assign(self) -> None:
        names = lists.people_who_decide(self._desk.store) | {self._desk.moderator}
        choices = [(name, name) for name in sorted(names)] + [(_("Nobody"), "")]
        self._pick(_("Assign to"), choices, self.assign_to, hint=_("A name"))

    def assign_to(self, name: str) -> None:
        self._triage(Triage(What.ASSIGN, ({"to": name},)), leaves=False)

    def tag(self) -> None:
        row = self._window.conversation.row
        if row is None:
            return
        choices = [(f"✓ {tag}", f"-{tag}") for tag in row.tags]
        offered = dict.fromkeys((*lists.topics(self._desk.store, row.key), *lists.tags(self._desk.store)))
        choices += [(tag, tag) for tag in offered if tag not in row.tags]

        def chosen(text: str) -> None:
            what = What.UNTAG if text.startswith("-") else What.TAG
            if cleaned := triage.cleaned_tag(text.removeprefix("-")):
                self._triage(Triage(what, ({"tag": cleaned},)), leaves=False)

        self._pick(_("Tag"), choices, chosen, hint=_("A tag, old or new"))

    def note(self) -> None:
        if self.bulk.instead("note"):
            return
        self._pick(_("Note for your team"), [], lambda text: self._alone(lambda key: triage.note(self._desk, key, text), leaves=False),
                   hint=_("Write a note, Enter keeps it"))  # fmt: skip

    # --- the platform

    def reply(self) -> None:
        if self._window.conversation.row is not None:
            self._fitting.focus_composer()

    def act(self, kind: Kind) -> None:
        if self.bulk.instead(kind.value):
            return
        row, message = self._window.conversation.row, self._window.conversation.current_key()
        if row is None or (message is None and kind not in replies.ABOUT_THREADS):
            return
        if self._window.conversation.can.way(kind.value) is Way.NO:
            self._window.status.say(self._lacks(kind, row.platform))
            return
        decision = self._saying.attempt(lambda: replies.act(self._desk, kind, row.key, message))
        if decision is not None:
            self._acted(decision, kind, row.platform)

    def _settle(self, message: str) -> None:
        row = self._window.conversation.row
        if row is not None:
            decision = self._saying.attempt(lambda: replies.act(self._desk, Kind.SETTLE, row.key, MessageKey(message)))
            if decision is not None:
                self._acted(decision, Kind.SETTLE, row.platform)

    def _lacks(self, kind: Kind, platform: str) -> str:
        """That a platform has no such thing, and what it has instead."""
        text = _("{platform} has no ‘{verb}’.").format(
            platform=platform_title(platform), verb=kind_verb(kind.value, platform)
        )
        if kind is Kind.HIDE and self._window.conversation.can.way("delete") is not Way.NO:
            text += " " + _("Removing is possible.")
        return text

    def approve_all(self) -> None:
        row = self._window.conversation.row
        if row is None:
            return
        count = len(replies.held_messages(self._desk, row.key))
        if not count:
            self._saying.say(_("Nothing waits for approval in this conversation."))
            return

        def go() -> None:
            decision = self._saying.attempt(lambda: replies.approve_all(self._desk, row.key))
            if decision is not None:
                self._acted(decision, Kind.APPROVE, row.platform)

        text = ngettext(
            "{n} comment waits here. Readers see it after this.",
            "{n} comments wait here. Readers see them after this.",
            count,
        )
        self._saying.ask(text.format(n=count), ngettext("Approve it", "Approve all {n}", count).format(n=count), go)

    def delete(self) -> None:
        if self.bulk.instead("delete"):
            return
        row, message = self._window.conversation.row, self._window.conversation.current_message()
        if row is None or message is None or not message.public_id:
            return
        way = self._window.conversation.can.way("delete")
        if way is not Way.API:
            self.act(Kind.DELETE)
            return
        back = self._window.conversation.can.way("restore") is not Way.NO
        text = _("‘{text}’ goes from {platform}.").format(
            text=one_line(message.text, 60), platform=platform_title(row.platform)
        )
        text += " " + (_("It can be put back.") if back else _("It can't be put back."))
        self._saying.ask(text, kind_verb("delete", row.platform), lambda: self.act(Kind.DELETE), tone="danger")

    def open_there(self) -> None:
        message, row = self._window.conversation.current_message(), self._window.conversation.row
        url = (message.url if message is not None else "") or (row.url if row is not None else "")
        if url:
            self._window.services.open_link(url)

    def _send(self, text: str, and_done: bool) -> None:
        pane = self._window.conversation
        row = pane.row
        if row is None:
            return
        decision = self._saying.attempt(lambda: replies.reply(self._desk, row.key, text, pane.current_key()))
        if decision is None:
            pane.composer.text.setPlainText(text)  # what was written stays
            return
        self._acted(decision, Kind.REPLY, row.platform)
        if and_done:  # this one, whichever are marked
            self._alone(lambda key: triage.done(self._desk, [key], pane.current_key()), leaves=True)
        else:
            self._window.list.view.setFocus()

    def _edit_again(self, thread: str) -> None:
        """The words of an answer are its thread's draft again: go on writing there."""
        self._showing.open_thread(thread)
        self._window.conversation.show_draft(thread)
        self._fitting.focus_composer()

    def _take_back(self, intent_id: str) -> None:
        row = find_intent(self._desk.store, intent_id)
        if row is not None:
            self._back.undo(row.intent.decision)

    def _acted(self, decision: Decision, kind: Kind, platform: str) -> None:
        self._showing.look()
        first = decision.intents[0]
        if first.state is State.HANDOFF:
            self._handing_off.open(first.id)
        elif kind is not Kind.REPLY:
            verb = kind_verb(kind.value, platform)
            said = _("{verb} on {platform}.").format(verb=verb, platform=platform_title(platform))
            self._back.offer(said, decision.event)

    # --- undo

    def undo(self) -> None:
        """The last decision, or in the review the last verdict of this round."""
        if self._reviewing.is_open:
            self._reviewing.page.judging.undo()
        else:
            self._back.undo()

    # --- the rest

    def enter(self) -> None:
        """Enter belongs to a button that has the focus; else it goes to the conversation."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton):
            focus.click()
        else:
            self._fitting.focus_pane("thread")

    def back(self) -> None:
        w = self._window
        self.bulk.marking.clear()
        w.conversation.strip.hide()
        self._handing_off.close()
        if w.list.search.hasFocus() and w.list.search.text():
            w.list.search.clear()
        if w.shows_outbox:
            self._showing.go("inbox")
        self._fitting.focus_pane("list")

    def fold(self) -> None:
        index = self._window.list.view.currentIndex()
        if index.isValid():
            self._window.model.fold(index.row())
            self._window.list.step(1)

    def text_size(self, by: int) -> None:
        self._window.status.say(_("Text size {n} %").format(n=text_size.change(self._window.services, by)))

    def step(self, by: int) -> None:
        if self._window.shows_desk:
            self._window.list.step(by)
        else:
            self._window.outbox.step(by)

    def show_quotes(self) -> None:
        if not self._window.conversation.view.toggle_quotes():
            self._window.status.say(_("Nothing is folded in this message."))

    def open_covered(self) -> None:
        self._window.conversation.open_covered(self._window.conversation.view.cursor_key)

    def _show_versions(self, key: str) -> None:
        kept = thread.versions(self._desk.store, key)  # type: ignore[arg-type]  # a message key
        now_ms = self._desk.store.now_ms()
        text = "\n\n".join(f"{clock(version.kept_at_ms, now_ms)}: {version.text}" for version in kept)
        self._saying.say(_("Earlier: {text}").format(text=text), [(_("Close"), self._window.conversation.strip.hide)])

    def _ask_link(self, url: str) -> None:
        """A link of a colleague's is shown before it is followed."""
        self._saying.say(url, [(_("Open in the browser"), lambda: self._window.services.open_link(url)),
                        (_("Close"), self._window.conversation.strip.hide)])  # fmt: skip

    def _triage(self, verb: Triage, *, leaves: bool, about_message: bool = False) -> None:
        """Decide on all that are marked, else on the one that is chosen."""
        if self.bulk.marked:
            self.bulk.ask(verb)
            return
        message = self._window.conversation.current_key() if about_message else None
        self._alone(
            lambda key: triage.decide(self._desk, verb.what, [key], *verb.payloads, message=message), leaves=leaves
        )

    def _alone(self, verb: Callable[[ThreadKey], object], *, leaves: bool) -> None:
        row = self._window.conversation.row
        if row is None or self._saying.attempt(lambda: verb(row.key)) is None:
            return
        if leaves:
            self._window.list.leave_thread(row.thread_id)
        self._showing.look()
        following = self._window.conversation.row
        last = undo.undoable(self._desk)
        if last is not None:
            said = as_sentence(what_happened(last.event))
            if leaves and following is not None:
                said += " " + _("Next: {author}, {title}").format(author=following.author, title=following.title)
            announce(self._window.list.view, said)

    def _pick(
        self,
        title: str,
        choices: list[tuple[str, str]],
        chosen: Callable[[str], None],
        *,
        quick: bool = False,
        hint: str = "",
    ) -> None:
        if self._window.conversation.row is not None:
            Picker(self._window.middle, title, choices, chosen, quick=quick, hint=hint)

"""From keys and buttons to the desk's verbs: what each command does with the thread and message chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu

from console.desk import replies, triage, undo
from console.desk.bulk import AT_ONCE
from console.desk.bulk_verbs import Triage
from console.desk.seat import Decision, Refused
from console.desk.undo import Undone
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind, NotPossible, State
from console.domain.platform import Way
from console.domain.triage import What
from console.domain.until import QUICK, NotAMoment, moment_of
from console.sentences.shown import (
    as_sentence,
    clock,
    kind_verb,
    moment,
    platform_title,
    stays_sentence,
    what_happened,
)
from console.sentences.troubles import refusal_sentence, store_sentence
from console.sentences.undoing import undone_said
from console.store.errors import StoreError
from console.store.read import lists, thread
from console.store.read.outbox import intent as find_intent
from console.store.read.outbox import of_decision
from console.views import text_size
from console.views.answering import Answering
from console.views.appealing import Appealing
from console.views.bulk import Bulk
from console.views.command_list import commands
from console.views.commands import install, set_keys, sheet
from console.views.handing_over import HandingOver
from console.views.history_doors import HistoryDoors
from console.views.importing import Importing
from console.views.joining import Joining
from console.views.key_sheet import KeySheet
from console.views.passing_on import PassingOn
from console.views.pasting import Pasting
from console.views.writing import Writing
from console.widgets.announcing import announce
from console.widgets.picker import Picker
from console.words import _, ngettext

if TYPE_CHECKING:
    from console.views.main_window import MainWindow

T = TypeVar("T")
DONE = Triage(What.DONE)


class Deciding:
    """The window's commands. Each shows its result in the same frame and can be taken back with U."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._desk = window.services.desk
        window.conversation.send.connect(self._send)
        window.conversation.take_back.connect(self._take_back)
        window.outbox.edited.connect(self._edit_again)
        window.conversation.versions_asked.connect(self._show_versions)
        window.conversation.settle_asked.connect(self._settle)
        window.conversation.link_asked.connect(self._ask_link)
        self.bulk = Bulk(window, self._say, self.undo)
        self.importing = Importing(window)
        self.joining = Joining(window, self._try, self._say, self._undo)
        self.pasting = Pasting(window, self._say, self._undo)
        self.appealing = Appealing(window, self._say, self._undo)
        self.passing_on = PassingOn(window, self._say, self._undo)
        self.answering = Answering(window, self._say, self._undo)
        self.writing = Writing(window, self._acted, self._lacks)
        self.handing_over = HandingOver(window, self._say, self._undo)
        self.history = HistoryDoors(window, self._taken_back)

    @property
    def _single(self) -> bool:
        return bool(self._window.services.settings["single_keys"])

    def install(self) -> tuple[dict[str, QAction], QMenu]:
        return install(self._window, commands(self, self._window), self._window.showing.settle, single=self._single)

    def set_keys(self) -> None:
        """The settings say whether single keys are commands."""
        set_keys(self._window.actions_by_name, commands(self, self._window), single=self._single)

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
                self._say(_("Say until when: 2h, tomorrow, friday 14:00, 2026-12-01."), tone="warn")
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
            self._window.fitting.focus_composer()

    def act(self, kind: Kind) -> None:
        if self.bulk.instead(kind.value):
            return
        row, message = self._window.conversation.row, self._window.conversation.current_key()
        if row is None or (message is None and kind not in replies.ABOUT_THREADS):
            return
        if self._window.conversation.can.way(kind.value) is Way.NO:
            self._window.status.say(self._lacks(kind, row.platform))
            return
        decision = self._try(lambda: replies.act(self._desk, kind, row.key, message))
        if decision is not None:
            self._acted(decision, kind, row.platform)

    def _settle(self, message: str) -> None:
        row = self._window.conversation.row
        if row is not None:
            decision = self._try(lambda: replies.act(self._desk, Kind.SETTLE, row.key, MessageKey(message)))
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
            self._say(_("Nothing waits for approval in this conversation."))
            return

        def go() -> None:
            decision = self._try(lambda: replies.approve_all(self._desk, row.key))
            if decision is not None:
                self._acted(decision, Kind.APPROVE, row.platform)

        text = ngettext(
            "{n} comment waits here. Readers see it after this.",
            "{n} comments wait here. Readers see them after this.",
            count,
        )
        self._ask(text.format(n=count), ngettext("Approve it", "Approve all {n}", count).format(n=count), go)

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
        text = _("‘{text}’ goes from {platform}.").format(text=message.text[:60], platform=platform_title(row.platform))
        text += " " + (_("It can be put back.") if back else _("It can't be put back."))
        self._ask(text, kind_verb("delete", row.platform), lambda: self.act(Kind.DELETE), tone="danger")

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
        decision = self._try(lambda: replies.reply(self._desk, row.key, text, pane.current_key()))
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
        self._window.showing.open_thread(thread)
        self._window.conversation.show_draft(thread)
        self._window.fitting.focus_composer()

    def _take_back(self, intent_id: str) -> None:
        row = find_intent(self._desk.store, intent_id)
        if row is not None:
            self._undo(row.intent.decision)

    def _acted(self, decision: Decision, kind: Kind, platform: str) -> None:
        self._window.showing.look()
        first = decision.intents[0]
        if first.state is State.HANDOFF:
            self._window.handing_off.open(first.id)
        elif kind is not Kind.REPLY:
            self._say(
                _("{verb} on {platform}.").format(
                    verb=kind_verb(kind.value, platform), platform=platform_title(platform)
                ),
                [(_("Take back") + "\tU", self.undo)],
            )

    # --- undo

    def undo(self) -> None:
        if self._window.reviewing.is_open:
            self._window.reviewing.page.judging.undo()
        else:
            self._undo("")

    def _undo(self, event: str) -> None:
        pane = self._window.conversation
        pane.composer.flush()
        last = None if event else undo.undoable(self._desk)
        if last is not None and self._window.showing.undo_line.count(last) > AT_ONCE:
            self._say(_("Taking it back …"))
            self.bulk.aside.do(lambda desk: undo.undo(desk, event), self._taken_back, self.bulk.failed)
        else:
            undone = self._try(lambda: undo.undo(self._desk, event))
            if undone is not None:
                self._taken_back(undone)

    def _taken_back(self, undone: Undone) -> None:
        pane = self._window.conversation
        if undone.restored and pane.row is not None and pane.row.key == undone.undid.thread:
            pane.composer.text.setPlainText(undone.restored)
        self._window.showing.look()
        self._window.showing.take_order()
        self._window.showing.open_thread(undone.undid.thread)
        if undone.by_hand is not None:
            self._window.handing_off.open(undone.by_hand.id)  # what was done by hand is taken back by hand
        elif undone.stays and undone.placed is not None:
            self._window.handing_off.say_placed(undone.placed)
        elif undone.stays:
            at = "" if undone.sent_at_ms is None else clock(undone.sent_at_ms, self._desk.store.now_ms())
            self._say(stays_sentence(undone.undid, at), self._ways_to_remove(undone.undid.key), tone="warn")
        else:
            self._say(undone_said(undone), tone="warn" if undone.remains or undone.left_out else "info")

    def _ways_to_remove(self, decision: str) -> list[tuple[str, Callable[[], None]]]:
        """What was sent stays; whoever wants it away removes it there, after the usual question."""
        pane = self._window.conversation
        sent = {intent.remote_message for intent in of_decision(self._desk.store, decision)}
        there = next((message.key for message in pane.messages if message.key in sent), None)
        if there is None or pane.row is None or pane.can.way("delete") is Way.NO:
            return []

        def remove() -> None:
            pane.view.set_cursor(there)
            self.delete()

        return [(kind_verb("delete", pane.row.platform), remove)]

    # --- the rest

    def enter(self) -> None:
        """Enter belongs to a button that has the focus; else it goes to the conversation."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton):
            focus.click()
        else:
            self._window.fitting.focus_pane("thread")

    def back(self) -> None:
        w = self._window
        self.bulk.marking.clear()
        w.conversation.strip.hide()
        w.handing_off.close()
        if w.list.search.hasFocus() and w.list.search.text():
            w.list.search.clear()
        if w.pages.currentIndex() == 1:
            w.showing.go("inbox")
        w.fitting.focus_pane("list")

    def fold(self) -> None:
        index = self._window.list.view.currentIndex()
        if index.isValid():
            self._window.model.fold(index.row())
            self._window.list.step(1)

    def text_size(self, by: int) -> None:
        self._window.status.say(_("Text size {n} %").format(n=text_size.change(self._window.services, by)))

    def show_keys(self) -> None:
        keys = sheet(commands(self, self._window), single=self._single)
        keys[_("Writing")] = [(_("Send"), "Ctrl+Return"), (_("Send, and done"), "Ctrl+Shift+Return"),
                              (_("Keep as a draft"), "Esc")]  # fmt: skip
        KeySheet(self._window, keys).exec()

    def step(self, by: int) -> None:
        if self._window.pages.currentIndex() == 0:
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
        self._say(_("Earlier: {text}").format(text=text), [(_("Close"), self._window.conversation.strip.hide)])

    def _ask_link(self, url: str) -> None:
        """A link of a colleague's is shown before it is followed."""
        self._say(url, [(_("Open in the browser"), lambda: self._window.services.open_link(url)),
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
        if row is None or self._try(lambda: verb(row.key)) is None:
            return
        if leaves:
            self._window.list.leave_thread(row.thread_id)
        self._window.showing.look()
        following = self._window.conversation.row
        last = undo.undoable(self._desk)
        if last is not None:
            said = as_sentence(what_happened(last.event))
            if leaves and following is not None:
                said += " " + _("Next: {author}, {title}").format(author=following.author, title=following.title)
            announce(self._window.list.view, said)

    def _try(self, verb: Callable[[], T]) -> T | None:
        """Do it; what can't be done is said in a plain sentence, and nothing is written."""
        try:
            return verb()
        except Refused as refused:
            self._say(refusal_sentence(refused), tone="warn")
            if refused.code == "say_first":
                self._window.handing_off.ask(str(refused.facts["intent"]))
        except NotPossible:
            self._say(_("That can't be done with it any more."), tone="warn")
        except StoreError as error:
            self._say(store_sentence(error), tone="danger")
        return None

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

    def _ask(self, text: str, button: str, go: Callable[[], None], tone: str = "info") -> None:
        """Ask once, with the effect in words; Enter says yes, Esc leaves."""
        strip = self._window.conversation.strip

        def yes() -> None:
            strip.hide()
            self._window.list.view.setFocus()
            go()

        strip.say(text, [(button, yes), (_("Leave it"), strip.hide)], tone)
        strip.focus_first()

    def _say(self, text: str, buttons: list[tuple[str, Callable[[], None]]] | None = None, tone: str = "info") -> None:
        self._window.conversation.strip.say(text, buttons or (), tone)

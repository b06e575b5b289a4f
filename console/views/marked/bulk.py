"""One decision about all rows that are marked: asked once with its count and effects, made, and taken back as one."""

from __future__ import annotations

from functools import partial

from console.desk import bulk
from console.desk.bulk import Outcome, Verb, Weighed
from console.desk.bulk_verbs import Approve, Triage
from console.domain.outbox import Kind
from console.domain.triage import What
from console.domain.verdicts import Action
from console.sentences.bulk import nothing_said, outcome_said
from console.store.errors import StoreError
from console.store.read.stands import ids_of, stands
from console.views.aside import Aside
from console.views.bare_window import BareWindow
from console.views.commands import Command
from console.views.marked.bulk_dialog import BulkDialog
from console.views.marked.bulk_verdict import BulkVerdictDialog
from console.views.marked.marking import Marking
from console.views.passing_on import PassingOn
from console.views.saying import Saying
from console.views.showing import Showing
from console.views.taking_back import TakingBack
from console.words import _

ASKS_FROM = (
    10  # conversations; for fewer their count over the list is enough, where nothing leaves and nothing is left out
)
ABOUT_MARKED = ("done", "snooze", "assign", "assign_me", "tag", "reopen", "undo", "mark", "mark_down",
                "mark_up", "mark_all")  # fmt: skip
LEAVES = frozenset({What.DONE, What.SNOOZE})  # what takes a conversation from where it is marked
JUDGES = {Kind.HIDE: Action.HIDE, Kind.DELETE: Action.DELETE}


class Bulk:
    """What the keys of one conversation do while several are marked."""

    def __init__(
        self, window: BareWindow, showing: Showing, saying: Saying, back: TakingBack, marking: Marking, aside: Aside,
        passing_on: PassingOn,
    ) -> None:  # fmt: skip
        self._window, self._desk = window, window.services.desk
        self._showing, self._saying, self._back = showing, saying, back
        self.marking, self.aside, self._passing_on = marking, aside, passing_on

    @property
    def marked(self) -> bool:
        """Whether any row is."""
        return bool(self.marking.marked)

    def ask(self, verb: Verb) -> None:
        """Count what it is about, and say so; once that is taken, decide."""
        if self.marking.awaits_rest:
            self._window.status.say(_("The whole view is being read still; press the key again in a moment."))
            return
        ids, marked = self.marking.in_order(), self.marking.marked
        seen = {one: stand for one, stand in marked.items() if stand is not None}
        if len(ids) <= bulk.AT_ONCE:
            try:
                self._weighed(verb, bulk.weigh(self._desk, verb, ids, seen))
            except StoreError as error:
                self._saying.failed(error)
        else:
            self.aside.do(
                lambda desk: bulk.weigh(desk, verb, ids, seen), partial(self._weighed, verb), self._saying.failed
            )

    def run(self, command: Command) -> None:
        """What is about one conversation does nothing while several are marked, or does it to all of them."""
        about_one = command.menu in (_("Thread"), _("Message")) and command.name not in ABOUT_MARKED
        if not (about_one and self.instead(command.name)):
            command.run()

    def instead(self, name: str) -> bool:
        """Whether rows are marked; then what was asked of one message is asked of all of them, or refused."""
        if not self.marked:
            return False
        if name in ("approve", "approve_all"):
            self.ask(Approve())
        elif name == "escalate":
            found = stands(self._desk.store, self.marking.in_order()).values()
            self._passing_on.ask_about([one.key for one in found])
        elif name in ("review", *JUDGES):
            self._judge(JUDGES.get(Kind(name)) if name in JUDGES else None)
        else:
            self._window.status.say(_("This is about one conversation. Esc takes the marks away."))
        return True

    def _judge(self, action: Action | None) -> None:
        dialog = BulkVerdictDialog(self._window.services, action, self._window)
        dialog.chosen.connect(self.ask)
        dialog.open()

    def _weighed(self, verb: Verb, found: Weighed) -> None:
        if not (found.items or found.all_left_out):
            self._saying.say(nothing_said(verb, found), tone="warn")
            self.marking.keep(())
        elif isinstance(verb, Triage) and _is_slight(verb, found):
            self._decided(verb, bulk.carry_out(self._desk, verb, found))
        else:
            dialog = BulkDialog(self._window.services, self.aside, verb, found, self._window)
            dialog.decided.connect(partial(self._decided, verb))
            dialog.open()

    def _decided(self, verb: Verb, made: Outcome) -> None:
        """Show it in this frame. What is left out or wasn't come to stays marked, as it stands now."""
        threads = [one.thread for one in made.left_out] + [item.stand.key for item in made.rest]
        stay = ids_of(self._desk.store, threads).values() & self.marking.marked.keys()
        gone = self.marking.marked.keys() - stay
        if isinstance(verb, Triage) and verb.what in LEAVES:
            self._window.list.leave_threads(gone)
        self.marking.keep(stay)
        self._showing.look()
        self._showing.take_order()
        if made.error is not None:
            self._saying.failed(made.error)
        elif made.count:
            self._back.offer(outcome_said(verb, made))


def _is_slight(verb: Triage, found: Weighed) -> bool:
    """Whether it is so little that its question would be in the way: ours alone, all of it taken back with U."""
    if found.all_left_out or len(found.items) >= ASKS_FROM:
        return False
    waits = any(item.stand.reports or item.stand.held for item in found.items)
    return not (waits and verb.what in LEAVES)

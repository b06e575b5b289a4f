"""What the window can be asked to do: every command with its key and its menu, and the buttons over a conversation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from console.domain.outbox import Kind
from console.sentences.shown import kind_verb, view_title
from console.views.bare_window import BareWindow
from console.views.commands import Command
from console.views.deciding import Deciding
from console.views.fitting import Fitting
from console.views.flagged.reviewing import Reviewing
from console.views.guide import show_guide
from console.views.handing_off import HandingOff
from console.views.panes import Panes
from console.views.road.on_the_road import OnTheRoad
from console.views.showing import Showing
from console.views.sidebar_doors import SidebarDoors
from console.views.thread_pane import Tool
from console.views.unknown_notices import save_unknown
from console.words import _

GO = (("i", "inbox"), ("f", "flagged"), ("o", "unanswered"), ("n", "newcomers"), ("l", "leadership"), ("m", "mine"),
      ("z", "snoozed"), ("e", "escalated"), ("d", "done"), ("b", "outbox"))  # fmt: skip


def commands(
    w: BareWindow, do: Deciding, showing: Showing, fitting: Fitting, reviewing: Reviewing, handing_off: HandingOff,
    road: OnTheRoad, doors: SidebarDoors, panes: Panes,
) -> list[Command]:  # fmt: skip
    """All of them, in the order of the menus."""
    triage_menu, message, go, view = _("Thread"), _("Message"), _("Go"), _("View")
    found = [
        Command("done", _("Done, and on to the next"), ["E"], do.done, triage_menu),
        Command("snooze", _("Snooze"), ["H"], do.snooze, triage_menu),
        Command("assign", _("Assign"), ["A"], do.assign, triage_menu),
        Command("assign_me", _("Assign to me"), ["Shift+A"], lambda: do.assign_to(w.services.desk.moderator), triage_menu),
        Command("tag", _("Tag"), ["T"], do.tag, triage_menu),
        Command("mark", _("Mark, and on to the next"), ["X"], do.bulk.marking.toggle, triage_menu),
        Command("mark_down", _("Mark down to the next"), ["Shift+J", "Shift+Down"], lambda: do.bulk.marking.extend(1), triage_menu, True),
        Command("mark_up", _("Mark up to the previous"), ["Shift+K", "Shift+Up"], lambda: do.bulk.marking.extend(-1), triage_menu, True),
        Command("mark_all", _("Mark all of the view, or none"), ["Ctrl+A"], do.bulk.marking.all, triage_menu),
        Command("note", _("Note"), ["N"], do.note, triage_menu),
        Command("escalate", _("Pass on"), ["Shift+E"], do.passing_on.ask, triage_menu),
        Command("review", _("Review what is reported"), ["F"], reviewing.open, triage_menu),
        Command("reopen", _("Open again"), [], do.reopen, triage_menu),
        Command("undo", _("Take back"), ["U", "Ctrl+Z"], do.undo, triage_menu),
        Command("reply", _("Reply"), ["R"], do.reply, message),
        Command("write", _("Write privately …"), [], do.writing.ask, message),
        Command("approve", _("Approve"), ["Y"], lambda: do.act(Kind.APPROVE), message),
        Command("approve_all", _("Approve all that wait here"), ["Shift+Y"], do.approve_all, message),
        Command("hide", _("Hide"), ["V"], lambda: do.act(Kind.HIDE), message),
        Command("unhide", _("Show again"), [], lambda: do.act(Kind.UNHIDE), message),
        Command("delete", _("Remove"), ["Del"], do.delete, message),
        Command("restore", _("Restore"), [], lambda: do.act(Kind.RESTORE), message),
        Command("spam", _("Mark as spam"), [], lambda: do.act(Kind.SPAM), message),
        Command("settle", kind_verb("settle"), [], lambda: do.act(Kind.SETTLE), message),
        Command("appeal", _("Appeal against the verdict …"), [], do.appealing.ask, message),
        Command("answer", _("Write down an answer …"), [], do.answering.ask, message),
        Command("lock", _("Close the conversation"), [], lambda: do.act(Kind.LOCK), message),
        Command("unlock", _("Open the conversation again"), [], lambda: do.act(Kind.UNLOCK), message),
        Command("open", _("Open on the platform"), ["L"], do.open_there, message),
        Command("finish", _("Finish in the browser"), ["Shift+L"], handing_off.finish, message),
        Command("next_message", _("Next message"), ["P"], lambda: w.conversation.view.move_cursor(1), message, True),
        Command("previous_message", _("Previous message"), ["Shift+P"], lambda: w.conversation.view.move_cursor(-1), message, True),
        Command("paste", _("Paste a message"), ["Ctrl+V"], do.pasting.paste, message),
        Command("quotes", _("Show or fold what is quoted"), ["Q"], do.show_quotes, message),
        Command("open_covered", _("Show what is covered"), ["Shift+Space"], do.open_covered, message),
        Command("next", _("Next thread"), ["J", "Down"], lambda: do.step(1), go, True),
        Command("previous", _("Previous thread"), ["K", "Up"], lambda: do.step(-1), go, True),
        Command("enter", _("To the conversation"), ["Return", "O"], do.enter, go),
        Command("back", _("Back to the list"), ["Esc"], do.back, go),
        Command("search", _("Search"), ["/"], fitting.focus_search, go),
        Command("new", _("Show new conversations"), ["."], w.list.take_order, go),
        Command("fold", _("Fold the group"), ["Left"], do.fold, go),
        Command("next_pane", _("Next pane"), ["F6"], lambda: panes.step(1), go),
        Command("previous_pane", _("Previous pane"), ["Shift+F6"], lambda: panes.step(-1), go),
    ]  # fmt: skip
    found += [
        Command(f"go_{name}", view_title(name), [f"G, {key.upper()}"], partial(showing.go, name), go)
        for key, name in GO
    ]
    found += [
        Command("history", _("History"), ["G, H"], do.history.show, go),
        Command("history_here", _("History of this conversation"), [], do.history.here, go),
        Command("history_person", _("What was decided about this person"), [], do.history.person, go),
        Command("history_mine", _("What I decided"), [], do.history.mine, go),
        Command("context", _("About the person"), ["I"], fitting.toggle_context, view),
        Command("join_people", _("Join the person with somebody else"), [], do.joining.choose, view),
        Command("all_of_person", _("All they wrote"), [], do.joining.show_all, view),
        Command("road", _("Take along for the road"), ["W"], road.take_along, view),
        Command("returned", _("What changed while there was no network"), ["Shift+W"], road.show_return, view),
        Command("larger", _("Larger text"), ["Ctrl++", "Ctrl+="], lambda: do.text_size(10), view),
        Command("smaller", _("Smaller text"), ["Ctrl+-"], lambda: do.text_size(-10), view),
        Command("usual_size", _("Usual text size"), ["Ctrl+0"], lambda: do.text_size(0), view),
        Command("connect", _("Add a connection"), [], w.connect_asked.emit, view),
        Command("import", _("Import a file …"), [], do.importing.choose_files, view),
        Command("import_folder", _("Import a folder …"), [], do.importing.choose_folder, view),
        Command("card", _("How a connection is doing"), [], doors.pick_card, view),
        Command("hand_over", _("Hand over my work …"), [], do.handing_over.give, view),
        Command("take_over", _("Take over a colleague's work …"), [], do.handing_over.take, view),
        Command("settings", _("Settings"), ["Ctrl+,"], w.settings_asked.emit, view),
        Command("policies", _("Policies and letters"), [], reviewing.edit_texts, view),
        Command("keys", _("Keys"), ["?"], w.status.keys_asked.emit, view),
        Command("notices", _("Save notifications that weren't understood"), [], partial(save_unknown, w), _("Help")),
        Command("guide", _("The guide"), ["F1"], partial(show_guide, w), _("Help")),
        Command("quit", _("Quit"), ["Ctrl+Q"], lambda: _close(w), view),
    ]
    if w.services.demo_fault is not None:
        fault = w.services.demo_fault
        found += [
            Command("demo_offline", _("No network"), [], lambda: fault("offline"), _("Demo")),
            Command("demo_expired", _("Sign-in lost"), [], lambda: fault("expired"), _("Demo")),
            Command("demo_online", _("All is well again"), [], lambda: fault(""), _("Demo")),
        ]
    return [replace(command, run=partial(do.bulk.run, command)) for command in found]


def tools(do: Deciding) -> list[Tool]:
    """The buttons over a conversation, in their order; the first four stand in a row of the list too."""
    return [
        Tool("done", _("Done"), "check", "E", do.done),
        Tool("snooze", _("Snooze"), "clock", "H", do.snooze),
        Tool("assign", _("Assign"), "user-plus", "A", do.assign),
        Tool("tag", _("Tag"), "tag", "T", do.tag),
        Tool("|", "", "", "", do.done),
        Tool("approve", _("Approve"), "check-square", "Y", lambda: do.act(Kind.APPROVE)),
        Tool("hide", _("Hide"), "eye-slash", "V", lambda: do.act(Kind.HIDE)),
        Tool("delete", _("Remove"), "trash", "Del", do.delete),
        Tool("open", _("Open there"), "arrow-square-out", "L", do.open_there),
    ]


def _close(window: BareWindow) -> None:
    window.close()

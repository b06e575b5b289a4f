"""What is said about Yammer alone: what its check found, and what stands in the way."""

from __future__ import annotations

from console.words import _


def yammer_finding(code: str) -> tuple[str, str]:
    """The words of a finding: a heading and what there is to know or do about it; ("", "") when it isn't one of these."""
    match code:
        case "yammer_reports":
            return (
                _("Reports don't come through Yammer's interface for programs."),
                _("Yammer mails them to the address that its administrator set. Connect that mailbox too: each report then comes with the message it is about."),
            )  # fmt: skip
        case "yammer_may_export":
            return (
                _("This account may use the administrator's export."),
                _("With --set export=yes it fills in history, edits and removals, once a day."),
            )
        case "yammer_export":
            return _("The administrator's export fills in history, edits and removals, once a day."), ""
        case "yammer_no_export":
            return (
                _("The export is for verified administrators, and this account isn't one."),
                _("Edits and removals are found by looking again, which takes longer for what is old."),
            )
        case "yammer_messages":
            return _("Private messages of this account come in too."), ""
        case _:
            return "", ""


def yammer_trouble(code: str) -> str:
    """The sentence of an error that only Yammer gives, "" for any other."""
    return {
        "not_yammer": _("That answers, but not as Yammer does. Leave the address out, or give https://www.yammer.com."),
        "yammer_elsewhere": _("‘{address}’ isn't Yammer's own address, and your token goes nowhere else. Leave the address out."),
        "yammer_signed_out": _("{platform} no longer lets us in. Sign in again; nothing is lost, and what waits leaves by itself then."),
        "yammer_deactivated": _("{platform} switched this account off. Ask its administrator; nothing is lost."),
        "yammer_not_ours": _("This account may not remove that message. Ask for the role of administrator in this community, or remove it on {platform}."),
        "yammer_fails": _("{platform} answered with an error instead of data. Nothing is lost; we try again."),
        "yammer_export_bad": _("The export of {platform} can't be read. Nothing is lost; messages come in as before."),
    }.get(code, "")  # fmt: skip

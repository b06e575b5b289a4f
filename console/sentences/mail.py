"""What is said about mail alone: what its check found, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping

from console.words import _, ngettext, number


def mail_finding(code: str, facts: Mapping[str, str], count: int) -> tuple[str, str]:
    """The words of a finding: a heading and what there is to know or do about it; ("", "") when it isn't one of these."""
    match code:
        case "mail_folders":
            mails = int(facts["mails"]) if facts.get("mails", "").isdecimal() else 0
            folders = ngettext("{n} folder to read.", "{n} folders to read.", count).format(n=number(count))
            return folders, ngettext("{n} mail lies in it.", "{n} mails lie in it.", mails).format(n=number(mails))
        case "mail_no_folder":
            return (
                _("There is no folder ‘{name}’.").format(name=facts.get("name", "")),
                _("Write it as your mail program shows it, with / between a folder and one inside it."),
            )
        case "mail_live":
            return _("This server tells at once when mail arrives."), ""
        case "mail_live_first":
            return (
                _("This server tells at once when mail arrives in ‘{name}’.").format(name=facts.get("name", "")),
                _("In the other folders we look every minute."),
            )
        case "mail_polls":
            return _("This server doesn't tell when mail arrives."), _("We look every minute.")
        case "mail_sends":
            return _("Answers leave through {host}.").format(host=facts.get("host", "")), ""
        case "mail_full":
            return _("The mailbox is full."), _("New mail is turned away. Make room in it.")
        case "mail_proof":
            name = facts.get("name", "")
            server = _("Exchange Online") if name == "-" else name
            return (
                _("Notifications of Facebook groups, LinkedIn groups and Viva Engage become conversations."),
                _("{server} vouches for the mails that really come from there.").format(server=server),
            )
        case "mail_no_proof":
            return (
                _("Notifications of Facebook, LinkedIn and Viva Engage stay ordinary mails."),
                _("This mail server doesn't say which mails are genuine. Ask its administrator, then connect again."),
            )
        case "mail_no_sent":
            return (
                _("There is no folder for what was sent."),
                _(
                    "Answers leave all the same, but in the mailbox no copy stays. Make a folder ‘Sent’ if you want one."
                ),
            )
        case _:
            return "", ""


def doubt_sentence(doubt: str) -> str:
    """Why a mail isn't trusted, and what follows from that; "" for one that is."""
    return {
        "forged": _("Suspicious: it gives itself out for a platform's notification, and your mail server found that it isn't. Follow no link in it."),
        "unproven": _("Suspicious: it gives itself out for a platform's notification, and your mail server doesn't vouch for it. Follow no link in it."),
        "elsewhere": _("Suspicious: it calls itself a platform's, and comes from somewhere else. Follow no link in it."),
        "double": _("Suspicious: it bears the number of another mail, and says something else."),
    }.get(doubt, "")  # fmt: skip


def mail_trouble(code: str) -> str:
    """The sentence of an error that only mail gives, "" for any other."""
    return {
        "mail_password": _("The mail server doesn't take this name and password. Some providers want an app password, made on their pages."),
        "mail_limit": _("The mail server has too many connections or requests. We wait, and try again by ourselves."),
        "mail_busy": _("The mail server is busy or being restarted. We try again by ourselves."),
        "google_no_client": _("Fill in the client ID and the secret of the app first. Your administrator makes them in the Google Cloud console; the guide says how."),
        "google_no_app": _("Google doesn't know the app ‘{address}’, or its secret is another. Check both with your administrator."),
        "google_no_mail": _("You signed in, but Luisterpost got no leave to read and answer mail. Sign in again and tick the box for mail."),
        "google_no_code": _("Google gives no code for mail. Sign in in the browser of this computer."),
        "mail_no_passwords": _("This mail server takes no passwords, so we sent it none. Ask its administrator how to sign in."),
        "mail_fault": _("The mail server has trouble of its own. Nothing is lost; we try again. Tell its administrator if it goes on."),
        "mail_full": _("The mailbox is full: new mail is turned away, and no copies of our answers stay. Make room in it; what came in is kept."),
        "mail_no_folder": _("The folder ‘{address}’ is gone, or closed to this account. What came in from it is kept; the other folders are read. Was it renamed? Choose ‘Sign in again’ and type its new name."),
        "mail_later": _("The mail server takes no mail just now ({address}). We try again by ourselves."),
        "mail_refused": _("The mail server refused this answer: {address}"),
        "mail_no_sign_in": _("The server for sending offers no way to sign in. Check its address and port with its administrator."),
        "mail_too_old": _("This mail server lacks something that we need. Ask its administrator."),
        "no_folder": _("A folder of this mailbox is gone, or closed to this account."),
        "bad_mail_url": _("That is no mail server. It looks like imap.example.org, with :993 behind it if need be."),
        "no_mail_address": _("Give the e-mail address of this mailbox, like redactie@example.org."),
        "no_recipient": _("This mail names nobody to answer to."),
        "no_file": _("This file no longer lies in the mailbox."),
    }.get(code, "")  # fmt: skip

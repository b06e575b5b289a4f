"""What checks find, in words: a finding is a heading and what there is to know or do about it, which may be nothing."""

from __future__ import annotations

from collections.abc import Mapping

from console.sentences.imports import format_words
from console.sentences.mail import mail_finding
from console.sentences.pages import page_finding
from console.sentences.yammer import yammer_finding
from console.words import _, ngettext, number

Told = tuple[str, str]


def finding(code: str, facts: Mapping[str, str], title: str) -> Told:
    """The words of a finding, ("", "") for a code that has none. `title` is the platform's name."""
    count = int(facts["count"]) if facts.get("count", "").isdecimal() else 0
    return (
        _common(code, facts, count, title) or _of_one_platform(code, facts, count) or page_finding(code, facts, title)
    )


def _common(code: str, facts: Mapping[str, str], count: int, title: str) -> Told | None:
    match code:
        case "found":
            return _("Found: {name}.").format(name=facts.get("name") or title), ""
        case "import_found":
            return _("Recognised: {name}.").format(name=format_words(facts.get("format", ""))), ""
        case "signed_in":
            return _("Signed in as {name}.").format(name=facts.get("name", "")), ""
        case "rights":
            return _("This account may moderate comments."), ""
        case "cannot_moderate":
            return (
                _("This account may not moderate comments."),
                _("Ask the administrator for the role Editor."),
            )
        case "spaces" if not count:
            return (
                _("There is no space to read yet."),
                _("This account sees none. Have it made a member of the spaces to follow."),
            )
        case "spaces":
            return ngettext("{n} space to read.", "{n} spaces to read.", count).format(n=number(count)), ""
        case "counts":
            return counted(facts), ""
        case "clock_off" if facts.get("minutes", "").isdigit():
            minutes = int(facts["minutes"])
            return ngettext(
                "The clock of this computer is off by {n} minute.", "The clock of this computer is off by {n} minutes.", minutes
            ).format(n=number(minutes)), _("Set it right.")  # fmt: skip
        case _:
            return None


def _of_one_platform(code: str, facts: Mapping[str, str], count: int) -> Told | None:
    n, of = number(count), int(facts["of"]) if facts.get("of", "").isdecimal() else 0
    match code:
        case "matrix_invited":
            return ngettext("{n} room invites this account.", "{n} rooms invite this account.", count).format(n=n), ""
        case "matrix_encrypted":
            return (
                ngettext("{n} room is encrypted.", "{n} rooms are encrypted.", count).format(n=n),
                _("What is said there can't be read here, and we write nothing there."),
            )
        case "matrix_moved":
            return ngettext(
                "{n} room was replaced by a new one.", "{n} rooms were replaced by new ones.", count
            ).format(n=n), ""  # fmt: skip
        case "reports":
            return ngettext("{n} report waits.", "{n} reports wait.", count).format(n=n), ""
        case "matrix_no_reports":
            return (
                _("We see no reports."),
                _("Matrix shows them to server administrators alone. With an access token of one we see and settle them; the rest just works."),
            )  # fmt: skip
        case "ignores_people":
            return (
                _("This account ignores {names}.").format(names=facts.get("names", "")),
                _("What they say never arrives here. Take them off its list of ignored people."),
            )
        case "no_device":
            return (
                _("This token belongs to no device."),
                _("So we may not see whether a reply arrived. Sign in with the password, or with a token of an app."),
            )
        case "feed_entries":
            return ngettext("{n} post in the feed.", "{n} posts in the feed.", count).format(n=n), ""
        case "feed_comments":
            return (
                _("Comments come with it."),
                _("You answer in the browser. Removals are never told, and old posts drop out of a feed."),
            )
        case "feed_no_comments":
            return (
                _("This feed names no comments."),
                _("So only the posts come in. Ask the administrator of the website for a feed of comments."),
            )
        case "not_admin":
            return (
                _("The second token isn't that of a server administrator."),
                _("So it shows no reports. Leave it out, or ask for one."),
            )
        case "admin_token_dead":
            return _("The administrator's token no longer works."), _("Leave it out, or ask for a new one.")
        case "not_recognised":
            return (
                _("This site knows your application password in WordPress, but not in BuddyPress."),
                _("Reading and answering work. Editing, removing and favourites you do in the browser, until its administrator adds one file: wp-content/mu-plugins/luisterpost.php."),
            )  # fmt: skip
        case "private_messages":
            return _("Private messages of this account come in too."), ""
        case "no_private_messages":
            return (
                _("This site has no private messages."),
                _("Ask its administrator to switch them on in BuddyPress; the rest just works."),
            )
        case "private_messages_need_file":
            return (
                _("Private messages can't be read yet."),
                _("BuddyPress shows them only once it knows your application password. Its administrator adds one file: wp-content/mu-plugins/luisterpost.php. Then connect again; the rest just works."),
            )  # fmt: skip
        case "humhub_moderates" if not count:
            return (
                _("We see reports in no space now."),
                _("HumHub tells only who administers a space. Have this account made administrator there, then we see that there is a report, and it closes and pins from here; settling is done on HumHub. The rest just works."),
            )  # fmt: skip
        case "humhub_moderates" if count < of:
            return (
                _("This account administers {n} of {all} spaces.").format(n=n, all=number(of)),
                _("In the others we see no reports, and it closes and pins nothing from here."),
            )
        case "humhub_moderates":
            return _("This account administers all of them."), _("So it closes and pins from here, and we see reports.")
        case "humhub_zone":
            return _("The server's clock is in the time zone {zone}.").format(zone=facts.get("zone", "")), ""
        case "humhub_no_zone":
            return (
                _("Nothing tells in which time zone the server's clock is."),
                _("We take UTC. In the terminal, give it with --set time_zone=Europe/Amsterdam."),
            )
        case _:
            told = yammer_finding(code)
            told = told if told[0] else mail_finding(code, facts, count)
            return told if told[0] else None


def counted(facts: Mapping[str, str]) -> str:
    """What there is to read, as far as the platform tells."""
    posts, comments, waiting = (int(facts.get(name, "-1")) for name in ("posts", "comments", "waiting"))
    parts = (
        ngettext("{n} post", "{n} posts", posts).format(n=number(posts)) if posts >= 0 else "",
        ngettext("{n} comment", "{n} comments", comments).format(n=number(comments)) if comments >= 0 else "",
        ngettext("{n} waits for approval", "{n} wait for approval", waiting).format(n=number(waiting))
        if waiting >= 0
        else "",
    )
    return _("To read: {parts}.").format(parts=", ".join(filter(None, parts)))

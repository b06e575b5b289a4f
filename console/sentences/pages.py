"""What is said about the Pages of a company on Facebook and LinkedIn: what a check found, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from console.words import _

Told = tuple[str, str]


def page_finding(code: str, facts: Mapping[str, str], title: str) -> Told:
    """The words of a finding: a heading and what there is to know or do about it; ("", "") when it isn't one of these."""
    names, name = facts.get("names", ""), facts.get("name", "")
    match code:
        case "page_found":
            return _("The Page ‘{name}’.").format(name=name), ""
        case "page_moderates":
            return _("It answers and moderates in the Page's name."), ""
        case "page_unread":
            return (
                _("This token may not read the Page."),
                _("Ask for a token with these permissions: {names}.").format(names=names),
            )
        case "page_reads_only":
            return (
                _("This token only reads."),
                _("You answer and moderate in the browser, until a token has {names}.").format(names=names),
            )
        case "page_role":
            return (
                _("Who made this token may only read on this Page."),
                _("You answer and moderate in the browser, until they have a role that may."),
            )
        case "page_untold":
            return (
                _("{platform} doesn't tell what this token may do.").format(platform=title),
                _("What it may not do is said when you try; your text is kept."),
            )
        case "page_version":
            return (
                _("{platform} ended version {name} of its interface, and answers in {other}.").format(
                    platform=title, name=name, other=facts.get("other", "")
                ),
                _("Update Luisterpost, or give a newer one with --set version=…"),
            )
        case "facebook_not_private":
            return (
                _("Private answers need one more permission."),
                _("Until a token has {names}, you write them in the browser.").format(names=names),
            )
        case _:
            return _about_the_token(code, facts)


def _about_the_token(code: str, facts: Mapping[str, str]) -> Told:
    day = _day(facts.get("at_ms", ""))
    match code:
        case "token_lasts":
            return _("The token has no end."), ""
        case "token_untold":
            return (
                _("Nothing tells when the token ends."),
                _("Ask who made it. When it has ended, what waits leaves after you sign in again."),
            )
        case "token_ends" if day:
            return (
                _("The token ends on {day}.").format(day=day),
                _("Luisterpost says so two weeks before; then sign in again with a new one."),
            )
        case "token_ends_soon" if day:
            return (
                _("The token ends on {day}.").format(day=day),
                _("Have a new one made before that day, and sign in again with it."),
            )
        case "token_ends_by" if day:
            return (
                _("The token ends on {day} at the latest.").format(day=day),
                _("LinkedIn's last 60 days. Luisterpost says so two weeks before; then sign in again with a new one."),
            )
        case "token_renews":
            return _("The token is renewed by itself."), ""
        case _:
            return "", ""


def _day(at_ms: str) -> str:
    if not at_ms.isdecimal() or len(at_ms) > 14:
        return ""
    then = datetime.fromtimestamp(int(at_ms) / 1000, UTC)
    months = _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()
    return f"{then.day} {months[then.month - 1]} {then.year}"


def page_trouble(code: str) -> str:
    """The sentence of an error that only Pages give, "" for any other."""
    return {
        "token_refused": _("{platform} no longer lets us in. Sign in again with a new token; nothing is lost, and what waits leaves by itself then."),
        "token_ended": _("The token has ended, so {platform} no longer lets us in. Sign in again with a new one; nothing is lost, and what waits leaves by itself then."),
        "token_withdrawn": _("Somebody withdrew the token, so {platform} no longer lets us in. Sign in again with a new one; nothing is lost."),
        "facebook_password": _("Who made the token changed their password, so {platform} no longer lets us in. Sign in again with a new token; nothing is lost."),
        "facebook_app_removed": _("Your app was removed from the Page, so {platform} no longer lets us in. Ask its administrator for a new token; nothing is lost."),
        "facebook_needs_proof": _("Your app at {platform} demands its own secret with each request, and that doesn't belong on this computer. Ask its administrator to switch off ‘Require app secret’."),
        "facebook_too_much": _("{platform} finds even one post too much to send at once. Nothing is lost; we try again."),
        "facebook_written": _("The Page wrote privately about this comment already. {platform} allows that once."),
        "facebook_no_private": _("{platform} lets a Page write privately about a comment once, within seven days. That is over, or was done."),
        "facebook_no_hiding": _("{platform} doesn't let this comment be hidden."),
        "linkedin_app": _("{platform} doesn't know the client ID and secret of your app. Check both with its administrator; nothing is lost."),
        "only_comments": _("That can be done with a comment only, not with a post. Open the post on {platform}."),
        "page_none": _("This token knows no Page. Ask its administrator to give it one, and the permissions that the guide names."),
        "page_which": _("Which Page is meant? This token knows: {address}"),
        "page_bad_version": _("‘{address}’ is no version of {platform}'s interface. Leave it out, or write it as {platform} does."),
        "page_no_version": _("{platform} ended the version of its interface that we ask for. Update Luisterpost, or give a newer one with --set version=…; nothing is lost."),
        "page_duplicate": _("{platform} says that the same was said just before, and takes no text twice."),
    }.get(code, "")  # fmt: skip

"""What checks find on one platform or another, in words, and what `connect` asks for on every platform."""

from __future__ import annotations

from collections.abc import Mapping

from console.words import _, ngettext, number


def finding(code: str, facts: Mapping[str, str]) -> str:
    """The sentence of a finding that only one platform has, "" when it is none of these."""
    count = int(facts["count"]) if facts.get("count", "").isdecimal() else 0
    n = number(count)
    match code:
        case "matrix_invited":
            return ngettext("{n} room invites this account.", "{n} rooms invite this account.", count).format(n=n)
        case "matrix_encrypted":
            return ngettext(
                "{n} room is encrypted: what is said there can't be read here.",
                "{n} rooms are encrypted: what is said there can't be read here.",
                count,
            ).format(n=n)
        case "matrix_moved":
            return ngettext(
                "{n} room was replaced by a new one.", "{n} rooms were replaced by new ones.", count
            ).format(n=n)
        case "reports":
            return ngettext("{n} report waits.", "{n} reports wait.", count).format(n=n)
        case "ignores_people":
            return _(
                "This account ignores {names}: what they say never arrives here. Take them off its list of ignored people."
            ).format(names=facts.get("names", ""))
        case "no_device":
            return _(
                "This token belongs to no device, so we may not see whether a reply arrived. Sign in with the password, or with a token of an app."
            )
        case "not_admin":
            return _(
                "The second token isn't that of a server administrator, so it shows no reports. Leave it out, or ask for one."
            )
        case "admin_token_dead":
            return _("The administrator's token no longer works. Leave it out, or ask for a new one.")
        case "humhub_moderates":
            return ngettext(
                "This account administers {n} space; in the others it closes and pins nothing from here.",
                "This account administers {n} spaces; in the others it closes and pins nothing from here.",
                count,
            ).format(n=n)
        case "humhub_zone":
            return _("The server's clock is in the time zone {zone}.").format(zone=facts.get("zone", ""))
        case "humhub_no_zone":
            return _(
                "Nothing tells in which time zone the server's clock is; we take UTC. Give it with --set time_zone=Europe/Amsterdam."
            )
        case _:
            return ""


def asked_for(label: str) -> str:
    """What `connect` asks for, in words; a platform of somebody else's brings its own."""
    return {
        "User name or e-mail address": _("User name or e-mail address"),
        "Application password": _("Application password"),
        "User id": _("User id"),
        "Password": _("Password"),
        "Access token": _("Access token"),
        "Access token instead of a password": _("Access token instead of a password"),
        "Access token of a server administrator, for reports": _("Access token of a server administrator, for reports"),
    }.get(label, label)

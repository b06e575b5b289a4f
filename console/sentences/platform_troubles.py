"""What an adapter's codes mean, in plain words: what happened and what to do."""

from __future__ import annotations

from console.sentences.imports import import_trouble, unknown_file
from console.sentences.mail import mail_trouble
from console.sentences.pages import page_trouble
from console.sentences.yammer import yammer_trouble
from console.words import _


def trouble(code: str, title: str, words: str = "") -> str:
    """The sentence of a code that an adapter or the transport gave, "" when it has none.

    title  the platform's name
    words  what the platform said itself, or the address that a redirect leads to
    """
    if code == "import_unknown":
        return unknown_file(words)
    sentence = import_trouble(code) or _keeping(code) or _connecting(code) or _signing_in(code) or _deciding(code)
    sentence = sentence or yammer_trouble(code) or mail_trouble(code) or page_trouble(code)
    if code == "redirect" and words.startswith("http"):
        sentence = _("This address leads to {address}. Use that one.")
    return sentence.format(platform=title, address=words) if sentence else ""


def _connecting(code: str) -> str:
    """What stands between us and a server."""
    sentences = {
        "not_wordpress": _("That is a website, but not a WordPress. Check the address."),
        "no_buddypress": _(
            "This WordPress has no BuddyPress, or it moved on. Connect it anew, or ask its administrator."
        ),
        "no_rest": _("This WordPress keeps its REST API closed. Ask its administrator to open it."),
        "proxy_page": _("A sign-in page of the network answers instead of {platform}. Sign in to the network first."),
        "redirect": _("This address leads to another one. Use the address it leads to."),
        "no_tls": _("Without https we send no password. Use the address that begins with https."),
        "tls_failed": _("No safe line to this server can be made. Ask its administrator."),
        "cert_expired": _("The certificate of this server has expired. Its administrator has to renew it."),
        "cert_untrusted": _("This computer doesn't trust the certificate of this server. Ask its administrator."),
        "cert_host": _("The certificate belongs to another server. Check the address."),
        "cert_not_yet": _("The certificate isn't valid yet. Is the clock of this computer right?"),
        "clock_off": _("The clock of this computer is off. Set it right, then try again."),
        "bad_password": _("The user name or the application password isn't right."),
        "ordinary_password": _("That is no application password. Make one on your profile page and use that."),
        "no_app_passwords": _("This WordPress has application passwords switched off. Ask its administrator."),
        "password_not_received": _(
            "The web server takes our password away. Ask its administrator to pass the Authorization header on."
        ),
        "no_such_host": _("No server has that name, or this computer has no network. Check the address."),
        "refused": _("Nothing answers at that address. Check it, or ask its administrator."),
        "no_network": _("This computer has no network. We go on by ourselves when it is back."),
        "timeout": _("{platform} takes too long to answer. We try again by ourselves."),
        "line_broke": _("The line to {platform} broke. We try again by ourselves."),
        "proxy": _("The proxy of this network doesn't let us through. Ask its administrator."),
        "not_json": _("{platform} answered with a page instead of data. Nothing is lost; we try again."),
        "too_big": _("{platform} sent more than we accept. Nothing is lost; ask its administrator."),
        "no_adapter": _("The part of Luisterpost that speaks with {platform} isn't installed."),
        "bug": _(
            "The part of Luisterpost that speaks with {platform} made a mistake. Nothing is lost; ‘luisterpost doctor’ says whether it is damaged, and its maker wants to know."
        ),
        "not_matrix": _("That is a website, but not a Matrix server. Ask for the address of your homeserver."),
        "wrong_password": _(
            "The user id or the password isn't right. Try again with care: after a few times the server lets you wait for minutes."
        ),
        "no_password_login": _(
            "This server signs people in through the browser. Copy an access token from your app and give that instead of a password."
        ),
        "not_a_feed": _(
            "There is no feed at that address. Ask the administrator of the website for the address of its RSS or Atom feed."
        ),
        "not_humhub": _("That is a website, but not a HumHub. Check the address."),
        "humhub_no_api": _(
            "This HumHub answers no programs. Ask its administrator to switch on the module ‘RESTful API’ and pretty URLs."
        ),
        "humhub_bad_token": _(
            "{platform} doesn't know this token, or it has run out. Ask its administrator for a new one, or whether tokens are switched on."
        ),
        "humhub_bad_login": _("The user name or the password isn't right."),
        "humhub_not_enabled": _(
            "This account may not sign in by a program. Ask the administrator of {platform} to add it in the module ‘RESTful API’."
        ),
        "humhub_no_method": _(
            "{platform} didn't take this password. Is it right, and did its administrator switch on signing in with a password for this account?"
        ),
        "humhub_signed_out": _(
            "{platform} no longer lets us in. Sign in again, with a new token if yours ran out; what waits leaves by itself then."
        ),
        "humhub_bad_zone": _("‘{address}’ is no time zone. One looks like Europe/Amsterdam, or +02:00."),
        "no_secret": _("Give a password or an access token."),
        "signed_out": _("{platform} signed this account out. Sign in again; what waits leaves by itself then."),
        "soft_logout": _("{platform} signed this account out. Sign in again; what waits leaves by itself then."),
        "bad_url": _("That is no address. It looks like https://blog.example.org."),
    }
    return sentences.get(code, "")


def _keeping(code: str) -> str:
    """Why what a platform says could not be kept on this computer: the codes of `console.store.errors`."""
    sentences = {
        "store_full": _(
            "There is no room on this computer's disk for what {platform} says. Nothing is lost: make room, and it is collected."
        ),
        "store_read_only": _(
            "We may not write on this computer what {platform} says. Nothing is lost: ask for the right to write in the"
            " profile's folder, and it is collected."
        ),
        "store_damaged": _(
            "One of Luisterpost's files on this computer is damaged. Close Luisterpost and run ‘luisterpost doctor’: your"
            " decisions are kept, and what {platform} says is collected again."
        ),
        "store_busy": _("Another program keeps our files locked. Nothing is lost; we try again by ourselves."),
    }  # fmt: skip
    return sentences.get(code, "")


def _signing_in(code: str) -> str:
    """Why somebody couldn't sign in on the platform's own pages, or no longer is."""
    sentences = {
        "sign_in_first": _("Sign in first: your browser opens the page where you do."),
        "sign_in_stopped": _("You stopped signing in. Nothing has changed."),
        "sign_in_timeout": _("Nobody signed in within ten minutes. Nothing has changed; begin again."),
        "code_expired": _("This code has ended. Ask for a new one."),
        "declined": _("The sign-in page says that you declined. Nothing has changed; begin again if you want to."),
        "no_consent": _(
            "Luisterpost lacks a permission: {address}. Ask your administrator to give consent for it, then sign in again."
        ),
        "other_account": _(
            "You signed in as {address}, but this connection belongs to another account. Nothing has changed."
        ),
        "entra_no_client": _(
            "Fill in the application (client) ID first. Your administrator finds it with the app that was registered for Luisterpost; the guide says how."
        ),
        "entra_no_app": _(
            "Microsoft doesn't know the application ‘{address}’ here. Check the application ID and the tenant with your administrator."
        ),
        "entra_no_tenant": _("Microsoft doesn't know this tenant. Check it with your administrator."),
        "entra_not_public": _(
            "This app may not sign people in with a code. Ask your administrator to allow public client flows for it."
        ),
        "entra_no_scope": _(
            "The app at Microsoft doesn't know this permission: {address}. Ask your administrator to add it."
        ),
        "entra_odd": _(
            "The sign-in page of {platform} answered something we don't understand. Nothing is lost; try again."
        ),
        "bad_code": _(
            "The sign-in page of {platform} answered something we don't understand. Nothing is lost; try again."
        ),
        "bad_page": _(
            "The page to sign in on is at another address than this connection's. We don't open it; ask your administrator."
        ),
    }
    return sentences.get(code, "")


def _deciding(code: str) -> str:
    """Why a decision was not carried out."""
    sentences = {
        "rest_comment_closed": _("Comments are closed here. Open the conversation first."),
        "rest_comment_draft_post": _("This post isn't published any more."),
        "rest_comment_trash_post": _("This post is in the bin."),
        "not_a_member": _("This account is no member of that group. Join it on {platform} first, then answer."),
        "parent_gone": _("The message you answer is gone."),
        "posts_by_hand": _("A post itself is changed in {platform}. Open it there."),
        "pages_cannot_pin": _("A page can't be pinned, only a post."),
        "only_posts": _("Only posts are changed from here. Open this one in {platform}."),
        "in_bin": _("This message is in the bin. Restore it first."),
        "changed": _("Somebody changed this message after you looked."),
        "not_taken": _("{platform} left it as it was. Look there what stands in the way."),
        "not_ours": _("Only our own messages can be edited."),
        "empty": _("There is nothing in it yet."),
        "locked": _("This conversation is locked on {platform}. Replying is off."),
        "not_here": _("{platform} can't do that here."),
        "encrypted_room": _("This room is encrypted, and we hold no keys. Answer in your own app; nothing was sent."),
        "room_moved": _(
            "This room was replaced by a new one. Go on there; without an invitation, ask its moderators for one."
        ),
        "not_in_room": _("This account isn't in that room. Ask its moderators for an invitation."),
        "suspended": _("This account is suspended: it reads, but may not write. Ask the server's administrator."),
        "no_power": _("This account may only remove its own messages here. Ask for more power in this room."),
        "no_admin": _("Reports are settled with the token of a server administrator, and this connection has none."),
        "not_possible": _("{platform} can't do that here."),
        "no_thread": _("This message can't be found on {platform}."),
        "too_long": _("The text is too long for {platform}."),
    }
    return sentences.get(code, "")

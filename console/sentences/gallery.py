"""What the gallery says of a platform, and what `connect` asks for on it, in words; a platform of somebody else's brings its own."""

from __future__ import annotations

from console.domain.gallery import News, WayIn
from console.words import _, pgettext


def about(sentence: str) -> str:
    """What comes from a platform."""
    return {
        "Posts and comments from your intranet": _("Posts and comments from your intranet"),
        "Updates and answers in the groups of your intranet": _("Updates and answers in the groups of your intranet"),
        "Posts of a blog and the comments below them": _("Posts of a blog and the comments below them"),
        "Conversations in the rooms of your own homeserver": _("Conversations in the rooms of your own homeserver"),
        "Posts of a blog with their comments, without an account": _(
            "Posts of a blog with their comments, without an account"
        ),
        "A mailbox of Gmail or Google Workspace": _("A mailbox of Gmail or Google Workspace"),
        "Client ID of the app": _("Client ID of the app"),
        "Client secret of the app": _("Client secret of the app"),
        "Your administrator makes them in the Google Cloud console, for an app on people's own computers; the guide says how.": _(
            "Your administrator makes them in the Google Cloud console, for an app on people's own computers; the guide says how."
        ),
        "It belongs to the app, not to you, and is no password.": _(
            "It belongs to the app, not to you, and is no password."
        ),
        "A mailbox of Microsoft 365, your own or a shared one": _(
            "A mailbox of Microsoft 365, your own or a shared one"
        ),
        "Conversations from a file: an export, or a mailbox": _("Conversations from a file: an export, or a mailbox"),
        "A shared mailbox and the mailing lists in it": _("A shared mailbox and the mailing lists in it"),
        "Comments on your company's Page; closed groups come by mail, export or paste": _(
            "Comments on your company's Page; closed groups come by mail, export or paste"
        ),
        "Comments on your organisation's Page; closed groups come by mail, export or paste": _(
            "Comments on your organisation's Page; closed groups come by mail, export or paste"
        ),
        "Conversations from your communities in Viva Engage": _("Conversations from your communities in Viva Engage"),
    }.get(sentence, sentence)


def news_words(news: News) -> str:
    """When news arrives, for a column."""
    return {
        News.LIVE: _("at once"), News.MINUTE: _("every minute"), News.ROUNDS: _("in rounds"), News.MAIL: _("by mail"),
        News.ONCE: _("once"),
    }[news]  # fmt: skip


def can_words(kind: str) -> str:
    """What somebody can do with a platform, for a chip."""
    return {
        "reply": _("answer"), "edit": _("edit own text"), "approve": _("approve"), "hide": _("hide"),
        "delete": _("remove"), "spam": _("mark as spam"), "lock": _("close a conversation"), "pin": _("pin"),
        "react": _("give a like"), "settle": _("settle reports"), "write": _("write privately"),
    }[kind]  # fmt: skip


def asked_for(label: str) -> str:
    """What `connect` asks for."""
    return {
        "Address": _("Address"),
        "User name or e-mail address": _("User name or e-mail address"),
        "Application password": _("Application password"),
        "User id": _("User id"),
        "Password": _("Password"),
        "Access token": _("Access token"),
        "Access token instead of a password": _("Access token instead of a password"),
        "Access token of a server administrator, for reports": _("Access token of a server administrator, for reports"),
        "Your name above your comments there": _("Your name above your comments there"),
        "Application (client) ID": _("Application (client) ID"),
        "E-mail address": _("E-mail address"),
        "Server for sending, where it isn't the usual one": _("Server for sending, where it isn't the usual one"),
        "Folders to follow, the inbox if left empty": _("Folders to follow, the inbox if left empty"),
        "Directory (tenant) ID or domain": _("Directory (tenant) ID or domain"),
        "Page, where the token knows several": _("Page, where the token knows several"),
        "Client ID of your own app": _("Client ID of your own app"),
        "Client secret of your own app": _("Client secret of your own app"),
        "Refresh token": _("Refresh token"),
    }.get(label, label)


def where_found(sentence: str) -> str:
    """Where what `connect` asks for is found."""
    return {
        "In WordPress: your profile, Application Passwords. Your ordinary password doesn't work.": _(
            "In WordPress: your profile, Application Passwords. Your ordinary password doesn't work."
        ),
        "An administrator of HumHub makes it: Administration, Modules, RESTful API, bearer tokens.": _(
            "An administrator of HumHub makes it: Administration, Modules, RESTful API, bearer tokens."
        ),
        "Your administrator registers an app for Luisterpost at Microsoft Entra; the guide says how. Both stand on its page.": _(
            "Your administrator registers an app for Luisterpost at Microsoft Entra; the guide says how. Both stand on its page."
        ),
        "For some providers it is an app password.": _("For some providers it is an app password."),
        "In Element: Settings, Help & About, Access Token.": _("In Element: Settings, Help & About, Access Token."),
        "Your administrator makes it in Meta Business Suite, for a system user of your own app; the guide says how.": _(
            "Your administrator makes it in Meta Business Suite, for a system user of your own app; the guide says how."
        ),
        "Your administrator makes it in LinkedIn's developer portal, with your own app; the guide says how.": _(
            "Your administrator makes it in LinkedIn's developer portal, with your own app; the guide says how."
        ),
        "With both Luisterpost sees when the token ends.": _("With both Luisterpost sees when the token ends."),
        "Only where LinkedIn gives your app one: then the token is renewed by itself.": _(
            "Only where LinkedIn gives your app one: then the token is renewed by itself."
        ),
        "From who administers the server. In their Element: Settings, Help & About, Access Token.": _(
            "From who administers the server. In their Element: Settings, Help & About, Access Token."
        ),
        "Only who has one already: Yammer gives out no more of them. Everybody else signs in in the browser.": _(
            "Only who has one already: Yammer gives out no more of them. Everybody else signs in in the browser."
        ),
    }.get(sentence, sentence)


def column_words(column: str) -> str:
    """The heading of a column."""
    return {
        "reply": pgettext("column", "Answer"), "hide": pgettext("column", "Hide"),
        "approve": pgettext("column", "Approve"), "delete": pgettext("column", "Remove"), "reports": _("Reports"),
    }[column]  # fmt: skip


def way_words(way_in: WayIn) -> str:
    """The heading above the platforms that come in directly, or by something else."""
    return _("Directly") if way_in is WayIn.DIRECT else _("By mail, feed or file")


def legend() -> tuple[tuple[str, str], ...]:
    """Each mark with what it means."""
    return (
        ("✓", _("Luisterpost does it")), ("✓°", _("depends on rights, version or message")),
        ("↗", _("You finish it")), ("–", _("not possible here")),
    )  # fmt: skip

"""What is said about imported files alone: which kind one is, what stands in the way, and why something was skipped."""

from __future__ import annotations

from collections.abc import Mapping

from console.words import _, ngettext, number

READABLE = (
    "mail",
    "facebook",
    "linkedin",
    "slack",
    "yammer",
    "wxr",
    "workplace",
    "jsonl",
)  # kinds of files, in the order people read them


def format_words(key: str) -> str:
    """A kind of file that is read."""
    return {
        "mail": _("mails (mbox, Maildir, .eml)"),
        "facebook": _("your own information from Facebook (JSON)"),
        "linkedin": _("your own data from LinkedIn (zip)"),
        "slack": _("an export of Slack (zip)"),
        "yammer": _("an export of Viva Engage (zip)"),
        "wxr": _("an export of WordPress (WXR)"),
        "workplace": _("an export of Workplace from Meta (JSON)"),
        "jsonl": _("our own JSONL"),
    }.get(key, key)


def looks_like(what: str) -> str:
    """What a file is that isn't read."""
    return {
        "empty": _("There is nothing in it."),
        "zulip": _("It looks like an export of Zulip. Write our own JSONL of it; the guide says how."),
        "mattermost": _("It looks like an export of Mattermost. Write our own JSONL of it; the guide says how."),
        "discourse": _("It looks like an archive of Discourse. Write our own JSONL of it; the guide says how."),
        "mastodon": _("It looks like an archive of Mastodon. Write our own JSONL of it; the guide says how."),
        "facebook_html": _(
            "It is your information from Facebook as web pages, which can't be read safely. Ask Facebook for it anew and"
            " choose JSON as the format."
        ),
        "facebook_without_groups": _(
            "It is your information from Facebook, without what you wrote in groups. Ask for it anew, with Groups among"
            " what it holds."
        ),
        "linkedin_without_posts": _(
            "It is your data from LinkedIn, without posts and comments. Ask LinkedIn for the larger copy, which takes a day."
        ),
        "office": _("It looks like a document or mail of Office. From Outlook, save mails as .eml or an mbox."),
        "pst": _("It looks like a file of Outlook (.pst). Open it in Outlook or Thunderbird, and save it as mbox or .eml."),
        "pdf": _("It looks like a PDF: conversations can't be read from that."),
        "archive": _("It looks like an archive of another kind than zip. Unpack it, and import the folder."),
        "picture": _("It looks like a picture."),
        "database": _("It looks like a database."),
        "html": _("It looks like a web page. Ask for the export anew, as JSON instead of HTML."),
        "json": _("It is JSON, but of no export that we know. The guide says how ours looks."),
        "xml": _("It is XML, but of no export that we know."),
    }.get(what, _("We don't recognise it."))  # fmt: skip


def counted_words(messages: int, people: int) -> str:
    """How much would be read."""
    read = ngettext("{n} message would be read.", "{n} messages would be read.", messages).format(n=number(messages))
    return f"{read} " + ngettext("{n} person speaks in it.", "{n} people speak in it.", people).format(n=number(people))


def unknown_file(what: str) -> str:
    """Why a file can't be imported, and what can be."""
    readable = ", ".join(map(format_words, READABLE))
    return _("This file can't be imported. {what} Readable are: {readable}.").format(
        what=looks_like(what), readable=readable
    )


def import_trouble(code: str) -> str:
    """The sentence of an error that only importing gives, "" for any other."""
    return {
        "import_not_there": _("There is no such file (any more): {address}."),
        "import_not_a_file": _("That is no file and no folder: {address}."),
        "import_not_readable": _("{address} can't be read or copied. Is it yours, and is the disk still there?"),
        "import_too_many": _("There are more files in {address} than we read at once. Nothing was imported; split it."),
        "import_too_large": _("{address} would grow to more than 20 GB when unpacked. Nothing was imported."),
        "import_reader_ended": _(
            "The part that reads the file stopped. What was read is kept, and it goes on there: by itself while the window is"
            " open, or with ‘luisterpost sync --once’."
        ),
        "import_stopped": _("You stopped it. Nothing was kept."),
        "import_no_connection": _("There is no connection ‘{address}’. See ‘luisterpost connections’."),
        "import_no_room": _("The disk has too little room for a copy: {address} MB are lacking. Nothing was imported."),
    }.get(code, "")  # fmt: skip


def skipped_words(reason: str, facts: Mapping[str, object]) -> str:
    """Why something in a file was not taken in."""
    sentence = {
        "no_mail": _("This is no mail."),
        "ends_reader": _(
            "Reading this mail stopped the part that reads files, three times. It was left out and the rest was read. It"
            " still stands in the file: open it with a mail program."
        ),
        "no_json": _("This line is no JSON object."),
        "too_long": _("This line is longer than 10 MB."),
        "unknown_type": _("‘{type}’ is none of: {types}."),
        "lacks": _("It doesn't say its ‘{field}’."),
        "no_moment": _("‘{field}’ holds no moment that we understand."),
        "unknown_state": _("There is no state ‘{state}’."),
        "no_text": _("It says nothing."),
        "private": _("A private message; those are left out."),
        "draft": _("A draft; those are left out."),
        "system": _("A line that the platform wrote itself ({type})."),
        "not_in_a_group": _("That was said in no group."),
        "not_a_page": _("That is no post and no page ({type})."),
        "not_a_comment": _("That is no comment of a person ({type})."),
        "not_a_message": _("That is no message."),
        "no_thread": _("It doesn't say in which conversation it stands."),
        "no_blog": _("It doesn't say which blog it is of."),
        "facebook_html": _("A web page of Facebook's; what it holds was left out. Ask for the export anew, as JSON."),
        "another_export": _("There is also {format} in it, which was not read. Import that by itself."),
        "unreadable": _("This can't be read."),
        "xml_doctype": _("It holds definitions of its own, as no export does. It was read no further."),
        "cut_off": _("It breaks off here: the file isn't whole. What stands before it was read."),
        "cut_off_zip": _("This zip isn't whole or isn't one. Download it again; the others were read."),
        "zip_bomb": _("It grows to many times its size when unpacked, as no export does. It was left out."),
        "too_large": _("It is larger than 2 GB when unpacked. It was left out."),
        "path_trick": _("Its name points outside the zip. It was left out."),
        "link": _("A link to somewhere else; it was left alone."),
        "not_a_file": _("That is no file; it was left alone."),
        "encrypted": _("It is locked with a password. Unpack it, and import the folder."),
        "double_name": _("There are two files of that name in the zip; the first one was read."),
    }.get(reason)  # fmt: skip
    shown = {name: format_words(str(fact)) if name == "format" else str(fact) for name, fact in facts.items()}
    return sentence.format_map(_Facts(shown)) if sentence else reason


class _Facts(dict[str, str]):
    """What a sentence shows; what nobody told is left open."""

    def __missing__(self, name: str) -> str:
        return "…"

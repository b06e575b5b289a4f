"""Writers of the files that people get from their platforms: the folders, columns and oddities of each, at any size."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

START_S = 1_795_595_650  # 2026-11-25 08:34:10 UTC


def zipped(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def table(
    columns: Sequence[str], rows: Iterable[Mapping[str, object]], *, bom: bool = False, separator: str = ","
) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return ("\ufeff" if bom else "") + text.getvalue()


# -- Facebook ------------------------------------------------------------------------------------------------------------


def mojibake(text: str) -> str:
    """As Facebook writes a text: each byte of its UTF-8 as if it were a character."""
    return text.encode().decode("latin-1")


def broken(value: Any) -> Any:
    match value:
        case str():
            return mojibake(value)
        case dict():
            return {name: broken(one) for name, one in value.items()}
        case list():
            return [broken(one) for one in value]
        case _:
            return value


def facebook_post(text: str, title: str, at_s: int = START_S, **more: Any) -> dict[str, Any]:
    return {"timestamp": at_s, "data": [{"post": text}], "title": title, **more}


def facebook_comment(text: str, writer: str, group: str, title: str, at_s: int = START_S) -> dict[str, Any]:
    said = {"timestamp": at_s, "comment": text, "author": writer, "group": group}
    return {"timestamp": at_s, "title": title, "data": [{"comment": said}]}


def facebook_labelled(
    text: str, url: str, group: str, at_s: int = START_S, *, label: str = "Bericht", names: tuple[str, str] = ("Groep", "Naam"),
    fbid: str = "", media: Sequence[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """A row of the newest files: everything stands under a label in the person's language."""
    return {
        "timestamp": at_s,
        "media": [{"uri": uri, "creation_timestamp": at_s} for uri in media],
        "label_values": [
            *([{"label": "URL", "value": url, "href": url}] if url else []),
            {"label": label, "value": text},
            {"title": names[0], "dict": [{"label": names[1], "value": group}, {"label": "Iets nieuws", "value": "?"}]},
            {"label": "Iets nieuws", "timestamp_value": at_s + 5},
        ],
        **({"fbid": fbid} if fbid else {}),
    }


# -- WordPress -----------------------------------------------------------------------------------------------------------

_NAMESPACES = (
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:wp="http://wordpress.org/export/1.2/"'
)


def cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def wxr_comment(number: int, text: str, **fields: str) -> str:
    told = {
        "comment_id": str(number), "comment_author": "Joris Bakker", "comment_author_email": "Joris@Voorbeeld.example",
        "comment_author_url": "", "comment_author_IP": "203.0.113.9", "comment_date": "2026-11-23 17:34:38",
        "comment_date_gmt": "2026-11-23 16:34:38", "comment_content": text, "comment_approved": "1",
        "comment_type": "comment", "comment_parent": "0", "comment_user_id": "0", **fields,
    }  # fmt: skip
    inside = "".join(f"\t\t\t<wp:{name}>{cdata(value)}</wp:{name}>\n" for name, value in told.items())
    meta = "<wp:commentmeta><wp:meta_key>akismet</wp:meta_key><wp:meta_value>x</wp:meta_value></wp:commentmeta>"
    return f"\t\t<wp:comment>\n{inside}{meta}\t\t</wp:comment>\n"


def wxr_item(number: int, title: str, text: str, comments: Iterable[str] = (), **fields: str) -> str:
    told = {
        "post_id": str(number), "post_date": "2026-11-23 17:00:00", "post_date_gmt": "2026-11-23 16:00:00",
        "comment_status": "open", "post_name": f"bericht-{number}", "status": "publish", "post_parent": "0",
        "post_type": "post", "post_password": "", "is_sticky": "0", **fields,
    }  # fmt: skip
    creator = told.pop("creator", "sanne")
    return (
        f"\t<item>\n\t\t<title>{cdata(title)}</title>\n\t\t<link>https://blog.example.test/nl/{number}/</link>\n"
        f'\t\t<dc:creator>{cdata(creator)}</dc:creator>\n\t\t<guid isPermaLink="false">?p={number}</guid>\n'
        f"\t\t<content:encoded>{cdata(text)}</content:encoded>\n\t\t<excerpt:encoded>{cdata('')}</excerpt:encoded>\n"
        + "".join(f"\t\t<wp:{name}>{cdata(value)}</wp:{name}>\n" for name, value in told.items())
        + '\t\t<category domain="category" nicename="nieuws"><![CDATA[Nieuws]]></category>\n'
        + f"\t\t<wp:postmeta><wp:meta_key>_edit_last</wp:meta_key><wp:meta_value>{cdata('1')}</wp:meta_value></wp:postmeta>\n"
        + "".join(comments)
        + "\t</item>\n"
    )


def wxr_head(url: str = "https://Blog.example.test/nl", title: str = "Het blog", authors: bool = True) -> str:
    author = (
        f"\t<wp:author><wp:author_id>7</wp:author_id><wp:author_login>{cdata('sanne')}</wp:author_login>"
        f"<wp:author_email>{cdata('sanne@voorbeeld.example')}</wp:author_email>"
        f"<wp:author_display_name>{cdata('Sanne de Wit')}</wp:author_display_name></wp:author>\n"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" ?>\n<!-- This is a WordPress eXtended RSS file -->\n'
        f'<rss version="2.0" {_NAMESPACES}>\n<channel>\n\t<title>{escape(title)}</title>\n\t<link>{url}</link>\n'
        f"\t<wp:wxr_version>1.2</wp:wxr_version>\n\t<wp:base_site_url>{url}</wp:base_site_url>\n"
        f"\t<wp:base_blog_url>{url}</wp:base_blog_url>\n{author if authors else ''}"
    )


def wxr(*items: str, **head: Any) -> str:
    return wxr_head(**head) + "".join(items) + "</channel>\n</rss>\n"


# -- Viva Engage ---------------------------------------------------------------------------------------------------------

ENGAGE_COLUMNS = (
    "id", "replied_to_id", "thread_id", "conversation_id", "group_id", "group_name", "participants", "in_private_group",
    "in_private_conversation", "sender_id", "sender_name", "sender_email", "body", "attachments", "created_at", "deleted_at",
    "deleted_by_id", "closed", "message_type", "title", "draft", "gdpr_delete_url", "wat_nieuws",
)  # fmt: skip


def engage_row(number: int, text: str, thread: int = 0, **fields: object) -> dict[str, object]:
    return {
        "id": number, "thread_id": thread or number, "replied_to_id": thread or "", "group_id": 31158067201,
        "in_private_group": "false", "in_private_conversation": "false", "sender_id": 36425097217, "sender_name": "Sanne de Wit",
        "body": text, "created_at": "2026-11-23T08:12:10.000Z", "closed": "false", "message_type": "update",
        "gdpr_delete_url": f"https://www.yammer.com/api/v1/messages/{number}/delete?secret=geheim", **fields,
    }  # fmt: skip


def engage_files(rows: Iterable[Mapping[str, object]], folder: str = "", **others: str) -> dict[str, str]:
    """The files of one export; `others` replace or add: `Users="id,name…"`."""
    told = {
        "Messages": table(ENGAGE_COLUMNS, rows, bom=True),
        "Users": table(
            ("id", "name", "email", "job_title", "location", "department", "joined_at", "state"),
            [{"id": 36425097217, "name": "Sanne de Wit", "email": "sanne@voorbeeld.example", "job_title": "Verpleegkundige", "state": "active"},
             {"id": 36425097300, "name": "Joris Bakker", "email": "joris@voorbeeld.example", "state": "soft_delete"}],
            bom=True,
        ),
        "Groups": table(("id", "name", "description", "private", "external", "deleted"),
                        [{"id": 31158067201, "name": "Vragen aan de directie", "private": "FALSE"}], bom=True),
        "Networks": table(("id", "url"), [{"id": 5897756673, "url": "https://www.yammer.com/voorbeeld.nl"}]),
        "Files": table(("file_id", "name", "path"), [{"file_id": 137082854, "name": "rooster.pdf", "path": "Files/137082854.pdf"}]),
        "MessageVersions": table(("id", "message_id", "body", "created_at"), []),
        **others,
    }  # fmt: skip
    return {
        **{f"{folder}{name}.csv": text for name, text in told.items()},
        f"{folder}request.txt": "since=2026-11-23", f"{folder}log.txt": "done",
    }  # fmt: skip


# -- Slack ---------------------------------------------------------------------------------------------------------------

SLACK_USERS: list[dict[str, Any]] = [
    {"id": "U1", "team_id": "T07ABC", "name": "sanne", "is_bot": False,
     "profile": {"real_name": "Sanne de Wit", "display_name": "sanne", "email": "sanne@voorbeeld.example", "title": "Verpleegkundige"}},
    {"id": "U2", "team_id": "T07ABC", "name": "joris", "profile": {"real_name": "Joris Bakker", "display_name": ""}},
]  # fmt: skip


def slack_files(days: Mapping[str, Sequence[Any] | str], top: str = "", **lists: Any) -> dict[str, str]:
    """The files of one export; `days` are `"algemeen/2026-11-23": [message, …]`."""
    told = {
        "users": SLACK_USERS,
        "channels": [{"id": "C07", "name": "algemeen", "created": 1, "members": ["U1", "U2"]}],
        "groups": [{"id": "G08", "name": "besloten-kring"}],
        "dms": [{"id": "D09", "members": ["U1", "U2"]}],
        "mpims": [{"id": "G10", "name": "mpdm-sanne--joris-1"}],
        "integration_logs": [],
        **lists,
    }
    return {
        **{f"{top}{name}.json": json.dumps(rows) for name, rows in told.items()},
        **{f"{top}{day}.json": rows if isinstance(rows, str) else json.dumps(rows) for day, rows in days.items()},
    }


def slack_said(ts: str, text: str, user: str = "U1", **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "ts": ts, "text": text, **more}


# -- Workplace -----------------------------------------------------------------------------------------------------------


def workplace_post(post: int, text: str, group: int = 4455, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{group}_{post}", "message": text, "from": {"id": "100", "name": "Sanne de Wit"},
        "created_time": "2024-11-23T08:12:10+0000", "updated_time": "2024-11-24T08:12:10+0000",
        "permalink_url": f"https://voorbeeld.workplace.com/groups/{group}/permalink/{post}/", "formatting": "PLAINTEXT", **more,
    }  # fmt: skip


def workplace_comment(number: int, text: str, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "message": text, "from": {"id": "200", "name": "Joris Bakker"},
            "created_time": "2024-11-23T09:12:10+0000", **more}  # fmt: skip


def workplace_page(*rows: Any) -> str:
    after = "https://graph.workplace.com/4455/feed?access_token=GEHEIM&after=QVFI"
    return json.dumps({"data": rows, "paging": {"cursors": {"before": "a", "after": "b"}, "next": after}})


def iso(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M:%S")

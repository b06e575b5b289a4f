"""Looking whether a mailbox can be read and answered from, without changing anything there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imapclient import IMAPClient, imap_utf7
from imapclient.imapclient import ALL, ARCHIVE, SENT

from console.adapters import mail_folders
from console.adapters.contract import Config, Tools
from console.adapters.imap import Imap, SignIn
from console.adapters.mail_address import FILES_SENT, Server, imap_server, smtp_servers
from console.adapters.mail_listening import can_be_told_of
from console.adapters.mail_reading import folder_space
from console.adapters.mail_room import is_full
from console.adapters.mail_threading import Keys
from console.adapters.notices import is_from_a_platform, likely_servers, trusted_in
from console.adapters.smtp import Smtp
from console.domain.platform import AuthExpired, CheckLine, CheckResult, PlatformError, Rejected

INBOX = "INBOX"
LOOKED_AT = 100  # newest mails of a folder, to learn which server vouches for them


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look into the mailbox found.

    special   folders by what they are for
    vouching  how the servers call themselves that say of this mailbox's mails whether they are genuine
    notices   there are mails of platforms whose notices are read
    """

    folders: frozenset[str]
    special: Mapping[str, str]
    idle: bool
    notify: bool
    mails: int
    full: bool
    vouching: frozenset[str]
    notices: bool


def server_key(server: Server, user: str) -> str:
    """The middle of every key: another account of the same server has keys of its own."""
    port = "" if server.port == 993 else f":{server.port}"
    return f"{server.host}{port}/{user.strip().lower()}"


def address_of(config: Config) -> str:
    """Who we are in From. Raises Rejected "no_mail_address"."""
    address = (config.settings.get("address") or config.user).strip().lower()
    if not re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", address):
        raise Rejected(address, code="no_mail_address")
    return address


def followed(settings: Mapping[str, str]) -> list[str]:
    """The folders whose mails are collected, the main one first."""
    named = [name.strip() for name in settings.get("folders", "").split(";")]
    return [name for name in dict.fromkeys(named) if name] or [INBOX]


async def check(config: Config, sign_in: SignIn, tools: Tools) -> CheckResult:
    """Everything there is to find out. Raises PlatformError when it can't work at all."""
    address, imap = address_of(config), imap_server(config.url)
    line = Imap(imap, sign_in, tools.timeout_s)
    wanted = followed(config.settings)
    try:
        seen = await line.do(lambda client: _look(client, wanted))
    finally:
        line.close()
    key = server_key(imap, config.user)
    keys = Keys(key)
    lines = [
        CheckLine("signed_in", True, {"name": address}),
        CheckLine("mail_folders", True, {"count": len(wanted), "mails": seen.mails}),
    ]
    missing = [name for name in wanted if name not in seen.folders]
    lines += [CheckLine("mail_no_folder", False, {"name": name}) for name in missing]
    if seen.idle and any(not (seen.notify and can_be_told_of(name)) for name in wanted[1:]):
        lines.append(CheckLine("mail_live_first", True, {"name": wanted[0]}, limited=True))
    else:
        lines.append(CheckLine("mail_live", True) if seen.idle else CheckLine("mail_polls", True, limited=True))
    if seen.full:
        lines.append(CheckLine("mail_full", True, limited=True))
    smtp, sends = await _sends(config, imap, sign_in, tools)
    lines.append(sends)
    vouching = trusted_in(config.settings.get("authserv", "")) or seen.vouching
    if vouching:
        lines.append(CheckLine("mail_proof", True, {"name": ", ".join(sorted(vouching))}))
    elif seen.notices:
        lines.append(CheckLine("mail_no_proof", True, limited=True))
    if not seen.special["sent"]:
        lines.append(CheckLine("mail_no_sent", True, limited=True))
    return CheckResult(
        lines=tuple(lines), server=key, account=keys.person(address), us=config.settings.get("name") or address,
        settings={
            "imap": imap.address, "smtp": smtp, "idle": "yes" if seen.idle else "no", **seen.special,
            "files": "yes" if imap.host in FILES_SENT else "no", "folders": ";".join(wanted), "address": address,
            "approximate": "yes", "authserv": "; ".join(sorted(vouching)),
        },
        spaces=tuple(folder_space(keys, name) for name in wanted),
    )  # fmt: skip


def _look(client: IMAPClient, wanted: Sequence[str]) -> Seen:
    client.folder_encode = False  # one name that is none must not hide all others
    try:
        folders = [
            (_shown(name), {flag.lower() for flag in flags}) for flags, _delimiter, name in client.list_folders()
        ]
        special = {
            "sent": _shown(client.find_special_folder(SENT)),
            "archive": _shown(client.find_special_folder(ARCHIVE)),
            "all": next((name for name, flags in folders if ALL.lower() in flags), ""),
        }
    finally:
        client.folder_encode = True
    names = [name for name, flags in folders if name and b"\\noselect" not in flags]
    mails = sum(int(client.folder_status(name, ["MESSAGES"]).get(b"MESSAGES", 0)) for name in wanted if name in names)
    heads = [one for name in wanted if name in names for one in mail_folders.newest(client, name, LOOKED_AT)]
    return Seen(
        frozenset(names), special, client.has_capability("IDLE"), client.has_capability("NOTIFY"), mails, is_full(client),
        likely_servers(heads), any(is_from_a_platform(one) for one in heads),
    )  # fmt: skip


def _shown(name: object) -> str:
    """A folder's name as people read it; "" for none, and for one that can't be opened by any name we know."""
    if not isinstance(name, bytes | str):
        return ""
    try:
        return str(imap_utf7.decode(name)) if isinstance(name, bytes) else name
    except ValueError:
        return ""


async def _sends(config: Config, imap: Server, sign_in: SignIn, tools: Tools) -> tuple[str, CheckLine]:
    """The server that takes our answers. One that can't be had is said, with the reason of the last that was tried."""
    last: PlatformError | None = None
    servers = smtp_servers(config.settings.get("smtp", ""), imap)
    for server in servers:
        try:
            await Smtp(server, sign_in, tools.timeout_s).look()
        except (AuthExpired, Rejected) as error:
            last = error
            break
        except PlatformError as error:
            last = error
        else:
            return server.address, CheckLine("mail_sends", True, {"host": server.host})
    facts = {"host": servers[-1].host, "words": (last.words if last is not None else "")}
    return servers[-1].address, CheckLine(last.code if last is not None and last.code else "broken", False, facts)

"""Mail at Microsoft 365, which takes no passwords for it: the same as `mail`, signed in through the browser.

The mailbox may be a shared one: who signs in is a person who may read it, and `user` is its own address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from console.adapters.contract import Config, Field, Tools
from console.adapters.entra import FIELDS, Entra, EntraTokens
from console.adapters.mail import ADDRESS, FOLDERS
from console.adapters.signed_in_mail import SignedInMail

_RESOURCE = "https://outlook.office.com"
SIGN_IN = Entra(
    (f"{_RESOURCE}/IMAP.AccessAsUser.All", f"{_RESOURCE}/SMTP.Send"), needs=(("IMAP.AccessAsUser.All",), ("SMTP.Send",))
)


class Outlook(SignedInMail):
    key: ClassVar[str] = "outlook"
    title: ClassVar[str] = "Outlook"
    tile: ClassVar[str] = "Ol"
    fields: ClassVar[Sequence[Field]] = (ADDRESS, *FIELDS, FOLDERS)
    about: ClassVar[str] = "A mailbox of Microsoft 365, your own or a shared one"
    sign_in: ClassVar[Entra] = SIGN_IN
    usual_server: ClassVar[str] = "outlook.office365.com"

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(config, secrets, tools, EntraTokens(SIGN_IN, config, secrets, tools))

"""Mail at Microsoft 365, which takes no passwords for it: the same as `mail`, signed in through the browser.

The mailbox may be a shared one: who signs in is a person who may read it, and `user` is its own address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from console.adapters.contract import Config, Field, Tools
from console.adapters.entra import FIELDS, Entra, EntraTokens
from console.adapters.imap import Credential
from console.adapters.mail import Mail
from console.domain.gallery import Address

_RESOURCE = "https://outlook.office.com"
SIGN_IN = Entra(
    (f"{_RESOURCE}/IMAP.AccessAsUser.All", f"{_RESOURCE}/SMTP.Send"), needs=(("IMAP.AccessAsUser.All",), ("SMTP.Send",))
)


class Outlook(Mail):
    key: ClassVar[str] = "outlook"
    title: ClassVar[str] = "Outlook"
    tile: ClassVar[str] = "Ol"
    fields: ClassVar[Sequence[Field]] = (
        Field("user", "E-mail address", hint="redactie@example.org"),
        *FIELDS,
        Field("folders", "Folders to follow, the inbox if left empty", required=False, hint="INBOX; Intranet/Vragen"),
    )
    about: ClassVar[str] = "A mailbox of Microsoft 365, your own or a shared one"
    address: ClassVar[Address] = Address.OPTIONAL
    sign_in: ClassVar[Entra] = SIGN_IN
    usual_server: ClassVar[str] = "outlook.office365.com"

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(config, secrets, tools)
        self._tokens = EntraTokens(SIGN_IN, config, secrets, tools)

    async def _credential(self) -> Credential:
        return Credential(self._config.user.strip(), (await self._tokens.header()).removeprefix("Bearer "), token=True)

    async def close(self) -> None:
        await super().close()
        await self._tokens.close()

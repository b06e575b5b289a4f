"""Mail at Google: the same as `mail`, signed in through the browser instead of with an app password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from console.adapters.contract import Config, Field, Tools
from console.adapters.google import FIELDS, Google, GoogleTokens
from console.adapters.imap import Credential
from console.adapters.mail import Mail
from console.domain.gallery import Address

SIGN_IN = Google("https://mail.google.com/")


class Gmail(Mail):
    key: ClassVar[str] = "gmail"
    title: ClassVar[str] = "Gmail"
    tile: ClassVar[str] = "Gm"
    fields: ClassVar[Sequence[Field]] = (
        Field("user", "E-mail address", hint="redactie@example.org"),
        *FIELDS,
        Field("folders", "Folders to follow, the inbox if left empty", required=False, hint="INBOX; Intranet/Vragen"),
    )
    about: ClassVar[str] = "A mailbox of Gmail or Google Workspace"
    address: ClassVar[Address] = Address.OPTIONAL
    sign_in: ClassVar[Google] = SIGN_IN
    usual_server: ClassVar[str] = "imap.gmail.com"

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(config, secrets, tools)
        self._tokens = GoogleTokens(SIGN_IN, config, secrets, tools)

    async def _credential(self) -> Credential:
        return Credential(self._config.user.strip(), (await self._tokens.header()).removeprefix("Bearer "), token=True)

    async def close(self) -> None:
        await super().close()
        await self._tokens.close()

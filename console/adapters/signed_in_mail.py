"""A mailbox at a provider that wants its owner to sign in in the browser: the same as `mail`, but for the password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from console.adapters.contract import Config, Tools
from console.adapters.imap import Credential
from console.adapters.mail import Mail
from console.adapters.renewed_tokens import RenewedTokens
from console.domain.gallery import Address


class SignedInMail(Mail):
    """`tokens` are this mailbox's own: they are closed with it."""

    address: ClassVar[Address] = Address.OPTIONAL

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools, tokens: RenewedTokens) -> None:
        super().__init__(config, secrets, tools)
        self._tokens = tokens

    async def _credential(self) -> Credential:
        return Credential(self._config.user.strip(), (await self._tokens.header()).removeprefix("Bearer "), token=True)

    async def close(self) -> None:
        await super().close()
        await self._tokens.close()

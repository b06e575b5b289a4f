"""Mail at Google: the same as `mail`, signed in through the browser instead of with an app password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from console.adapters.contract import Config, Field, Tools
from console.adapters.google import FIELDS, Google, GoogleTokens
from console.adapters.mail import ADDRESS, FOLDERS
from console.adapters.signed_in_mail import SignedInMail

SIGN_IN = Google("https://mail.google.com/")


class Gmail(SignedInMail):
    key: ClassVar[str] = "gmail"
    title: ClassVar[str] = "Gmail"
    tile: ClassVar[str] = "Gm"
    fields: ClassVar[Sequence[Field]] = (ADDRESS, *FIELDS, FOLDERS)
    about: ClassVar[str] = "A mailbox of Gmail or Google Workspace"
    sign_in: ClassVar[Google] = SIGN_IN
    usual_server: ClassVar[str] = "imap.gmail.com"

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(config, secrets, tools, GoogleTokens(SIGN_IN, config, secrets, tools))

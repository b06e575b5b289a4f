"""Signing in on a platform's own pages from the terminal: in the browser of this screen, or with a code."""

from __future__ import annotations

import asyncio
import threading
import webbrowser
from collections.abc import Mapping
from typing import Any

import typer

from console.adapters.contract import SignIn
from console.cli.session import Session, now_ms, say
from console.domain.platform import Rejected
from console.domain.sign_in_pages import stands_on
from console.screen import has_screen
from console.sync.connecting import Wanted
from console.sync.signing_in import sign_in
from console.words import _

DEVICE_CODE = typer.Option(
    "--device-code", help=_("Sign in with a code that you type in a browser anywhere, instead of one here.")
)


def signed_in(session: Session, pages: SignIn, wanted: Wanted, *, with_code: bool) -> dict[str, str]:
    """The secrets that a person signs in for now; with a code where this terminal has no screen. Raises PlatformError."""
    place = pages.place(wanted.settings)

    def tell(facts: Mapping[str, Any]) -> None:
        if "open" in facts:
            open_page(str(facts["open"]), place)
        else:
            say(_("Open {address} in any browser, and type this code there: {code}").format(**facts))
            say(_("We wait until you have signed in. Ctrl+C stops."))

    args = {"adapter": wanted.adapter, "url": wanted.url, "user": wanted.user, "settings": wanted.settings,
            "with_code": with_code or not has_screen()}  # fmt: skip
    return asyncio.run(sign_in(args, session.patience(), now_ms, tell))


def open_page(address: str, place: str) -> None:
    """Raises Rejected "bad_page" for a page that isn't one of that server."""
    if not stands_on(address, place):
        raise Rejected(code="bad_page")
    say(_("Your browser opens the page to sign in on. If it doesn't, open this address yourself:"))
    say(address)
    say(_("We wait until you have signed in. Ctrl+C stops."))
    # A browser of the terminal would keep us waiting, and its end is none of ours.
    threading.Thread(target=webbrowser.open, args=(address,), name="browser", daemon=True).start()

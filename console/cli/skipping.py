"""`verdict MESSAGE skip`: a reported message that is left for later."""

from __future__ import annotations

from typing import Any

from console.cli import shapes
from console.cli.session import Session, put_json, tell
from console.desk import verdicts
from console.sentences.effects import Effect
from console.sentences.verdicts import reports_said
from console.store.public_id import public_id
from console.store.read import judged, names
from console.words import _

SKIP = "skip"


def skipped(session: Session, which: str, *, dry_run: bool, as_json: bool) -> None:
    """A message that is left for later, or for somebody else: that is kept too."""
    with session.desk() as desk:
        message = names.message(desk.store, which)
        about = judged.reported(desk.store, message)
        assert about is not None  # the message was found by its name a moment ago
        made = None if dry_run else verdicts.skip(desk, message)
    said = [Effect("here", _("It is passed over for now, and that stands in the history."))]
    if about.pending:
        said.append(Effect("here", reports_said(len(about.pending), "")))
    if as_json:
        told: dict[str, Any] = {"id": None if made is None else made.event, "message": public_id("m", message), "policies": [],
                "thread": public_id("t", about.thread), "action": SKIP, "to": None, "reports": len(about.pending)}  # fmt: skip
        put_json({"verdict": told, "effects": [shapes.effect(effect) for effect in said], "others": {}, "intents": []})
    else:
        tell(said)

"""The noticeboard in the canteen, which somebody else's adapter speaks with: a feed of rows, and notes that are put up."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.loopback import Loopback, Told

TOKEN = "kantine"
ROWS = 50  # in one answer
NOW_MS = 1_795_510_800_000
PEOPLE = {1: "Redactie", 2: "Sanne de Wit"}
Json = dict[str, Any]


class Noticeboard(Loopback):
    """`with Noticeboard() as board: …` serves it at `board.url`."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[int, Json] = {}
        self._seq = 0

    def put_up(self, by: int, text: str, root: int = 0, parent: int = 0, mark: str = "") -> int:
        """A note is put up, or one below another. Its number."""
        with self.lock:
            number = len(self.notes) + 1
            self.notes[number] = {
                "id": number, "root": root or number, "parent": parent, "by": {"id": by, "name": PEOPLE[by]}, "text": text,
                "at_ms": NOW_MS + number * 1000, "mark": mark, "gone": False,
            }  # fmt: skip
            self.touch(number)
            return number

    def touch(self, number: int, **fields: object) -> None:
        """Something of a note changes; the feed tells it anew."""
        with self.lock:
            self._seq += 1
            self.notes[number] |= {"seq": self._seq, **fields}

    def respond(self, method: str, target: str, authorization: str, content: bytes) -> Told:
        parts = urlsplit(target)
        asked = dict(parse_qsl(parts.query))
        if authorization != f"Bearer {TOKEN}":
            return _told(401, {"error": "who are you?"})
        match method, parts.path:
            case "GET", "/me":
                return _told(200, {"id": 1, "name": PEOPLE[1]})
            case "GET", "/feed":
                rows = sorted(
                    (n for n in self.notes.values() if n["seq"] > int(asked["after"])), key=lambda n: n["seq"]
                )
                return _told(200, {"rows": rows[:ROWS], "more": len(rows) > ROWS})
            case "GET", "/notes":
                found = [note for note in self.notes.values() if note["mark"] == asked["mark"]]
                return _told(200, found[0]) if found else _told(404, {"error": "no such note"})
            case "POST", "/notes":
                return self._post(json.loads(content))
        return _told(404, {"error": "no such page"})

    def _post(self, note: Json) -> Told:
        for other in self.notes.values():
            if other["mark"] == note["mark"]:
                return _told(200, other)
        parent = self.notes.get(note["parent"])
        if parent is None or parent["gone"]:
            return _told(404, {"error": "no such note"})
        return _told(200, self.notes[self.put_up(1, note["text"], note["root"], note["parent"], note["mark"])])


def _told(status: int, body: Json) -> Told:
    return status, "application/json", json.dumps(body).encode()

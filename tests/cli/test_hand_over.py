"""`hand-over` and `take-over` from one profile to another, as people type them."""

from __future__ import annotations

import json
from pathlib import Path

from console.sync.demo import MODERATOR
from tests.cli.program import Program

PASSPHRASE = "kool en geit 1\n"


def test_what_is_wrong_is_said_in_plain_words(own: Program, tmp_path: Path) -> None:
    file = tmp_path / "x.luisterpost"

    def said(*arguments: str, passphrase: str = PASSPHRASE) -> str:
        ended = own(*arguments, "--passphrase-stdin", stdin=passphrase)
        assert ended.returncode == 1
        return ended.stderr

    assert "can't get at" in said("take-over", str(file))
    file.write_text("hallo")
    assert "is no hand-over" in said("take-over", str(file))
    own("assign", own.json("queue")["threads"][0]["id"], MODERATOR)
    assert "at least 8 characters" in said("hand-over", str(file), "--to", "Karin", passphrase="kort\n")
    assert file.read_text() == "hallo", "what was there stays"
    assert "name a file in a folder that exists" in said("hand-over", str(tmp_path / "no" / "x"), "--to", "Karin")


def test_what_was_handed_over_is_the_others_and_opens_with_its_passphrase_alone(own: Program, tmp_path: Path) -> None:
    file, thread = tmp_path / "x.luisterpost", own.json("queue")["threads"][0]["id"]
    own("assign", thread, MODERATOR)
    own("note", thread, "--text", "Belt maandag terug.")
    mine = [one["id"] for one in own.json("queue", "--view", "mine")["threads"]]
    notes = [note for one in mine for note in own.json("show", one)["notes"]]
    ended = own("hand-over", str(file), "--to", "Karin", "--passphrase-stdin", "--json", stdin=PASSPHRASE)
    given = json.loads(ended.stdout)
    assert (given["assigned"], given["notes"], given["to"]) == (len(mine), len(notes), "Karin")
    assert own.json("show", thread)["assignee"] == "Karin"
    ended = own("take-over", str(file), "--passphrase-stdin", "--yes", stdin="iets anders\n")
    assert (ended.returncode, "doesn't open" in ended.stderr) == (1, True)
    own_file = own("take-over", str(file), "--passphrase-stdin", "--yes", stdin=PASSPHRASE)
    assert "You made this file yourself" in own_file.stderr

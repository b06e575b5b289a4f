"""The built program takes the mails of a large file apart in a process of its own, which is that program once more."""

from __future__ import annotations

from pathlib import Path

from benchmarks.mailbox import lay
from benchmarks.spent import spent
from tests.installer.conftest import Built
from tests.installer.test_built_program import call, surroundings

MAILS = 600


def test_it_imports_a_mailbox_with_a_second_process(built: Built, tmp_path: Path) -> None:
    lay(tmp_path / "post", MAILS)
    took = spent(
        [str(built.program), "--home", str(tmp_path), "import", str(tmp_path / "post")],
        **surroundings(HOME=str(tmp_path)),
    )
    assert len(took.peaks_mb) > 1, "the control: a second process"
    again = call(built.program, "import", str(tmp_path / "post"), home=tmp_path)
    assert f"{MAILS} messages read" in again.stderr, again

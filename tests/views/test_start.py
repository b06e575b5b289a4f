"""Starting is quick because little is imported before the first rows are painted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ALLOWED = {
    "PySide6",
    "shiboken6",
    "sqlcipher3",
    "typing_extensions",
    "uuid_utils",
    "Stemmer",
    "tzdata",
    "_distutils_hack",
}
STARTING = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from console import settings
from console.app import make_window, open_store
from console.widgets.theme import theme
profile = Path(sys.argv[1])
app = QApplication([])
found = settings.load(profile)
theme.apply(app, "light", 100)
window = make_window(profile, found, open_store(profile, found), None, rows_first=True)
window.show()
for _turn in range(4):
    app.processEvents()
outside = {name.split(".")[0] for name, module in sys.modules.items() if "site-packages" in (getattr(module, "__file__", None) or "")}
print(json.dumps(sorted(outside)))
"""


def test_only_qt_and_the_stores_driver_are_imported_before_the_first_rows(profile: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", STARTING, str(profile)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    outside = set(json.loads(ended.stdout.strip().splitlines()[-1]))
    assert "PySide6" in outside
    assert outside - ALLOWED == set()

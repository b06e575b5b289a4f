"""The licences of everything in the built program, as they came with it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_LICENCE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_SAID_BY_HAND = {"PySide6_Essentials": "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only"}  # of the three they offer
_HEAD = """Luisterpost is licensed under the Apache License 2.0: /usr/share/common-licenses/Apache-2.0.

Qt and Qt for Python (PySide6, shiboken6) are licensed under the GNU Lesser General Public License, version 3:
/usr/share/common-licenses/LGPL-3, which adds to /usr/share/common-licenses/GPL-3. They are used unchanged. Their
libraries are files of their own under /usr/lib/luisterpost/_internal/PySide6 and /usr/lib/luisterpost/_internal/shiboken6:
you may put your own build of the same version in their place. Their source is at https://download.qt.io and
https://code.qt.io. You may study and change how Luisterpost works with them, also by taking it apart.

The starter of both programs is PyInstaller's; its licence is the GPL with an exception that leaves programs built with
it free of it.

What else is in the program, with the licence each says it has. The texts stand under licences/.

"""


def shipped() -> list[Distribution]:
    """What Luisterpost needs on this system, and what that needs, by name."""
    found: dict[str, Distribution] = {}
    asked = ["luisterpost"]
    while asked:
        dist = distribution(asked.pop())
        name = dist.metadata["Name"]
        if name not in found:
            found[name] = dist
            asked += [_named(line) for line in dist.requires or () if _applies(line)]
    del found["luisterpost"]
    return [found[name] for name in sorted(found, key=str.lower)]


def licence_of(dist: Distribution) -> str:
    """What a distribution says its licence is."""
    told, name = dist.metadata, dist.metadata["Name"]
    classifiers = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or () if line.startswith("License ::")
    ]
    short = (told.get("License") or "").strip().split("\n")[0]
    return (
        _SAID_BY_HAND.get(name) or told.get("License-Expression") or ", ".join(classifiers) or short or "see its text"
    )


def system_packages(bundle: Path) -> dict[str, Path]:
    """The Debian packages whose libraries are in the program, with the file of their licence."""
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    places = dict(re.findall(r"^\s*(\S+) .*=> (\S+)$", known, re.MULTILINE))
    found: dict[str, Path] = {}
    for name in {path.name for path in (bundle / "_internal").glob("*.so*")} & set(places):
        place = str(Path(places[name]).resolve())
        for spelled in (place, place.removeprefix("/usr")):  # dpkg knows some by their older place
            owner = subprocess.run(["dpkg", "-S", spelled], capture_output=True, text=True, check=False)
            package = owner.stdout.partition(":")[0]
            if package:
                found[package] = Path("/usr/share/doc") / package / "copyright"
    return found


def write_licences(bundle: Path, notes: Path) -> None:
    """`copyright` and `licences/` in the folder of notes."""
    texts = notes / "licences"
    lines = []
    for dist in shipped():
        name = dist.metadata["Name"]
        lines.append(f"{name} {dist.version}: {licence_of(dist)}")
        for file in dist.files or ():
            source = Path(str(dist.locate_file(file)))
            if _LICENCE.match(file.name) and file.suffix not in (".py", ".pyc") and source.is_file():
                _keep(source, texts / name / "-".join(file.parts[1:]))
    lines.append("Python: Python Software Foundation License 2")
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if python.is_file():
        _keep(python, texts / "Python" / python.name)
    for package, source in sorted(system_packages(bundle).items()):
        lines.append(f"{package}: a library of this system, see its text")
        if source.is_file():
            _keep(source, texts / "system" / package)
    (notes / "copyright").write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def _named(requirement: str) -> str:
    found = _NAME.match(requirement)
    assert found
    return found[0]


def _applies(requirement: str) -> bool:
    """Whether a requirement holds here: it is no extra, and what it names is installed."""
    if "extra ==" in requirement:
        return False
    try:
        distribution(_named(requirement))
    except ModuleNotFoundError:
        return False
    return True


def _keep(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, to)

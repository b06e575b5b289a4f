"""A .deb of the built program: python installer/deb.py dist/luisterpost dist

It holds what `build_installer.spec` made under /usr/lib/luisterpost, the two commands, an entry for the menu with its
icon, and the licences of everything in it. It runs nothing when it is installed or removed.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from licences import write_licences

ROOT = Path(__file__).parent.parent
INSIDE = Path("usr/lib/luisterpost")
PROGRAMS = ("luisterpost", "luisterpost-window")
_RENAMED = {"libglib2.0-0": "libglib2.0-0t64 | libglib2.0-0"}  # newer releases call it so
_LINES = """Package: luisterpost
Version: {version}
Architecture: {architecture}
Maintainer: The makers of Luisterpost <luisterpost@example.org>
Installed-Size: {size_kb}
Depends: {depends}
Recommends: {recommends}
Section: net
Priority: optional
Description: one queue for everything colleagues say on internal platforms
 Luisterpost brings what colleagues say on a company's internal platforms into
 one queue, with the reason beside every conversation. Moderators work with one
 key per decision, online or off.
 .
 This package holds the program for the terminal (luisterpost), the window
 (luisterpost-window) and everything they need of Python and Qt.
"""


def needed() -> tuple[list[str], list[str]]:
    """The packages that the window needs, and those that it looks better with (fonts)."""
    script = (ROOT / "scripts" / "system-packages.sh").read_text(encoding="utf-8")
    found = re.search(r"^RUN=\(([^)]*)\)", script, re.MULTILINE)
    assert found, "scripts/system-packages.sh names the packages in RUN"
    names = found[1].split()
    libraries = [_RENAMED.get(name, name) for name in names if not name.startswith("fonts-")]
    return [f"libc6 (>= {platform.libc_ver()[1]})", *libraries], [name for name in names if name.startswith("fonts-")]


def lay_out(built: Path, tree: Path) -> None:
    """The files as they will stand under /."""
    shutil.copytree(built, tree / INSIDE, symlinks=True)
    (tree / "usr/bin").mkdir(parents=True)
    for name in PROGRAMS:
        (tree / "usr/bin" / name).symlink_to(Path("..") / INSIDE.relative_to("usr") / name)
    _put(ROOT / "installer/luisterpost.desktop", tree / "usr/share/applications/luisterpost.desktop")
    _put(ROOT / "resources/icons/luisterpost.svg", tree / "usr/share/icons/hicolor/scalable/apps/luisterpost.svg")
    notes = tree / "usr/share/doc/luisterpost"
    notes.mkdir(parents=True)
    write_licences(tree / INSIDE, notes)
    changes = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "changelog.d").glob("*.*.md"))]
    (notes / "changelog.gz").write_bytes(gzip.compress("\n".join(changes).encode(), mtime=0))
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            runs = path.is_dir() or (path.parent == tree / INSIDE and path.name in PROGRAMS)
            path.chmod(0o755 if runs else 0o644)


def _put(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, to)


def write_control(tree: Path) -> None:
    """What dpkg reads: name, needs, and the sum of every file."""
    files = sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    depends, recommends = needed()
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True)
    control = tree / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(
        _LINES.format(
            version=version("luisterpost"), architecture=architecture.stdout.strip(),
            size_kb=sum(-(-path.stat().st_size // 1024) for path in files), depends=", ".join(depends),
            recommends=", ".join(recommends),
        ),
        encoding="utf-8",
    )  # fmt: skip
    sums = [f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree)}" for path in files]
    (control / "md5sums").write_text("\n".join(sums) + "\n", encoding="utf-8")


def make(built: Path, into: Path) -> Path:
    """Make the package; returns its file."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into) as folder:
        tree = Path(folder) / "tree"
        lay_out(built, tree)
        write_control(tree)
        # zstd: every Debian and Ubuntu on which this program's libc runs reads it, and it packs in seconds.
        command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "--build", str(tree), str(into)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"LC_ALL": "C.UTF-8"})
    return next(into.glob(f"luisterpost_{version('luisterpost')}_*.deb"))


if __name__ == "__main__":
    package = make(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{package}  {package.stat().st_size / 1e6:.0f} MB")

"""Bodies that want more than to be read. `LISTENER` in them is the address of somebody who counts who calls."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "hostile"
PICTURE = '<img src="http://LISTENER/deep.png">'


def _made() -> dict[str, str]:
    """Those too large to be kept as a file."""
    return {
        "nested-div": "<div>" * 10_000 + PICTURE + "diep" + "</div>" * 10_000,
        "nested-unclosed": "<blockquote>" * 10_000 + PICTURE + "diep",
        "nested-lists": "<ul><li>" * 10_000 + "diep",
        "nested-tables": "<table><tr><td>" * 5_000 + PICTURE + "diep",
        "nested-styles": "<b><i><font>" * 10_000 + "diep",
        "nested-links": '<a href="http://LISTENER/n">' * 10_000 + "diep",
        "nested-svg": "<svg>" * 10_000 + "<p>diep</p>" + PICTURE,
        "nested-mixed": '<div><ul><li><blockquote><table><tr><td><b><a href="http://LISTENER/m">' * 2_000 + "diep",
        "long-attribute": f'<p title="{"x" * 1_000_000}" style="background:url(http://LISTENER/long)">kort</p>'
        + PICTURE,
        "long-picture": f'<p>voor</p><img src="data:image/png;base64,{"iVBOR/+0" * 250_000}"><p>na</p>',
        "many-attributes": f"<p {' '.join(f'a{n}=b onx{n}=alert({n})' for n in range(20_000))}>kort</p>",
        "many-entities": "&amp;" * 200_000 + PICTURE,
        "many-breaks": "<br>" * 200_000 + "eind",
        "many-pictures": PICTURE * 3_000,
        "many-openings": "<" * 500_000,
        "quoted-lines": "<blockquote>" * 12 + "x<br>" * 60_000,
    }


def bodies(listener: str = "listener.invalid") -> dict[str, str]:
    """Every body by name, calling this address."""
    kept = {path.stem: path.read_bytes().decode("utf-8", "surrogatepass") for path in sorted(FOLDER.glob("*.html"))}
    return {name: body.replace("LISTENER", listener) for name, body in (kept | _made()).items()}

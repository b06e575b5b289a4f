"""Bodies that want more than to be read. `LISTENER` in them is the address of somebody who counts who calls."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "hostile"
PICTURE = '<img src="http://LISTENER/deep.png">'

# Where every parser takes what follows for something unseen: a style, an attribute that doesn't end, a formula.
SWALLOWED = frozenset({"mxss-dangling", "mxss-malignmark", "mxss-mglyph"})
# What is read of a body where that matters: which host a link is told to lead to, what invisible letters leave.
READS = {
    "link-punycode": "bank.example [xn--bnk-6cd.example] en inloggen [xn--80ak6aa92e.com]",
    "link-mixed-script": "intranet.example [xn--intrnet-5fg.example] en hulp [xn--icrosoft-6cg.example]",
    "link-confusables": "intranet\u2024example [evil.example] intranet\u3002example [evil.example]"
    " https:\u2044\u2044intranet.example\u2044login [evil.example] intr\u0430net.example [evil.example]",
    "link-idna-separators": "een twee intranet.example [evil.example] drie",
    "link-ip-forms": "intranet.example [2130706433] intranet.example [0x7f.0x0.0x0.0x1] intranet.example [0177.0.0.1]"
    " intranet.example [127.1] intranet.example [::ffff:127.0.0.1]",
    "link-host-case-dots": "intranet.example [evil.example.] www.intranet.example:443 [evil.example]"
    " intranet.example [evil.example] intranet.example [evil.example]",
    "link-userinfo-encoded": "een intranet.example [evil.example] intranet.example [evil.example]"
    " intranet.example [evil.example]",
    "link-invisible-in-words": "intranet.example [evil.example] intranet.example [evil.example]"
    " elpmaxe.tenartni [evil.example]",
    "link-split-words": "intranet.example [evil.example] intranet.example [evil.example]"
    " intranet\n.example [evil.example]",
    "link-picture-words": "[intranet.example] [evil.example] [intranet.example.png]",
    "link-mailto-headers": "een twee baas@zorg.example [baas@zorg.example,x@evil.example]"
    ' baas@zorg.example ["baas@zorg.example"@evil.example]',
    "matrix-mention": "@Noor van communicatie Noor zorg.example [matrix.to] leesbaar",
    "matrix-reply": "> In antwoord op @a:x.example\n> gezegd\n\nleesbaar [:feest:]",
    "trojan-source": "if (isAdmin // controle ) { leesbaar } x y",
    "bidi-unbalanced": "leesbaar\n\nnog een\n\nzin",
    "zero-width-words": "leesbaar woord",
    "tag-smuggling": "leesbaar \U0001f3f4 woord",
    "variation-smuggling": "leesbaar\U0001f600\ufe00 woord",
    "ansi-escapes": "[2J[31mrood[0m ]8;;http://listener.invalid/osc8klik]8;; ]52;c;cm0gLXJm 2J P0;1|x\\ ]0;titel"
    " leesbaar over de regel heen",
    "line-separators": "een twee drie vier vijf zes zeven acht\n\nnegen\ntien\nelf",
    "link-scheme-whitespace": "een twee drie vier vijf zes",
    "link-ports": "nul te hoog ssh min breed",
    "picture-sources": "[leesbaar]",
    "outlook-conditional": "leesbaar\n\nhier",
}


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

"""Odd and hostile mails, made here: name -> (bytes, words that must be readable, or "" where none are).

The published torture cases are rebuilt from their descriptions: nesting, broken boundaries, lying charsets, names of
files that lead elsewhere, headers that never end.
"""

from __future__ import annotations

import base64
import itertools
import quopri
from collections.abc import Iterator

Case = tuple[str, bytes, str]
HEAD = b"From: Sanne <sanne@intra.test>\r\nTo: redactie@intra.test\r\nSubject: Vraag\r\nMessage-ID: <%s@intra.test>\r\n"
WORDS = "Waar vind ik het rooster?"


def whole(name: str, headers: bytes, body: bytes) -> bytes:
    return HEAD % name.encode() + headers + b"\r\n" + body


def part(kind: str, body: bytes, more: str = "") -> bytes:
    return f"Content-Type: {kind}\r\n{more}\r\n".encode() + body


def many(kind: str, parts: list[bytes], *, boundary: str = "grens", end: bool = True) -> bytes:
    lines = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    closing = b"--" + boundary.encode() + b"--\r\n" if end else b""
    return f'MIME-Version: 1.0\r\nContent-Type: {kind}; boundary="{boundary}"\r\n\r\n'.encode() + lines + closing


def multi(name: str, body: bytes) -> bytes:
    return HEAD % name.encode() + body


def charsets() -> Iterator[Case]:
    text = "Één café, „ja”: waar vind ik ’t?"
    real = {"utf-8": text.encode(), "windows-1252": text.encode("cp1252"), "utf-16": text.encode("utf-16")}
    told = ["utf-8", "iso-8859-1", "windows-1252", "us-ascii", "nonsense-9", "", '"utf-8"', "utf-8\0", "zip", "idna",
            "unicode_escape", "utf-16"]  # fmt: skip
    for (actual, data), said in itertools.product(real.items(), told):
        name = f"charset {actual} said to be {said!r}"
        readable = "caf" if actual != "utf-16" and said != "utf-16" else ""
        yield name, whole("c", f"Content-Type: text/plain; charset={said}\r\n".encode("latin-1"), data), readable
    for charset in ("iso-2022-jp", "gb18030", "big5", "koi8-r", "euc-kr", "shift_jis", "utf-7", "iso-8859-15"):
        sample = {"koi8-r": "Где расписание?", "euc-kr": "일정표는 어디"}.get(
            charset, "Waar €?" if "15" in charset else "日程表"
        )
        coded = sample.encode(charset)
        yield (
            f"charset {charset}",
            whole("c", f"Content-Type: text/plain; charset={charset}\r\n".encode(), coded),
            sample,
        )


def encodings() -> Iterator[Case]:
    text = (WORDS + " café\n").encode()
    right = {
        "base64": base64.encodebytes(text),
        "quoted-printable": quopri.encodestring(text),
        "8bit": text,
        "7bit": text,
    }
    for (actual, data), said in itertools.product(
        right.items(), ["base64", "quoted-printable", "8BIT", "x-uuencode", "", "bogus"]
    ):
        fits = actual == said.lower() or (actual in ("7bit", "8bit") and said != "base64")
        head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {said}\r\n".encode()
        yield f"{actual} said to be {said!r}", whole("e", head, data), "rooster" if fits else ""
    broken = {"base64 with a hole": b"V2Fhci*B2aW5k!", "base64 cut short": base64.b64encode(text)[:-3], "base64 of nothing": b"====",
              "quoted-printable broken": b"Waar=ZZ vind=3 ik= het=", "quoted-printable soft to the end": b"Waar vind ik =\r\n" * 400}  # fmt: skip
    for name, data in broken.items():
        how = name.split()[0]
        yield name, whole("e", f"Content-Transfer-Encoding: {how}\r\n".encode(), data), ""


def headers() -> Iterator[Case]:
    said = WORDS.encode()
    odd = {
        "raw utf-8 subject": "Subject: caf\u00e9".encode(), "raw latin-1 subject": b"Subject: caf\xe9",
        "half an encoded word": b"Subject: =?utf-8?B?Y2Fm", "encoded word of no charset": b"Subject: =?nix?Q?caf=E9?=",
        "encoded words across a character": b"Subject: =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "encoded newline": b"Subject: =?utf-8?Q?a=0D=0ABcc:_x?=",
        "subject of a megabyte": b"Subject: " + b"a" * 1_000_000, "header of a megabyte folded": b"X-A: " + b"\r\n a" * 300_000,
        "fifty thousand headers": b"\r\n".join(b"X-%d: y" % n for n in range(50_000)), "header without a colon": b"Dit is geen kop",
        "header of spaces": b"   \t ", "nul in a header": b"Subject: a\0b", "bare returns": b"X-A: b\rX-C: d",
        "from of nobody": b"From:", "from twice": b"From: joris@intra.test", "from a group": b"From: Team: a@b.nl, c@d.nl;",
        "from with a comma": b'From: "Bakker, Sanne" <sanne@intra.test>', "from with comments": b"From: (a(b(c)d)e) sanne@intra.test (x)",
        "from never closed": b'From: "Sanne <sanne@intra.test>', "from of ten thousand": b"From: " + b"a@b.nl, " * 10_000,
        "from deep in comments": b"From: " + b"(" * 5_000 + b"sanne@intra.test", "from unicode": "From: S\u00e4nne <s\u00e4nne@intra.test>".encode(),
        "from with a trick": "From: \u202eknab <a@b.nl>".encode(), "date of never": b"Date: never", "date 1970": b"Date: Thu, 1 Jan 1970 00:00:00 +0000",
        "date 2099": b"Date: Thu, 1 Jan 2099 00:00:00 +0000", "date of a wrong zone": b"Date: Mon, 2 Nov 2026 10:00:00 +9999",
        "date of the year 99999": b"Date: Mon, 2 Nov 99999 10:00:00 +0000", "date of long digits": b"Date: " + b"1" * 5_000,
        "references to itself": b"References: <h@intra.test> <h@intra.test>", "references of a megabyte": b"References: " + b"<a@b> " * 160_000,
        "references broken": b"References: <a@b <c@d> e@f> <>", "content type of nonsense": b"Content-Type: ;;;===;", "content type with a loop": b"Content-Type: multipart/mixed",
        "content type twice": b"Content-Type: text/html\r\nContent-Type: text/plain", "a megabyte of parameters": b"Content-Type: text/plain" + b"; a=b" * 200_000,
        "parameters in pieces": b"Content-Type: text/plain; name*0=a; name*2=c; name*1=b; name*x=y", "boundary empty": b'Content-Type: multipart/mixed; boundary=""',
        "boundary of a thousand": b"Content-Type: multipart/mixed; boundary=" + b"b" * 1_000, "message-id of spaces": b"In-Reply-To: < a @ b >",
        "list-id of nonsense": b"List-Id: <<<>>>", "thread-index of nonsense": b"Thread-Index: !!!" + b"A" * 40, "disposition of nonsense": b"Content-Disposition: =?;=",
    }  # fmt: skip
    for name, head in odd.items():
        multipart = b"multipart" in head
        yield (
            name,
            whole("h", head + b"\r\n", said),
            "" if multipart or name in ("header of spaces", "a megabyte of parameters") else "rooster",
        )
    for n, line in enumerate(
        [b"", b"\r\n", b"\n\n\n", b"\0" * 500, b"\xff" * 500, b"From ", b":", b"a", b"\r\n\r\n" + said, b"\x1f\x8b\x08"]
    ):
        yield f"hardly a mail {n}", line, ""


def names() -> Iterator[Case]:
    bad = ["../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow", "C:\\a.exe", "con.txt", "a\u202egpj.exe", "x" * 5_000 + ".pdf", ".", "..",
           "", " ", "a\0b.txt", "a\r\nb.txt", "\u2028.txt", "nul", "a/b/c.txt", "~/.ssh/id", "file:///etc/passwd", "%2e%2e%2fa", "a:b.txt",
           "$(rm).sh", "<script>.html", "\uff0e\uff0e\uff0fa", "aux.pdf", "-rf", "a.txt.", "caf\u00e9.pdf"]  # fmt: skip
    for n, name in enumerate(bad):
        raw = name.encode("utf-8", "surrogatepass").replace(b"\r\n", b" ")
        body = part("text/plain", WORDS.encode())
        for way in ("filename", "name", "encoded", "rfc2231"):
            kind, how = "application/octet-stream", "Content-Disposition: attachment"
            if way == "filename":
                how += f'; filename="{raw.decode("utf-8")}"'
            elif way == "name":
                kind += f'; name="{raw.decode("utf-8")}"'
            elif way == "encoded":
                how += f'; filename="=?utf-8?B?{base64.b64encode(name.encode()).decode()}?="'
            else:
                how += "; filename*=utf-8''" + "".join(f"%{one:02X}" for one in name.encode())
            yield (
                f"name {n} {way}",
                multi(f"n{n}", many("multipart/mixed", [body, part(kind, b"AAAA", how + "\r\n")])),
                "rooster",
            )


def nesting() -> Iterator[Case]:
    leaf = part("text/plain", WORDS.encode())
    for kind in ("mixed", "alternative", "related", "signed", "digest", "parallel", "report", "onbekend"):
        yield (
            f"multipart/{kind}",
            multi("k", many(f"multipart/{kind}", [leaf, part("text/html", b"<p>Waar is het rooster?</p>")])),
            "rooster",
        )
        yield f"multipart/{kind} without an end", multi("k", many(f"multipart/{kind}", [leaf], end=False)), "rooster"
        yield f"multipart/{kind} of nothing", multi("k", many(f"multipart/{kind}", [])), ""
    for depth in (5, 15, 100, 1_000, 4_000):
        inner = leaf
        for level in range(depth):
            inner = many("multipart/mixed", [inner], boundary=f"b{level}")
        yield f"{depth} deep", multi("d", inner), "rooster" if depth < 20 else ""
    for depth in (1, 5, 50, 400):
        inner = HEAD % b"in" + b"\r\n" + WORDS.encode()
        for _ in range(depth):
            inner = HEAD % b"out" + b"Content-Type: message/rfc822\r\n\r\n" + inner
        yield f"{depth} forwards in each other", inner, ""
    yield "ten thousand parts", multi("p", many("multipart/mixed", [leaf] * 10_000)), "rooster"
    yield (
        "ten thousand files",
        multi("p", many("multipart/mixed", [leaf, *[part("image/png", b"x")] * 10_000])),
        "rooster",
    )
    yield "the same boundary inside", multi("b", many("multipart/mixed", [many("multipart/mixed", [leaf])])), ""
    yield (
        "a boundary that begins as another",
        multi("b", many("multipart/mixed", [many("multipart/alternative", [leaf], boundary="grens2")])),
        "rooster",
    )
    yield (
        "boundary told and absent",
        whole("b", b"Content-Type: multipart/mixed; boundary=nergens\r\n", WORDS.encode()),
        "",
    )
    yield (
        "empty html beside text",
        multi("a", many("multipart/alternative", [leaf, part("text/html", b"<html><body> </body></html>")])),
        "rooster",
    )
    yield "html only", whole("a", b"Content-Type: text/html\r\n", b"<p>Waar vind ik het <b>rooster</b>?</p>"), "rooster"


def bodies() -> Iterator[Case]:
    hostile = [b"<script>alert(1)</script><p>het rooster", b"<img src=x onerror=alert(1)>het rooster", b"<a href='javascript:x'>het rooster</a>",
               b"<style>p{display:none}</style><p>het rooster", b"<div" * 20_000 + b">het rooster", b"<div>" * 20_000 + b"het rooster",
               b"<!--" + b"x" * 100_000 + b"--><p>het rooster", b"<p style='" + b"a" * 100_000 + b"'>het rooster", b"<iframe src=//x></iframe>het rooster",
               b"<base href=//evil><p>het rooster", b"<meta http-equiv=refresh content=0>het rooster", b"<form action=//x><input>het rooster</form>",
               b"<img src=https://tracker.example/p.gif width=1>het rooster", b"&#0;&#x202e;het rooster", b"<table>" * 500 + b"het rooster",
               b"<div class=gmail_quote>" * 3_000 + b"het rooster", b"<blockquote type=cite>" * 3_000 + b"het rooster"]  # fmt: skip
    for n, source in enumerate(hostile):
        yield (
            f"hostile html {n}",
            whole("s", b"Content-Type: text/html; charset=utf-8\r\n", source),
            "" if source.startswith(b"<div<") else "rooster",
        )
    plain = ["> " * 5_000 + "diep", "\n" * 200_000 + "het rooster", ">" * 50_000, "-- \n" * 20_000 + "het rooster", "Van: a\n" * 20_000 + "het rooster",
             "Op ma schreef a:\n" * 5_000 + "> het rooster", "a" * 900_000, "https://x/" + "a" * 50_000, "On " + "x" * 300_000 + " wrote:\n> b",
             "\u202e\u200b" * 20_000 + "het rooster"]  # fmt: skip
    for n, text in enumerate(plain):
        yield f"hostile text {n}", whole("s", b"Content-Type: text/plain; charset=utf-8\r\n", text.encode()), ""
        yield (
            f"hostile flowed text {n}",
            whole("s", b"Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n", text.encode()),
            "",
        )
    crypted = {
        "pgp": many('multipart/encrypted; protocol="application/pgp-encrypted"', [part("application/pgp-encrypted", b"Version: 1"), part("application/octet-stream", b"xx")]),
        "smime": b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nAAAA",
        "rpmsg": many("multipart/mixed", [part("application/x-microsoft-rpmsg-message; name=message.rpmsg", b"xx")]),
        "tnef": many("multipart/mixed", [part("text/plain", b"rooster"), part("application/ms-tnef; name=winmail.dat", b"xx")]),
    }  # fmt: skip
    for name, body in crypted.items():
        yield f"sealed {name}", multi("x", body), ""
    calendars = [b"", b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\r\n" * 2_000, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99999999T999999Z\r\nEND:VEVENT\r\nEND:VCALENDAR",
                 b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:" + b"x" * 90_000 + b"\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR", b"\0\xff" * 1_000]  # fmt: skip
    for n, data in enumerate(calendars):
        yield (
            f"invitation {n}",
            multi(
                "i",
                many(
                    "multipart/mixed", [part("text/plain", b"het rooster"), part("text/calendar; method=REQUEST", data)]
                ),
            ),
            "rooster",
        )


def cut() -> Iterator[Case]:
    """A good mail, cut off and mixed up everywhere."""
    good = multi("g", many("multipart/mixed", [
        many("multipart/alternative", [part("text/plain; charset=utf-8", WORDS.encode()), part("text/html", b"<p>Waar is het rooster?</p>")], boundary="in"),
        part("image/png; name=foto.png", base64.b64encode(b"PNG" * 100), "Content-Transfer-Encoding: base64\r\n"),
    ]))  # fmt: skip
    for n in range(0, len(good), max(1, len(good) // 40)):
        yield f"cut at {n}", good[:n], ""
    for n in range(20):
        yield f"a piece out of it {n}", good[: 30 * n] + good[30 * n + 25 :], ""
    for old, new in (
        (b"\r\n", b"\n"),
        (b"\r\n", b"\r"),
        (b"\r\n", b"\r\r\n"),
        (b"--", b"-"),
        (b":", b""),
        (b";", b"\0"),
        (b"=", b"=="),
    ):
        yield f"{old!r} became {new!r}", good.replace(old, new), ""


def cases() -> list[Case]:
    groups = (charsets(), encodings(), headers(), names(), nesting(), bodies(), cut())
    return [case for group in groups for case in group]

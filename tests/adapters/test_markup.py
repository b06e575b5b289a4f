"""Any platform's body becomes safe HTML and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.markup import ALLOWED_TAGS, MAX_BODY_BYTES, Body, escape, from_plain, plain, reduce
from tests.adapters.hostile_bodies import READS, SWALLOWED, bodies

HOSTILE = bodies()
SPACE = "{http://www.w3.org/1999/xhtml}"
LYING = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def offences(html: str) -> Iterator[str]:
    """What a second parser, that shares nothing with the first, finds outside the allowed list."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=True)
    for element in tree.iter():
        if element is tree:
            continue
        if not isinstance(element.tag, str):
            yield f"a comment or instruction: {element.text!r}"
            continue
        name = element.tag.removeprefix(SPACE)
        if name not in ALLOWED_TAGS | {"tbody"}:  # every parser adds the body that a table leaves out
            yield f"<{element.tag}>"
        for attribute, value in element.attrib.items():
            if (name, attribute) != ("a", "href"):
                yield f"{name} {attribute}"
            elif urlsplit(value).scheme not in {"http", "https", "mailto"}:
                yield f"link to {value!r}"
            elif urlsplit(value).scheme != "mailto" and not urlsplit(value).hostname:
                yield f"link to no host {value!r}"


def is_safe(body: Body) -> None:
    assert list(offences(body.html)) == []
    for words in (body.html, body.text):
        assert not LYING.search(words)
        assert len(words.encode()) <= MAX_BODY_BYTES


def test_the_second_parser_finds_what_is_wrong() -> None:
    wrong = (
        '<p style="x">a</p><img src=x><a href="javascript:x">b</a><!-- c --><svg><b>d</b></svg><a name=e href=/f>g</a>'
    )
    assert len(list(offences(wrong))) >= 6


def test_the_corpus_is_large_enough() -> None:
    assert len(HOSTILE) >= 150


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_comes_out_harmless(name: str) -> None:
    body = reduce(HOSTILE[name])
    is_safe(body)
    is_safe(reduce(HOSTILE[name], base_url="https://blog.example/2026/"))
    is_safe(from_plain(HOSTILE[name]))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_body_made_harmless_stays_as_it_is(name: str) -> None:
    body = reduce(HOSTILE[name])
    again = reduce(body.html)
    assert (again.html, again.text) == (body.html, body.text)


@pytest.mark.parametrize("name", [name for name, body in HOSTILE.items() if "leesbaar" in body])
def test_the_words_of_a_hostile_body_can_be_read(name: str) -> None:
    assert ("leesbaar" in reduce(HOSTILE[name]).text) is (name not in SWALLOWED)


@pytest.mark.parametrize("name", READS)
def test_a_hostile_body_reads_as_it_is(name: str) -> None:
    assert reduce(HOSTILE[name]).text == READS[name]


FRAGMENTS = st.sampled_from(
    ["<p>", "</p>", "<b>", "</b>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>", "<blockquote>",
     "</blockquote>", "<pre>", "</pre>", "<svg>", "</svg>", "<math>", "<mtext>", "<style>", "</style>", "<script>",
     "</script>", "<template>", "<noscript>", "<!--", "-->", "<a href='http://x.example/'>", "</a>",
     "<a href='javascript:x'>", "<img src=x onerror=x alt='y'>", "&lt;", "&#x202e;", "\u202e", "\x00", "\ud800", "'",
     '"', "=", ">", "<", "<h1>", "</h1>", "<q>", "<br>", "<textarea>", "</textarea>", "<title>", "<select>", "x", " "]
)  # fmt: skip


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=5)), max_size=40).map("".join))
def test_no_mixture_of_markup_comes_out_harmful(source: str) -> None:
    is_safe(reduce(source))


@given(st.text())
def test_plain_text_keeps_its_words(text: str) -> None:
    body = from_plain(text)
    is_safe(body)
    shown = reduce(escape(text))
    is_safe(shown)
    assert body.text.split() == shown.text.split()


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("<p>Een <b>vet</b> woord</p><p>Twee<br>regels</p>", "<p>Een <b>vet</b> woord</p><p>Twee<br>regels</p>",
         "Een vet woord\n\nTwee\nregels"),
        ("los <div>blok <p>alinea</p> na</div>slot", "<p>los</p><p>blok</p><p>alinea</p><p>na</p><p>slot</p>",
         "los\n\nblok\n\nalinea\n\nna\n\nslot"),
        ("<ul><li>een<li>twee<ol><li>a<li>b</ol>na</ul>", "<ul><li>een</li><li>twee<ol><li>a</li><li>b</li></ol>na</li></ul>",
         "- een\n- twee\n  1. a\n  2. b\n  na"),
        ("<blockquote>gezegd</blockquote>antwoord", "<blockquote><p>gezegd</p></blockquote><p>antwoord</p>",
         "> gezegd\n\nantwoord"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>",
         "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"),
        ("<pre>x\n  y</pre>", "<pre>x\n  y</pre>", "x\n  y"),
        ("<h2>Kop</h2>tekst", "<p><strong>Kop</strong></p><p>tekst</p>", "Kop\n\ntekst"),
        ("<b>vet<p>alinea</b>rest", "<p><b>vet</b></p><p><b>alinea</b>rest</p>", "vet\n\nalinearest"),
        ("Dank <img class=emoji alt='🎉' src=http://x.example/e.png> <img src='http://x.example/de%20ploeg.jpg'>",
         "<p>Dank 🎉 [de ploeg.jpg]</p>", "Dank 🎉 [de ploeg.jpg]"),
        ("&lt;script&gt; &amp; 3 &gt; 2", "<p>&lt;script&gt; &amp; 3 &gt; 2</p>", "<script> & 3 > 2"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_structure_survives_in_html_and_text(source: str, html: str, text: str) -> None:
    body = reduce(source)
    assert (body.html, body.text) == (html, text)


def test_pictures_are_named_with_their_whole_address_and_an_emoji_is_none() -> None:
    body = reduce(
        "<img class=emoji alt='🎉' src=http://x.example/e.png><img src='/de%20ploeg.jpg'><img alt='De ploeg' src='a/b.png'>"
        "<img src='/de%20ploeg.jpg'><img src='data:image/png;base64,AAAA'><img src='file:///etc/passwd'><img src='http://['>"
        "<img srcset='https://y.example/2x.png 2x'>",
        base_url="https://blog.example/2026/x/",
    )
    assert body.pictures == (
        ("de ploeg.jpg", "https://blog.example/de%20ploeg.jpg"),
        ("De ploeg", "https://blog.example/2026/x/a/b.png"),
    )
    assert "src" not in body.html


def test_a_body_of_pictures_names_twenty() -> None:
    assert len(reduce("".join(f"<img src='https://x.example/{n}.png'>" for n in range(500))).pictures) == 20


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ('<a href="https://evil.example/x">https://bank.nl/login</a>', "https://bank.nl/login [evil.example]"),
        ('<a href="https://evil.example/x">www.bank.nl</a>', "www.bank.nl [evil.example]"),
        ('<a href="https://evil.example/x"><b>bank</b>.nl</a>', "bank.nl [evil.example]"),
        ('<a href="https://bank.nl@evil.example/">bank.nl</a>', "bank.nl [evil.example]"),
        ('<a href="https://evil.example/">ｂａｎｋ。ｎｌ</a>', "ｂａｎｋ。ｎｌ [evil.example]"),
        (
            '<a href="https://evil.example/">intranet.</a><a href="https://evil.example/">example</a>',
            "intranet.example [evil.example]",
        ),
        ('zie intranet.<a href="https://evil.example/">example</a>', "zie intranet.example [evil.example]"),
        ('zie bank.nl <a href="https://evil.example/">hier</a>', "zie bank.nl hier"),
        (
            '<a href="https://evil.example/">https://bank.nl@evil.example/</a>',
            "https://bank.nl@evil.example/ [evil.example]",
        ),
        ('<a href="mailto:mallory@evil.example">baas@zorg.example</a>', "baas@zorg.example [mallory@evil.example]"),
        ('<a href="https://bаnk.nl/">inloggen</a>', "inloggen [xn--bnk-6cd.nl]"),
        ('<a href="https://www.bank.nl/a">bank.nl</a>', "bank.nl"),
        ('<a href="https://bank.nl/a">lees meer</a>', "lees meer"),
        ('<a href="https://bank.nl/r.pdf">jaarverslag.pdf</a>', "jaarverslag.pdf"),
        ('<a href="https://bank.nl/u/7">J.Jansen</a>', "J.Jansen"),
        ('<a href="mailto:baas@zorg.example">baas@zorg.example</a>', "baas@zorg.example"),
    ],
)
def test_a_link_that_shows_another_host_tells_where_it_leads(link: str, shown: str) -> None:
    assert reduce(link).text == shown


@pytest.mark.parametrize(
    ("href", "led_to"),
    [
        ("https://bank.nl/a?b=c&amp;d=é", "https://bank.nl/a?b=c&amp;d=%C3%A9"),
        ("/2026/11/", "https://blog.example/2026/11/"),
        ("#reacties", "https://blog.example/p/#reacties"),
        ("//elders.example/x", "https://elders.example/x"),
        ("HTTP://ELDERS.example", "http://elders.example"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("mailto:a@b.example?bcc=c@d.example", "mailto:a@b.example"),
    ],
)
def test_an_honest_link_leads_where_it_led(href: str, led_to: str) -> None:
    assert (
        reduce(f'<a href="{href}">x</a>', base_url="https://blog.example/p/").html == f'<p><a href="{led_to}">x</a></p>'
    )


@pytest.mark.parametrize(
    "href", ["javascript:x", "java\nscript:x", "data:text/html,x", "file:///x", "ftp://x/", "http:///x", "https:\\\\x",
             "http://exa mple/", "vbscript:x", "blob:http://x/1", "mailto:niemand", "mailto:a@b.example%0d%0aBcc:c@d.example",
             "http://[::1", "http://x:99999/"],
)  # fmt: skip
def test_any_other_link_keeps_its_words_only(href: str) -> None:
    assert reduce(f'<a href="{href}">woorden</a>').html == "<p>woorden</p>"


@pytest.mark.parametrize(
    "kept",
    ["مرحبا\u200f!", "שלום \u200f(עולם)", "می\u200cخواهم", "क्\u200dष", "👩\u200d👩\u200d👧\u200d👦", "❤️\u200d🔥",
     "👨🏽\u200d⚕️", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "té Ünïcödé", "한국어 日本語 中文"],
)  # fmt: skip
def test_what_a_language_or_an_emoji_needs_stays(kept: str) -> None:
    assert reduce(f"<p>{kept}</p>").text == kept
    assert from_plain(kept).text == kept


@pytest.mark.parametrize(
    ("lying", "honest"),
    [
        ("a\u202eb\u202cc", "abc"), ("&#x202e;x", "x"), ("wa\u200bcht\u200dwoord", "wachtwoord"), ("a\u00adb", "ab"),
        ("hi\U000e0068\U000e0069", "hi"), ("a\u200eb", "ab"), ("a\u2028b", "a b"), ("\ufeffa", "a"),
    ],
)  # fmt: skip
def test_what_makes_a_text_lie_goes(lying: str, honest: str) -> None:
    assert reduce(f"<p>{lying}</p>").text == honest


def test_a_long_body_is_cut_and_says_so() -> None:
    body = reduce("<ul>" + "<li>woord &amp; woord</li>" * 40_000)
    is_safe(body)
    long = reduce("<p>" + "woord &amp; " * 100_000)
    is_safe(long)
    assert long.text.endswith("…")


def test_plain_text_gets_paragraphs_lines_and_links() -> None:
    body = from_plain("Zie https://blog.example/a?b=1&c=2.\r\nTweede <regel>\n\n\nAlinea")
    assert body.html == (
        '<p>Zie <a href="https://blog.example/a?b=1&amp;c=2">https://blog.example/a?b=1&amp;c=2</a>.<br>'
        "Tweede &lt;regel&gt;</p><p>Alinea</p>"
    )
    assert body.text == "Zie https://blog.example/a?b=1&c=2.\nTweede <regel>\n\nAlinea"


def test_a_title_is_one_line_of_text() -> None:
    assert plain("Wat <em>vinden</em>\njullie &#8211; nu?") == "Wat vinden jullie – nu?"


@given(
    st.lists(
        st.one_of(FRAGMENTS, st.text(max_size=4), st.sampled_from(["bank.nl", " [x.example]", "@"])), max_size=14
    ).map("".join)
)
def test_what_is_harmless_stays_as_it_is(source: str) -> None:
    body = reduce(source)
    again = reduce(body.html)
    assert (again.html, again.text) == (body.html, body.text)


def test_a_body_of_nothing_but_blanks_is_looked_at_once() -> None:
    # Looked at once more for each of them, this would take minutes.
    assert reduce("<pre>" + " " * 200_000 + "x</pre>").text.endswith("x")

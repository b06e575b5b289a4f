"""Pictures of a blog are fetched from that blog alone, as anybody would ask for them."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import pytest

from console.adapters.conformance import Shelf
from console.adapters.contract import FileSource, Tools
from console.adapters.wordpress import WordPress as Adapted
from console.domain.platform import BadResponse, Forbidden, NotFound, PlatformError, Rejected, Unreachable
from tests.pictures import SVG, photo, png
from tests.servers import proxy
from tests.servers.proxy import Listener, Proxy, instead, redirect
from tests.servers.test_wordpress_contract import DAY_MS, adapter_of, config_of, now_ms
from tests.servers.wordpress import WordPress

MAX_BYTES = 1_000_000


@pytest.fixture
def line(wordpress: WordPress) -> Iterator[Proxy]:
    with Proxy(wordpress.url) as through:
        yield through


@pytest.fixture
async def adapter(wordpress: WordPress, line: Proxy) -> AsyncIterator[Adapted]:
    """Of a blog that stands at the line's address, so that the line is its own host."""
    config = config_of(wordpress, line.url)
    made = adapter_of(wordpress, dataclasses.replace(config, server=urlsplit(line.url).netloc))
    yield made
    await made.close()


def uploaded(blog: WordPress, name: str, data: bytes) -> str:
    """The path of a file among the blog's uploads."""
    (blog.site / "wp-content" / "uploads" / name).write_bytes(data)
    return f"/wp-content/uploads/{name}"


async def test_a_post_and_a_comment_bring_the_pictures_of_their_own_host_and_name_the_others(
    wordpress: WordPress,
) -> None:
    with Listener() as elsewhere:
        path = uploaded(wordpress, "gang.jpg", photo())
        there = f"<img src='http://{elsewhere.address}/1.png' alt='elders'>"
        post = wordpress.new_post(
            "Kijk", f"<p>Zo staat het er nu bij</p><img src='{wordpress.url}{path}' alt='De gang'>{there}"
        )
        config = config_of(wordpress, wordpress.url, since_ms=now_ms() - DAY_MS)
        shelf = Shelf()
        made = adapter_of(wordpress, config, Tools(now_ms=now_ms, known=shelf.known, timeout_s=10.0))
        try:
            await shelf.catch_up(made, "posts")
            message = next(m for m in shelf.messages.values() if m.key.endswith(f":post:{post}"))
            assert "[De gang]" in message.text
            assert "[elders]" in message.text
            (picture,) = message.attachments
            assert (picture.name, picture.mime, picture.url) == ("De gang", "image/jpeg", wordpress.url + path)
            assert isinstance(made, FileSource)
            assert await made.fetch_file(picture.url, MAX_BYTES) == photo()
        finally:
            await made.close()
        assert elsewhere.calls == []


async def test_no_password_goes_along(wordpress: WordPress, line: Proxy, adapter: Adapted) -> None:
    path = uploaded(wordpress, "kast.png", png())
    assert await adapter.fetch_file(line.url + path, MAX_BYTES) == png()
    (asked,) = [request for request in line.requests if request.target == path]
    assert "authorization" not in asked.headers
    assert "cookie" not in asked.headers


async def test_another_host_is_never_asked(adapter: Adapted) -> None:
    with Listener() as elsewhere:
        for url in (
            f"http://{elsewhere.address}/1.png",
            f"http://user@{elsewhere.address}/1.png",
            "file:///etc/passwd",
        ):
            with pytest.raises(Rejected):
                await adapter.fetch_file(url, MAX_BYTES)
        assert elsewhere.calls == []


async def test_a_redirect_stays_on_the_blog_or_is_refused(wordpress: WordPress, line: Proxy, adapter: Adapted) -> None:
    path = uploaded(wordpress, "verhuisd.png", png())
    with Listener() as elsewhere:
        for place in (f"http://{elsewhere.address}/1.png", "http://169.254.169.254/latest", "file:///etc/passwd"):
            line.clear()
            fault = line.next(redirect(place), proxy.to("/oud.png"))
            with pytest.raises(PlatformError) as refused:
                await adapter.fetch_file(line.url + "/oud.png", MAX_BYTES)
            assert refused.value.code == "redirect"
            assert fault.happened == 1
        assert elsewhere.calls == []
    line.next(redirect(path), proxy.to("/oud.png"))
    assert await adapter.fetch_file(line.url + "/oud.png", MAX_BYTES) == png()


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (instead(200, SVG, "image/svg+xml"), BadResponse, "not_a_picture"),
        (instead(200, "<html>Inloggen</html>", "text/html"), BadResponse, "not_a_picture"),
        (instead(200, png()[:50], ""), BadResponse, "not_a_picture"),
        (instead(200, b"\x89PNG" + b"x" * MAX_BYTES, "image/png"), BadResponse, "too_big"),
        (instead(404, "", "text/html"), NotFound, "http_404"),
        (instead(403, "", "text/html"), Forbidden, "http_403"),
        (proxy.CUT_BEFORE, Unreachable, "line_broke"),
    ],
    ids=["svg", "page", "no type", "too big", "gone", "forbidden", "cut"],
)  # fmt: skip
async def test_whatever_is_no_picture_is_an_error_of_the_family(
    line: Proxy, adapter: Adapted, answer: proxy.Kind, error: type[PlatformError], code: str
) -> None:
    fault = line.always(answer, proxy.to("/x.png"))
    with pytest.raises(error) as raised:
        await adapter.fetch_file(line.url + "/x.png", MAX_BYTES)
    assert raised.value.code == code
    assert fault.happened >= 1

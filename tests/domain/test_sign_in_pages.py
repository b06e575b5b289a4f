"""Only a page of the server that a connection names is opened for somebody who signs in."""

from __future__ import annotations

import pytest

from console.domain.sign_in_pages import stands_on

PLACE = "https://login.microsoftonline.com"


@pytest.mark.parametrize("address", [
    f"{PLACE}/organizations/oauth2/v2.0/authorize?client_id=1&scope=openid+a%2Fb&redirect_uri=http%3A%2F%2Flocalhost%3A1",
    PLACE, f"{PLACE}/", f"{PLACE}:443/x", "https://LOGIN.microsoftonline.com/x", f"{PLACE}?a=b@c",
])  # fmt: skip
def test_a_page_of_that_server_is(address: str) -> None:
    assert stands_on(address, PLACE)


@pytest.mark.parametrize("address", [
    "http://login.microsoftonline.com/x", f"{PLACE}.example/x", f"{PLACE}:8443/x", f"{PLACE}@evil.example/x",
    "https://me:geheim@login.microsoftonline.com/x", f"{PLACE}\\@evil.example", "javascript:alert(1)//" + PLACE,
    f"https://evil.example/{PLACE}", f"{PLACE}/a b", f"{PLACE}/\n", f"{PLACE}/é", "https://login.microsoftonlinе.com/",
    f"{PLACE}#x", "", "file:///etc/passwd", f"{PLACE}:/x", f"{PLACE}/" + "a" * 8_000, " " + PLACE, "//" + PLACE,
])  # fmt: skip
def test_anything_else_is_not(address: str) -> None:
    assert not stands_on(address, PLACE)


def test_a_place_without_https_has_no_pages() -> None:
    assert not stands_on("http://127.0.0.1:1/x", "http://127.0.0.1:1")
    assert stands_on("https://[::1]:8443/x", "https://[::1]:8443")

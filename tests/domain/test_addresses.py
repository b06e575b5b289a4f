"""What a browser is given: the web, and nothing that lets in whoever has the address."""

from __future__ import annotations

import pytest

from console.domain.addresses import opening


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("https://www.facebook.com/groups/1/posts/2/?comment_id=3", "https://www.facebook.com/groups/1/posts/2/?comment_id=3"),
        ("HTTPS://blog.example/?p=7#comment-5", "https://blog.example/?p=7#comment-5"),
        ("https://matrix.to/#/!room:here/$event?via=here", "https://matrix.to/#/!room:here/$event?via=here"),
        ("https://noor:geheim@blog.example/a", "https://blog.example/a"),
        ("https://a.example/x?id=1&midToken=AQ&utm_source=mail&access_token=s", "https://a.example/x?id=1"),
        ("https://a.example/x?fbclid=1", "https://a.example/x"),
        ("https://a.example/x#access_token=s", "https://a.example/x"),
        ("javascript:alert(1)", ""), ("file:///etc/passwd", ""), ("mailto:noor@example.org", ""),
        ("https://", ""), ("https://a.example/\nb", ""), ("https://a b.example/", ""), ("luisterpost://x", ""), ("", ""),
        ("https://@/x", ""), ("ms-msdt:/id", ""), (" https://a.example", ""),
    ],
)  # fmt: skip
def test_only_the_web_is_opened_and_without_what_is_somebodys_own(url: str, opened: str) -> None:
    assert opening(url) == opened

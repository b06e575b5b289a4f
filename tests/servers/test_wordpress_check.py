"""Looking whether an address is a blog we can work with: each thing that can be wrong, told as what it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from console.adapters.contract import Config, Tools
from console.adapters.transport import Basic, Http
from console.adapters.wordpress import WordPress as Adapted
from console.domain.conversation import ConnectionKey
from console.domain.platform import CheckResult, PlatformError
from tests.servers import proxy
from tests.servers.proxy import Proxy, Tls, to
from tests.servers.test_wordpress_contract import now_ms
from tests.servers.wordpress import WordPress


async def check(url: str, user: str, password: str, clock_ms: Callable[[], int] = now_ms) -> CheckResult:
    config = Config(ConnectionKey(""), "wordpress", url, user)
    adapter = Adapted(config, {"password": password}, Tools(now_ms=clock_ms, timeout_s=10.0))
    try:
        return await adapter.check()
    finally:
        await adapter.close()


async def refused(url: str, user: str = "redactie", password: str = "x" * 24) -> str:
    with pytest.raises(PlatformError) as error:
        await check(url, user, password)
    return error.value.code


@pytest.fixture
def password(wordpress: WordPress) -> str:
    return wordpress.accounts["redactie"].password


async def test_it_finds_the_blog_who_we_are_and_what_we_may(wordpress: WordPress, password: str) -> None:
    result = await check(wordpress.url, "redactie", password)
    assert result.works
    assert result.server == wordpress.server
    assert result.account == f"wordpress:{wordpress.server}:user:{wordpress.accounts['redactie'].id}"
    assert result.us == "Redactie"
    assert [line.code for line in result.lines] == ["found", "signed_in", "rights", "counts"]
    assert result.settings["rights"] == "moderate_comments,edit_others_posts"
    assert result.lines[0].facts["name"] == "CEO-blog"


@pytest.mark.parametrize(
    "typed", ["{url}/", "{bare}", "{url}/2026/", "{url}/?p=1", "{url}/wp-json/", "{url}/wp-admin/", "  {url}  "]
)
async def test_any_address_of_the_blog_will_do(wordpress: WordPress, password: str, typed: str) -> None:
    url = typed.format(url=wordpress.url, bare=wordpress.server)
    result = await check(url, "redactie", f"{password[:4]} {password[4:]}")
    assert result.works
    assert result.server == wordpress.server


async def test_a_blog_with_plain_addresses_is_found_and_read(wordpress: WordPress, password: str) -> None:
    wordpress.sql("UPDATE wp_options SET option_value = '' WHERE option_name = 'permalink_structure'")
    try:
        result = await check(wordpress.url, "redactie", password)
        assert result.works
        assert "rest_route" in result.settings["root"]
        config = Config(
            ConnectionKey("c"), "wordpress", wordpress.url, "redactie", result.server, result.account,
            settings=result.settings,
        )  # fmt: skip
        adapter = Adapted(config, {"password": password}, Tools(now_ms=now_ms))
        wordpress.sql("UPDATE wp_posts SET post_title = 'Kale adressen' WHERE ID = 1")
        page = await adapter.pull(adapter.streams()[0], None)
        assert any(getattr(change, "title", "") == "Kale adressen" for change in page.changes)
        await adapter.close()
    finally:
        wordpress.sql(
            "UPDATE wp_options SET option_value = '/%year%/%monthnum%/%postname%/'"
            " WHERE option_name = 'permalink_structure'"
        )


async def test_an_account_without_the_right_to_moderate_is_told_so(wordpress: WordPress) -> None:
    result = await check(wordpress.url, "auteur", wordpress.accounts["auteur"].password)
    assert not result.works
    assert "cannot_moderate" in [line.code for line in result.lines]
    able = Adapted(
        Config(ConnectionKey("c"), "wordpress", wordpress.url, "auteur", settings=result.settings),
        {"password": "x"},
        Tools(now_ms=now_ms),
    ).capabilities()
    assert able.way("approve") == "no"


async def test_a_wrong_password_is_told_from_an_ordinary_one(wordpress: WordPress) -> None:
    assert await refused(wordpress.url) == "bad_password"
    assert await refused(wordpress.url, "niemand") == "bad_password"
    ordinary = wordpress.accounts["redactie"].login_password
    assert await refused(wordpress.url, "redactie", ordinary) == "ordinary_password"


async def test_a_revoked_password_is_a_wrong_one(wordpress: WordPress) -> None:
    somebody = wordpress.new_account("editor")
    assert (await check(wordpress.url, somebody.name, somebody.password)).works
    wordpress.revoke(somebody.name)
    assert await refused(wordpress.url, somebody.name, somebody.password) == "bad_password"


async def test_a_server_that_drops_the_password_is_found_out(wordpress: WordPress, password: str) -> None:
    with Proxy(wordpress.url) as line:
        fault = line.always(proxy.WITHOUT_PASSWORD)
        assert await refused(line.url, "redactie", password) == "password_not_received"
        assert fault.happened > 0
        line.clear()
        assert (await check(line.url, "redactie", password)).works


async def test_a_blog_without_application_passwords_says_so(wordpress: WordPress, password: str) -> None:
    with wordpress.plugin("add_filter('wp_is_application_passwords_available', '__return_false');"):
        assert await refused(wordpress.url, "redactie", password) == "no_app_passwords"


async def test_a_blog_that_keeps_its_api_closed_says_so(wordpress: WordPress, password: str) -> None:
    closed = "add_filter('rest_authentication_errors', fn() => new WP_Error('closed', 'x', ['status' => 403]));"
    with wordpress.plugin(closed):
        assert await refused(wordpress.url, "redactie", password) == "no_rest"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (proxy.PAGE, "not_wordpress"),
        (proxy.GARBAGE, "not_wordpress"),
        (proxy.SIGN_IN, "proxy_page"),
        (proxy.instead(511, proxy.SIGN_IN_PAGE, "text/html"), "proxy_page"),
        (proxy.instead(407, "", "text/html"), "proxy_page"),
        (proxy.redirect("https://aanmelden.example/?terug=x"), "redirect"),
        (proxy.instead(200, '{"name": "geen WordPress"}'), "not_wordpress"),
        (proxy.instead(404, "weg", "text/html"), "not_wordpress"),
        (proxy.instead(200, "<html><link href='/wp-content/a.css'></html>", "text/html"), "no_rest"),
        (proxy.BROKEN, "http_500"),
        (proxy.CUT_BEFORE, "line_broke"),
        (proxy.LIMITED, "http_429"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_blog_is_told_as_what_it_is(kind: proxy.Kind, code: str) -> None:
    with Proxy() as line:
        fault = line.always(kind)
        assert await refused(line.url) == code
        assert fault.happened > 0
        assert not any("authorization" in request.headers for request in line.requests)


async def test_a_blog_that_moved_names_its_new_address(wordpress: WordPress) -> None:
    with Proxy(wordpress.url) as line:
        line.always(proxy.redirect("https://nieuw.example/blog/"))
        with pytest.raises(PlatformError) as error:
            await check(line.url, "redactie", "x" * 24)
        assert (error.value.code, error.value.words) == ("redirect", "https://nieuw.example/blog/")


@pytest.mark.parametrize(
    ("url", "code"),
    [("", "bad_url"), ("http://", "bad_url"), ("ftp://blog.example", "bad_url"), ("http://blog.example", "no_tls"),
     ("a b", "bad_url"), ("http://[::1", "bad_url"), ("https://u:p@blog.example", "bad_url")],
)  # fmt: skip
async def test_what_is_no_address_to_go_to_is_refused_unasked(url: str, code: str) -> None:
    assert await refused(url) == code


async def test_nobody_there(wordpress: WordPress) -> None:
    with Proxy() as line:
        gone = line.url
    assert await refused(gone) == "refused"


async def test_a_blog_at_a_numeric_address_of_the_sixth_version(wordpress: WordPress, password: str) -> None:
    with Proxy(wordpress.url, host="::1") as line:
        line.next(proxy.instead(200, "", "text/html", link=f'<{line.url}/wp-json/>; rel="https://api.w.org/"'))
        result = await check(line.url, "redactie", password)
        assert result.works
        assert result.settings["root"].startswith("http://[::1]:")


@pytest.mark.parametrize(
    ("tls", "trusted", "code"),
    [
        (Tls.EXPIRED, True, "cert_expired"),
        (Tls.WRONG_HOST, True, "cert_host"),
        (Tls.GOOD, False, "cert_untrusted"),
        (Tls.NOT_YET, True, "cert_not_yet"),
    ],
)
async def test_a_certificate_that_fails_is_told_apart(
    wordpress: WordPress, password: str, tls: Tls, trusted: bool, code: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with Proxy(wordpress.url, tls=tls) as line:
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(line.trust(tmp_path)))
        assert await refused(line.url, "redactie", password) == code
        assert not any("authorization" in request.headers for request in line.requests)


async def test_over_tls_it_works_and_stays_on_tls(
    wordpress: WordPress, password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy(wordpress.url, tls=Tls.GOOD) as line:
        monkeypatch.setenv("SSL_CERT_FILE", str(line.trust(tmp_path)))
        result = await check(line.url, "redactie", password)
        assert result.works
        assert result.settings["root"] == f"{line.url}/wp-json/"


async def test_a_certificate_fails_because_our_clock_is_off(
    wordpress: WordPress, password: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy(wordpress.url, tls=Tls.NOT_YET) as line:
        monkeypatch.setenv("SSL_CERT_FILE", str(line.trust(tmp_path)))
        fault = line.always(proxy.dated(now_ms() + 86_400_000))
        assert await refused(line.url, "redactie", password) == "clock_off"
        assert fault.happened > 0


@pytest.mark.parametrize(("off_ms", "ok"), [(10 * 60_000, True), (86_400_000, False), (-86_400_000, False)])
async def test_a_clock_that_is_off_is_found(wordpress: WordPress, password: str, off_ms: int, ok: bool) -> None:
    result = await check(wordpress.url, "redactie", password, lambda: now_ms() + off_ms)
    (line,) = [line for line in result.lines if line.code == "clock_off"]
    assert line.ok is ok
    assert line.facts["minutes"] == abs(off_ms) // 60_000
    assert result.works is ok


async def test_a_check_changes_nothing(wordpress: WordPress, password: str) -> None:
    with Proxy(wordpress.url) as line:
        assert (await check(line.url, "redactie", password)).works
        assert {request.method for request in line.requests} <= {"GET", "HEAD"}


async def test_a_site_in_another_host_behind_the_address_gets_no_password(wordpress: WordPress, password: str) -> None:
    with Proxy(wordpress.url) as line:
        elsewhere = proxy.instead(
            200, "", "text/html", link='<https://elders.example/wp-json/>; rel="https://api.w.org/"'
        )
        line.next(elsewhere, to("/"))
        with pytest.raises(PlatformError) as error:
            await check(line.url, "redactie", password)
        assert error.value.code == "redirect"
        assert not any("authorization" in request.headers for request in line.requests)


def test_an_adapter_offers_everything_until_somebody_looked() -> None:
    config = Config(ConnectionKey("c"), "wordpress", "https://blog.example")
    adapter = Adapted(config, {}, Tools(now_ms=now_ms))
    assert adapter.capabilities() == Adapted.default_capabilities
    assert adapter.capabilities().max_bytes == 65_525


@pytest.mark.parametrize("page", ["docs/platforms/buddypress.md", "docs/en/start.md", "docs/nl/beginnen.md"])
async def test_the_file_that_we_ask_buddypress_sites_for_makes_passwords_known_in_time(
    wordpress: WordPress, password: str, page: str
) -> None:
    told = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    match = re.search(r"<\?php\n(.*?\n *\} \);)", told, re.DOTALL)
    assert match, "the page tells what goes in the file"
    posts = f"{wordpress.url}/wp-json/wp/v2/posts"

    async def as_nobody(url: str) -> int:
        http = Http(Basic("redactie", "z" * 24))
        try:
            return (await http.request("GET", url)).status
        finally:
            await http.close()

    plain_addresses = f"{wordpress.url}/?rest_route=/wp/v2/posts"
    assert [await as_nobody(url) for url in (posts, plain_addresses)] == [200, 200]  # a stranger, and nobody says so
    with wordpress.plugin(match.group(1)):
        assert [await as_nobody(url) for url in (posts, plain_addresses)] == [401, 401]
        assert await as_nobody(f"{wordpress.url}/") == 200
        assert (await check(wordpress.url, "redactie", password)).works

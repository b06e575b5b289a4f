"""A link of a platform leads to one conversation, whatever is wrapped around it, and nothing of it stays but the ids."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.deep_links import (
    MEMBERS,
    PENDING,
    REPORTED,
    message_key,
    person_key,
    place_of,
    space_key,
    thread_key,
)
from console.adapters.yammer_reading import Site

GROUP = "https://www.facebook.com/groups/123456789012345/"
POST = f"{GROUP}posts/678901234567890/"
THREAD = "https://engage.cloud.microsoft/main/threads/eyJfdHlwZSI6IlRocmVhZCIsImlkIjoiMjAwMDMzNzc0OTU2NTQ0MSJ9"
TOKENS = "&aref=1700&medium=email&mid=5f3a&bcode=2.17.Abc&n_m=sanne%40voorbeeld.example&lloc=view_on_facebook_btn"
UPDATE = "https://www.linkedin.com/feed/update/urn:li:"

LEADS = [
    (f"https://www.facebook.com/n/?groups%2F123456789012345%2F678901234567890%2F{TOKENS}", POST),
    (f"https://www.facebook.com/n/?groups%2F123456789012345%2Fpermalink%2F678901234567890%2F{TOKENS}", POST),
    (f"https://www.facebook.com/nd/?groups/123456789012345/posts/678901234567890/{TOKENS}", POST),
    ("https://m.facebook.com/groups/123456789012345/permalink/678901234567890/?ref=share&mibextid=x", POST),
    ("https://nl-nl.facebook.com/groups/123456789012345/?multi_permalinks=678901234567890&hoisted=1", POST),
    ("https://www.facebook.com/groups/123456789012345/?view=permalink&id=678901234567890", POST),
    (f"https://www.facebook.com/n/?groups%2F123456789012345%2F678901234567890%2F&comment_id=55{TOKENS}", f"{POST}?comment_id=55"),
    (f"{POST}?comment_id=55&reply_comment_id=66&notif_id=1", f"{POST}?comment_id=55&reply_comment_id=66"),
    ("https://l.facebook.com/l.php?u=" + quote(f"{POST}?aref=7", safe="") + "&h=AT0", POST),
    ("https://www.facebook.com/login/?next=" + quote(POST, safe=""), POST),
    ("https://www.facebook.com/groups/vragen.aan.de.directie/posts/678901234567890/?x=1",
     "https://www.facebook.com/groups/vragen.aan.de.directie/posts/678901234567890/"),
    ("https://www.facebook.com/groups/123456789012345/?ref=mail&mid=9", GROUP),
    (f"https://www.facebook.com/nd/?permalink.php&story_fbid=777&id=888&comment_id=999{TOKENS}",
     "https://www.facebook.com/permalink.php?story_fbid=777&id=888&comment_id=999"),
    ("https://voorbeeld.workplace.com/groups/11/permalink/22/?e=token", "https://voorbeeld.workplace.com/groups/11/permalink/22/"),
    ("https://voorbeeld.facebook.com/groups/11/permalink/22/", "https://voorbeeld.workplace.com/groups/11/permalink/22/"),
    ("https://www.linkedin.com/comm/groups/4455/4455-7124000000000000001?midToken=AQ&trk=eml-b2_anet_digest&otpToken=MT",
     f"{UPDATE}groupPost:4455-7124000000000000001"),
    ("https://www.linkedin.com/comm/feed/update/urn:li:groupPost:4455-7124?midToken=AQ&eid=1", f"{UPDATE}groupPost:4455-7124"),
    ("https://www.linkedin.com/comm/feed/update/urn%3Ali%3Aactivity%3A7124/?trkEmail=eml", f"{UPDATE}activity:7124"),
    ("https://www.linkedin.com/feed/update/urn:li:activity:7124?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7124%2C7412%29&lipi=x",
     f"{UPDATE}activity:7124?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7124%2C7412%29"),
    ("https://www.linkedin.com/posts/sanne-de-wit_rooster-activity-7124000000000000001-AbCd?utm_source=share",
     f"{UPDATE}activity:7124000000000000001"),
    ("https://www.linkedin.com/comm/groups/4455?midToken=AQ", "https://www.linkedin.com/groups/4455/"),
    (f"{THREAD}?trk_copy_link=V1&token=abc", THREAD),
    ("https://www.yammer.com/voorbeeld.nl/messages/2000337749565441?nuid=12", THREAD),
    ("https://www.yammer.com/voorbeeld.nl/#/threads/show?threadId=2000337749565441&token=x", THREAD),
    ("https://web.yammer.com/main/org/voorbeeld.nl/threads/eyJfdHlwZSI6IlRocmVhZCIsImlkIjoiMjAwMDMzNzc0OTU2NTQ0MSJ9", THREAD),
    ("https://eur01.safelinks.protection.outlook.com/?url=" + quote(POST, safe="") + "&data=05%7C02%7Csanne%40voorbeeld.example", POST),
    (f"https://urldefense.com/v3/__{POST}__;!!Abc!Def$", POST),
    ("https://urldefense.proofpoint.com/v2/url?u=https-3A__www.facebook.com_groups_123456789012345_posts_678901234567890_&d=Dw", POST),
    ("https://linkprotect.cudasvc.com/url?a=" + quote(POST, safe="") + "&c=E,1", POST),
]  # fmt: skip

NOWHERE = [
    "", "mailto:a@b.example", "javascript:alert(1)", "https://", "https://www.facebook.com/", "https://www.facebook.com/n/?",
    "https://facebook.com.evil.example/groups/1/posts/2/", "https://www.facebook.com@evil.example/groups/1/posts/2/",
    "https://evil.example/?u=https://www.facebook.com/groups/1/posts/2/", "https://notfacebook.com/groups/1/posts/2",
    "https://www.facebook.com/groups/", "https://www.facebook.com/groups/../../evil", "ftp://www.facebook.com/groups/1/posts/2/",
    "https://www.linkedin.com/feed/", "https://www.linkedin.com/feed/update/urn:li:member:12", "https://www.linkedin.com/in/sanne",
    "https://engage.cloud.microsoft/main/threads/%F0%9F%98%80", "https://engage.cloud.microsoft/main/feed",
    "https://www.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2Fgroups%2F1%2Fposts%2F2", "http://[::1", "https://x:99999999/",
    "https://www.facebook.com/groups/1/posts/2/" + "a" * 9_000,
]  # fmt: skip


@pytest.mark.parametrize(("url", "permalink"), LEADS)
def test_a_link_leads_to_its_conversation_without_its_tokens(url: str, permalink: str) -> None:
    place = place_of(url)
    assert place is not None
    assert place.permalink == permalink
    assert place_of(permalink) == place  # what we make of it is read as the same


@pytest.mark.parametrize("url", NOWHERE)
def test_what_leads_to_no_conversation_is_none(url: str) -> None:
    assert place_of(url) is None


def test_the_same_post_has_one_key_whichever_way_its_link_came() -> None:
    keys = {thread_key(place) for url, _ in LEADS[:9] if (place := place_of(url))}
    assert keys == {"facebook:www.facebook.com:post:678901234567890"}
    spaces = {space_key(place) for url, _ in LEADS[:9] if (place := place_of(url))}
    assert spaces == {"facebook:www.facebook.com:group:123456789012345"}


def test_a_comment_is_a_message_of_its_post_and_knows_what_it_answers() -> None:
    place = place_of(f"{POST}?comment_id=55&reply_comment_id=66")
    assert place is not None
    assert (place.comment, place.above) == ("66", "55")
    assert message_key(place) == "facebook:www.facebook.com:comment:66"
    assert thread_key(place) == "facebook:www.facebook.com:post:678901234567890"


def test_a_conversation_of_viva_engage_has_the_keys_of_its_interface_once_the_network_is_known() -> None:
    site = Site("www.yammer.com/5897", "https://www.yammer.com")
    answer = f"{THREAD}?messageId=2000338000000001"
    for url in (THREAD, "https://www.yammer.com/voorbeeld.nl/messages/2000337749565441", answer):
        place = place_of(url)
        assert place is not None
        assert thread_key(replace(place, server=site.server)) == site.thread(2000337749565441)
    place = place_of(answer)
    assert place is not None
    assert message_key(replace(place, server=site.server)) == site.message(2000337749565441, 2000338000000001)


@pytest.mark.parametrize(
    ("url", "queue"),
    [
        (f"{GROUP}pending_posts?ref=mail", PENDING),
        (f"{GROUP}reported_content/?mid=4", REPORTED),
        (f"https://www.facebook.com/n/?groups%2F123456789012345%2Fmember-requests%2F{TOKENS}", MEMBERS),
        ("https://www.linkedin.com/comm/groups/4455/manage/posts?midToken=AQ", PENDING),
        ("https://www.linkedin.com/groups/4455/manage/membership/requested/", MEMBERS),
    ],
)
def test_what_waits_for_a_groups_administrators_is_known_as_such(url: str, queue: str) -> None:
    place = place_of(url)
    assert place is not None
    assert place.queue == queue
    assert "mid" not in place.permalink.lower().replace("manage", "")


def test_a_name_is_the_same_person_within_a_group_alone() -> None:
    here, there = place_of(POST), place_of("https://www.facebook.com/groups/9/posts/8/")
    assert here is not None
    assert there is not None
    assert person_key(here, "Sanne  de Wit") == person_key(here, "sanne de wit")
    assert person_key(here, "Sanne de Wit") != person_key(there, "Sanne de Wit")


ALLOWED = {"comment_id", "reply_comment_id", "commentUrn", "story_fbid", "id"}
PIECES = st.sampled_from([
    "groups", "groups%2F", "posts", "permalink", "/", "%2F", "?", "&", "=", "#/", "n/", "nd/", "comm", "feed/update/", "urn:li:",
    "groupPost:", "activity:", "4455-7124", "123", "comment_id=5", "bcode=SECRET", "otpToken=SECRET", "threads/", "messages/",
    "threadId=", "permalink.php", "story_fbid=", "multi_permalinks=", "SECRET", "..", "%00", "%ff", "é", "eyJpZCI6IjEifQ", "manage",
])  # fmt: skip
HOSTS = st.sampled_from(["www.facebook.com", "x.workplace.com", "www.linkedin.com", "www.yammer.com", "engage.cloud.microsoft",
                         "eur01.safelinks.protection.outlook.com", "urldefense.com"])  # fmt: skip


@given(HOSTS, st.lists(PIECES, max_size=14), st.text(max_size=30))
def test_no_link_breaks_and_none_we_make_holds_more_than_ids(host: str, pieces: list[str], rest: str) -> None:
    place = place_of(f"https://{host}/{''.join(pieces)}{rest}")
    if place is not None and place.permalink:
        parts = urlsplit(place.permalink)
        assert {name for name, _ in parse_qsl(parts.query)} <= ALLOWED
        assert not parts.fragment
        assert "SECRET" not in parts.query


@given(st.text(max_size=200))
def test_any_text_is_a_link_or_none(text: str) -> None:
    assert place_of(text) is None or text.strip().startswith("http")

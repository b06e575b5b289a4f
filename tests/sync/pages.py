"""The Pages of Facebook and LinkedIn on which everything goes wrong that can: one space each, with Sanne and us."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from console.adapters.contract import Config
from console.domain.conversation import ThreadKey
from tests.adapters import test_facebook_contract, test_linkedin_contract
from tests.fakes.facebook import Facebook
from tests.fakes.linkedin import US, LinkedIn


class _OnPage:
    """What a Page has none of."""

    def take_away(self) -> None:
        raise AssertionError("a Page has no groups")

    def close_to_us(self) -> None:
        raise AssertionError("a Page has no groups")

    def move(self, thread: ThreadKey) -> None:
        raise AssertionError("a Page has no groups")


class OnFacebook(_OnPage):
    lacks = frozenset({"groups"})
    secrets: Mapping[str, str] = test_facebook_contract.TOKEN
    lists = "fields=id,name,link"
    refusal = (
        '{"error": {"message": "(#200) Requires pages_read_engagement permission", "code": 200}}',
        "pages_read_engagement",
    )
    error = '{"error": {"message": "An unknown error has occurred.", "code": 1}}'

    def __init__(self) -> None:
        self._facebook = Facebook(clock=time.time).__enter__()
        self._gone: dict[ThreadKey, Any] = {}
        self.url = self._facebook.url

    def config(self, url: str) -> Config:
        return test_facebook_contract.config_of(url)

    def post(self, text: str, group: int = 0) -> ThreadKey:
        return ThreadKey(test_facebook_contract.key_of_said(self._facebook.post("sanne", text)))

    def says(self, thread: ThreadKey) -> list[str]:
        under = self._facebook.under(thread.rpartition(":")[2])
        return [one.message for one in under if one.author is self._facebook.us]

    def revoke(self) -> None:
        self._facebook.ended = 463

    def let_in(self) -> None:
        self._facebook.ended = 0

    def rename(self, name: str) -> None:
        self._facebook.people["sanne"].name = name

    def remove(self, thread: ThreadKey) -> None:
        post = thread.rpartition(":")[2]
        self._gone[thread] = self._facebook.said[post]
        self._facebook.drop(post)

    def bring_back(self, thread: ThreadKey) -> None:
        self._facebook.said[thread.rpartition(":")[2]] = self._gone[thread]

    def twist(self, twist: Callable[[Any], Any]) -> None:
        self._facebook.twist = twist

    def close(self) -> None:
        self._facebook.__exit__()


class OnLinkedIn(_OnPage):
    lacks = frozenset({"groups", "names"})
    secrets: Mapping[str, str] = test_linkedin_contract.SECRETS
    lists = "/organizations/"
    refusal = (
        '{"status": 403, "code": "ACCESS_DENIED", "message": "Not enough permissions to access: r_organization_admin"}',
        "r_organization_admin",
    )
    error = '{"status": 500, "code": "INTERNAL", "message": "Out of memory", "serviceErrorCode": 0}'

    def __init__(self) -> None:
        self._linkedin = LinkedIn(clock=time.time).__enter__()
        self._gone: dict[ThreadKey, Any] = {}
        self.url = self._linkedin.url

    def config(self, url: str) -> Config:
        return test_linkedin_contract.config_of(url)

    def post(self, text: str, group: int = 0) -> ThreadKey:
        return ThreadKey(test_linkedin_contract.key_of_said(self._linkedin.post(text)))

    def says(self, thread: ThreadKey) -> list[str]:
        under = self._linkedin.under(test_linkedin_contract.number_of(thread))
        return [one.text for one in under if one.actor == US]

    def revoke(self) -> None:
        self._linkedin.ended = "EXPIRED_ACCESS_TOKEN"

    def let_in(self) -> None:
        self._linkedin.ended = ""

    def rename(self, name: str) -> None:
        raise AssertionError("LinkedIn names nobody")

    def remove(self, thread: ThreadKey) -> None:
        self._gone[thread] = self._linkedin.posts.pop(test_linkedin_contract.number_of(thread))

    def bring_back(self, thread: ThreadKey) -> None:
        self._linkedin.posts[test_linkedin_contract.number_of(thread)] = self._gone[thread]

    def twist(self, twist: Callable[[Any], Any]) -> None:
        self._linkedin.twist = twist

    def close(self) -> None:
        self._linkedin.__exit__()

"""Intranets on which everything goes wrong that can: people, groups and answers that change under us.

A platform joins the tests of bad input by a class here and a line in INTRANETS.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from console.adapters.buddypress_reading import Keys, place_in
from console.adapters.contract import Config
from console.adapters.humhub_discovery import site_of
from console.adapters.humhub_reading import content_in
from console.domain.conversation import ThreadKey
from tests.adapters.test_buddypress_contract import config_of as buddypress_config
from tests.adapters.test_humhub_contract import config_of as humhub_config
from tests.fakes.buddypress import BuddyPress
from tests.fakes.humhub import HumHub
from tests.sync.pages import OnFacebook, OnLinkedIn

Twist = Callable[[Any], Any]


class Intranet(Protocol):
    """Two groups, Sanne in both, and us.

    lists    a part of the address by which we ask for the groups
    refusal  how the platform says that we may not do something, and in which words
    error    what it may say with a status of 200 though it means an error
    lacks    what there is none of: "groups" on a Page, "names" where nobody is named
    """

    url: str
    secrets: Mapping[str, str]
    lists: str
    refusal: tuple[str, str]
    error: str
    lacks: frozenset[str]

    def config(self, url: str) -> Config:
        """A connection as its check would have stored it, through whatever line leads there."""

    def post(self, text: str, group: int = 0) -> ThreadKey: ...

    def says(self, thread: ThreadKey) -> list[str]:
        """What we said in a thread."""

    def revoke(self) -> None: ...

    def let_in(self) -> None: ...

    def take_away(self) -> None:
        """The second group vanishes."""

    def close_to_us(self) -> None:
        """The second group becomes one of others."""

    def rename(self, name: str) -> None:
        """Sanne has another name."""

    def move(self, thread: ThreadKey) -> None:
        """A thread goes to the second group."""

    def remove(self, thread: ThreadKey) -> None: ...

    def bring_back(self, thread: ThreadKey) -> None: ...

    def twist(self, twist: Twist) -> None:
        """What becomes of every answer from now on."""

    def close(self) -> None: ...


class OnHumHub:
    lacks: frozenset[str] = frozenset()
    secrets: Mapping[str, str] = {"token": "redactie-token"}
    lists = "/api/v1/space"
    refusal = '{"code": 403, "message": "You need the right ‘Lees ruimtes’"}', "Lees ruimtes"
    error = '{"code": 500, "message": "Out of memory"}'

    def __init__(self) -> None:
        self._humhub = HumHub(clock=time.time).__enter__()
        self._second = self._humhub.space("Kantine", redactie="member", sanne="member")
        self.url = self._humhub.url
        self._site = site_of(humhub_config(self._humhub))

    def config(self, url: str) -> Config:
        return humhub_config(self._humhub, url)

    def post(self, text: str, group: int = 0) -> ThreadKey:
        container = self._second.container if group else 9
        return ThreadKey(self._site.content(self._humhub.post("sanne", text, container).id))

    def says(self, thread: ThreadKey) -> list[str]:
        under = self._humhub.under(content_in(thread))
        return [one.message for one in under if one.author.name == "redactie"]

    def revoke(self) -> None:
        self._humhub.expired = True

    def let_in(self) -> None:
        self._humhub.expired = False

    def take_away(self) -> None:
        self._second.there = False

    def close_to_us(self) -> None:
        self._second.roles.pop("redactie")

    def rename(self, name: str) -> None:
        self._humhub.users["sanne"].name = name

    def move(self, thread: ThreadKey) -> None:
        content = self._humhub.contents[content_in(thread)]
        content.container, content.updated = self._second.container, self._humhub.tick()

    def remove(self, thread: ThreadKey) -> None:
        self._humhub.drop(content_in(thread))

    def bring_back(self, thread: ThreadKey) -> None:
        self._humhub.contents[content_in(thread)].state = 1

    def twist(self, twist: Twist) -> None:
        self._humhub.twist = twist

    def close(self) -> None:
        self._humhub.__exit__()


class OnBuddyPress:
    lacks: frozenset[str] = frozenset()
    lists = "/groups/me"
    refusal = (
        '{"code": "bp_rest_authorization_required", "message": "Je mist ‘groepen lezen’", "data": {"status": 403}}',
        "groepen lezen",
    )
    error = '{"code": "internal_error", "message": "Out of memory"}'

    def __init__(self) -> None:
        self._site = BuddyPress().__enter__()
        self._us = self._site.account("redactie", "Redactie")
        self._sanne = self._site.account("sanne", "Sanne de Wit")
        self._password = self._us.password
        self._rooms = [self._site.room(name, self._us, self._sanne) for name in ("Algemeen", "Kantine")]
        self._gone: dict[ThreadKey, Any] = {}
        self._keys = Keys(self._site.server)
        self.url = self._site.url
        self.secrets: Mapping[str, str] = {"password": self._password}

    def config(self, url: str) -> Config:
        return buddypress_config(self._site, url)

    def post(self, text: str, group: int = 0) -> ThreadKey:
        return self._keys.thread(self._site.post(self._sanne, text, self._rooms[group]))

    def says(self, thread: ThreadKey) -> list[str]:
        root = place_in(thread)[0]
        return [
            one.content
            for one in self._site.activities.values()
            if one.item_id == root and one.user_id == self._us.id and one.type == "activity_comment"
        ]

    def revoke(self) -> None:
        self._us.password = "ingetrokken"

    def let_in(self) -> None:
        self._us.password = self._password

    def take_away(self) -> None:
        del self._site.rooms[self._rooms[1].id]

    def close_to_us(self) -> None:
        self._rooms[1].members.discard(self._us.id)

    def rename(self, name: str) -> None:
        self._sanne.name = name

    def move(self, thread: ThreadKey) -> None:
        self._site.activities[place_in(thread)[0]].item_id = self._rooms[1].id

    def remove(self, thread: ThreadKey) -> None:
        self._gone[thread] = self._site.activities.pop(place_in(thread)[0])

    def bring_back(self, thread: ThreadKey) -> None:
        self._site.activities[place_in(thread)[0]] = self._gone[thread]

    def twist(self, twist: Twist) -> None:
        self._site.twist = twist

    def close(self) -> None:
        self._site.__exit__(None, None, None)


INTRANETS: Mapping[str, Callable[[], Intranet]] = {
    "humhub": OnHumHub, "buddypress": OnBuddyPress, "facebook": OnFacebook, "linkedin": OnLinkedIn,
}  # fmt: skip

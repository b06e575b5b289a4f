"""Large networks to collect for the first time: spaces full of threads, on fakes that count what they are asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol

from console.adapters.buddypress_reading import Keys
from console.adapters.contract import Config
from console.adapters.humhub_discovery import site_of
from console.domain.conversation import ThreadKey
from tests.adapters import test_facebook_contract, test_linkedin_contract
from tests.adapters.test_buddypress_contract import config_of as buddypress_config
from tests.adapters.test_buddypress_contract import now_ms
from tests.adapters.test_humhub_contract import config_of as humhub_config
from tests.fakes.buddypress import BuddyPress
from tests.fakes.facebook import Facebook
from tests.fakes.humhub import HumHub
from tests.fakes.linkedin import LinkedIn

Size = tuple[int, int, int]


class Network(Protocol):
    """A network of `spaces` spaces, each with `threads` threads of `said` messages.

    first_page  threads of a space that its first page may bring
    sizes       a small and a large one: spaces, threads in each, messages in each of these
    """

    first_page: int
    sizes: tuple[Size, Size]
    secrets: Mapping[str, str]

    def fill(self, spaces: int, threads: int, said: int) -> None: ...

    def config(self) -> Config:
        """A connection as its check would have stored it."""

    def now_ms(self) -> int: ...

    def newest(self) -> list[ThreadKey]:
        """The newest thread of each space."""

    def asked(self) -> Counter[str]:
        """How many requests there were so far for each space, and for none ("")."""

    def close(self) -> None: ...


class OnHumHub:
    first_page = 100
    sizes = (8, 25, 10), (25, 40, 50)  # each thread that somebody answered is a request
    secrets: Mapping[str, str] = {"token": "redactie-token"}

    def __init__(self) -> None:
        self._humhub = HumHub().__enter__()
        self.now_ms = self._humhub.now_ms
        self._newest: list[int] = []

    def fill(self, spaces: int, threads: int, said: int) -> None:
        rooms = [self._humhub.spaces[9]]
        rooms += [self._humhub.space(f"Ruimte {n}", redactie="member", sanne="member") for n in range(1, spaces)]
        for room in rooms:
            for thread in range(threads):
                post = self._humhub.post("sanne", f"Vraag {thread} in {room.name}", room.container)
                for answer in range(1, said):
                    self._humhub.say("joris", post.id, f"Antwoord {answer}")
            self._newest.append(post.id)

    def config(self) -> Config:
        return humhub_config(self._humhub)

    def newest(self) -> list[ThreadKey]:
        site = site_of(self.config())
        return [ThreadKey(site.content(number)) for number in self._newest]

    def asked(self) -> Counter[str]:
        return Counter(self._space_of(one.path) for one in list(self._humhub.asked))

    def _space_of(self, path: str) -> str:
        containers = {str(space.id): container for container, space in self._humhub.spaces.items()}
        if found := re.fullmatch(r"(?:content/find-by-container|(?:post|activity)/container)/(\d+)", path):
            return found[1]
        if found := re.fullmatch(r"space/(\d+)/membership", path):
            return str(containers[found[1]])
        if found := re.fullmatch(r"(?:comment/)?content/(\d+)", path):
            return str(self._humhub.contents[int(found[1])].container)
        return ""

    def close(self) -> None:
        self._humhub.__exit__()


class OnBuddyPress:
    first_page = 50
    sizes = (4, 125, 4), (20, 500, 5)

    def __init__(self) -> None:
        self._site = BuddyPress().__enter__()
        self._us = self._site.account("redactie", "Redactie")
        self._sanne = self._site.account("sanne", "Sanne de Wit")
        self.secrets: Mapping[str, str] = {"password": self._us.password}
        self._newest: list[int] = []

    def fill(self, spaces: int, threads: int, said: int) -> None:
        # What is said to the whole site is a space too.
        rooms = [None, *(self._site.room(f"Groep {n}", self._us, self._sanne) for n in range(1, spaces))]
        for room in rooms:
            for thread in range(threads):
                root = self._site.post(self._sanne, f"Vraag {thread}", room)
                for answer in range(1, said):
                    self._site.comment(self._sanne, root, f"Antwoord {answer}")
            self._newest.append(root)

    def config(self) -> Config:
        return buddypress_config(self._site)

    def now_ms(self) -> int:
        return now_ms()

    def newest(self) -> list[ThreadKey]:
        keys = Keys(self._site.server)
        return [keys.thread(root) for root in self._newest]

    def asked(self) -> Counter[str]:
        found = (re.search(r"group_id=(\d+)|component=(activity)", target) for _method, target in self._site.requests)
        return Counter((one[1] or "site") if one else "" for one in found)

    def close(self) -> None:
        self._site.__exit__(None, None, None)


class OnFacebook:
    """One Page: a connection has one space."""

    first_page = 25
    sizes = (1, 80, 30), (1, 500, 100)
    secrets: Mapping[str, str] = test_facebook_contract.TOKEN

    def __init__(self) -> None:
        self._facebook = Facebook().__enter__()
        self.now_ms = self._facebook.now_ms
        self._newest: list[ThreadKey] = []

    def fill(self, spaces: int, threads: int, said: int) -> None:
        for thread in range(threads):
            post = self._facebook.post("sanne", f"Vraag {thread}")
            for answer in range(1, said):
                self._facebook.comment("joris", post.id, f"Antwoord {answer}")
        self._newest = [ThreadKey(test_facebook_contract.key_of_said(post))]

    def config(self) -> Config:
        return test_facebook_contract.config_of(self._facebook.url)

    def newest(self) -> list[ThreadKey]:
        return self._newest

    def asked(self) -> Counter[str]:
        return Counter({"page": len(self._facebook.asked)})

    def close(self) -> None:
        self._facebook.__exit__()


class OnLinkedIn:
    """One Page: a connection has one space. Each thread that somebody answered is a request."""

    first_page = 50
    sizes = (1, 80, 30), (1, 500, 100)
    secrets: Mapping[str, str] = test_linkedin_contract.SECRETS

    def __init__(self) -> None:
        self._linkedin = LinkedIn().__enter__()
        self.now_ms = self._linkedin.now_ms
        self._newest: list[ThreadKey] = []

    def fill(self, spaces: int, threads: int, said: int) -> None:
        for thread in range(threads):
            post = self._linkedin.post(f"Nieuws {thread}")
            for answer in range(1, said):
                self._linkedin.comment("Ab3dE", post.number, f"Antwoord {answer}")
        self._newest = [ThreadKey(test_linkedin_contract.key_of_said(post))]

    def config(self) -> Config:
        return test_linkedin_contract.config_of(self._linkedin.url)

    def newest(self) -> list[ThreadKey]:
        return self._newest

    def asked(self) -> Counter[str]:
        return Counter({"page": len(self._linkedin.asked)})

    def close(self) -> None:
        self._linkedin.__exit__()


NETWORKS: Mapping[str, Callable[[], Network]] = {
    "humhub": OnHumHub, "buddypress": OnBuddyPress, "facebook": OnFacebook, "linkedin": OnLinkedIn,
}  # fmt: skip

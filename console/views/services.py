"""What the composition root gives the window: the desk, and the few things from outside that views may not know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.desk.seat import Desk
from console.domain.care import Care
from console.domain.gallery import Facts
from console.domain.pasting import Pasted
from console.domain.platform import Capabilities
from console.heavies import Heavies
from console.heavy_count import HeavyCount
from console.house_texts import HouseTexts
from console.store.connection import Store


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One thing a platform asks for when connecting."""

    name: str
    label: str
    secret: bool
    required: bool
    hint: str
    where: str


@dataclass(frozen=True, slots=True)
class SignInShown:
    """Whose pages people sign in on; `place` is the server that the pages of a connection with such settings stand on."""

    provider: str
    place: Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class PlatformShown:
    """A platform as the gallery shows it; `can` is what can be done with it at best.

    sign_in   where people sign in on the platform's own pages; `views/connections/browser_sign_in.py` is what a form shows then
    """

    key: str
    title: str
    about: str
    fields: Sequence[FieldShown]
    can: Capabilities
    facts: Facts
    sign_in: SignInShown | None = None


@dataclass(slots=True)
class Services:
    """`tell` writes one line to the collector's stdin: the only way a secret goes. `demo_fault` only on the demo, `look_around` (opens
    the demo beside this window) everywhere else. `reminds`: whether this window of its profile speaks unasked.
    """

    desk: Desk
    settings: Mapping[str, Any]
    platforms: Callable[[], list[PlatformShown]]
    save_settings: Callable[[Mapping[tuple[str, str], Any]], None]
    tell: Callable[[Mapping[str, Any]], None]
    open_link: Callable[[str], None]
    house: HouseTexts
    demo_fault: Callable[[str], None] | None = None
    look_around: Callable[[], None] | None = None
    looked_at: Callable[[str, str], Pasted] = lambda text, html: Pasted(text)  # of a clipboard: its text, its HTML
    named: Callable[[Pasted], Pasted] = lambda pasted: pasted  # with the keys that what is known of it gives
    reminds: Callable[[], bool] = lambda: True
    notify: Callable[[str, str], None] = lambda title, text: None  # a notice of the system
    badge: Callable[[int], None] = lambda count: None  # the number on the program's icon
    heavies: Heavies = field(init=False)
    heavy_count: HeavyCount = field(init=False)

    def __post_init__(self) -> None:
        self.heavies = Heavies(self.desk.store, lambda: self.care, self.house)
        self.heavy_count = HeavyCount(self.house.profile)

    @property
    def care(self) -> Care:
        found: Care = self.settings["care"]
        return found

    @property
    def store(self) -> Store:
        return self.desk.store

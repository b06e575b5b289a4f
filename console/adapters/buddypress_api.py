"""The part of a WordPress's REST API that BuddyPress adds, in both its generations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from console.adapters.buddypress_reading import SITE, Group, read_group
from console.adapters.rows import Row
from console.adapters.transport import Answer, Http
from console.adapters.wp_rest import PER_PAGE, Codes, Listing, Rest
from console.adapters.wp_rows import id_of
from console.domain.platform import BadResponse, NotFound, PlatformError, Rejected

ROOTS = 50  # activities in one page, each with all its comments
MAX_ANSWER_BYTES = 20 * 1024 * 1024
MAX_GROUP_PAGES = 50
GONE = "bp_rest_invalid_id"
NOT_MADE = "bp_rest_user_cannot_create_activity"
_CODES: Codes = {
    GONE: NotFound,
    "bp_rest_group_invalid_id": NotFound,
    "bp_rest_member_invalid_id": NotFound,
    # Answered with a status of 500, though the site works and only refuses.
    NOT_MADE: Rejected,
    "bp_rest_user_cannot_update_activity": Rejected,
    "bp_rest_activity_cannot_delete": Rejected,
    "bp_rest_messages_create_failed": Rejected,
}


class Api(Rest):
    """`generation` is "v1" or "v2". The first wraps a single thing in a list of one; either form is taken."""

    def __init__(self, http: Http, root: str, now_ms: Callable[[], int], generation: str) -> None:
        super().__init__(http, root, now_ms, _CODES, MAX_ANSWER_BYTES)
        self._namespace = f"/buddypress/{generation}"

    def error(self, answer: Answer) -> PlatformError:
        error = super().error(answer)
        if error.code == "rest_no_route":  # BuddyPress was taken away, or came back in another generation
            return BadResponse(answer.host, code="no_buddypress", maybe_sent=False)
        return error

    async def list_of(self, route: str, params: Mapping[str, str | int]) -> Listing:
        return await self.rows(f"{self._namespace}/{route}", params)

    async def activities(self, group: int, params: Mapping[str, str | int]) -> Listing:
        """Activities of a group, or said to the whole site, newest first, with all their comments."""
        place: dict[str, str | int] = {"group_id": group} if group != SITE else {"component": "activity"}
        return await self.list_of(
            "activity", {**place, "display_comments": "threaded", "status": "all", "per_page": ROOTS, **params}
        )

    async def one(self, number: int) -> Row:
        """One activity with its comments. Raises PlatformError: NotFound when it is gone, Forbidden when refused."""
        return await self.single(f"activity/{number}", {"display_comments": "threaded"})

    async def single(self, route: str, params: Mapping[str, str | int]) -> Row:
        """One thing by its number. Raises PlatformError: NotFound when it is gone, Forbidden when refused."""
        return self._single(await self.send("GET", f"{self._namespace}/{route}", params))

    async def change(self, method: str, route: str, body: Mapping[str, Any]) -> Row:
        """Make or change an activity or a private message; as it is now, with what it stands in."""
        return self._single(await self.send(method, f"{self._namespace}/{route}", None, body))

    async def delete(self, number: int) -> bool:
        """Remove an activity with all below it; whether the site says that it did."""
        found = (await self.send("DELETE", f"{self._namespace}/activity/{number}")).json()
        return isinstance(found, Mapping) and found.get("deleted") is True

    def _single(self, answer: Answer) -> Row:
        found = answer.json()
        row = found[0] if isinstance(found, list) and len(found) == 1 else found
        if not isinstance(row, Mapping) or not id_of(row):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
        return row

    async def own_groups(self) -> list[Group]:
        """The groups we are a member of. Raises AuthExpired when we are nobody any more."""
        return _groups((await self.list_of("groups/me", {})).rows)

    async def readable_groups(self, moderates: bool) -> list[Group]:
        """The groups that anybody can read, and for who moderates the site all there are."""
        found: list[Group] = []
        for page in range(1, MAX_GROUP_PAGES + 1):
            params: dict[str, str | int] = {"per_page": PER_PAGE, "page": page}
            listing = await self.list_of("groups", {**params, "show_hidden": "true"} if moderates else params)
            found += [group for group in _groups(listing.rows) if moderates or group.status == "public"]
            if not listing.goes_on_after((page - 1) * PER_PAGE):
                break
        return found

    async def members(self, numbers: Sequence[int]) -> list[Row]:
        """These people, as far as they are still members; also those who were never active."""
        found: list[Row] = []
        for at in range(0, len(numbers), PER_PAGE):
            part = ",".join(str(number) for number in numbers[at : at + PER_PAGE])
            found += (
                await self.list_of("members", {"include": part, "type": "alphabetical", "per_page": PER_PAGE})
            ).rows
        return found


def _groups(rows: Sequence[Row]) -> list[Group]:
    return [group for row in rows if (group := read_group(row))]

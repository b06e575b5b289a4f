"""What goes between the adapter and the fake HumHub, held against the OpenAPI files that HumHub's module ships.

    with humhub, Published(humhub) as published: …   # fails at the end when something was not as published

Where those files differ from what the module's own code does, they are mended here first, each with its reason.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.fakes.humhub import Asked, HumHub

FOLDER = Path(__file__).parent.parent.parent.parent / "shared" / "specs" / "humhub"
# (file, path to what is wrong, what it should be, why)
MENDED: tuple[tuple[str, tuple[str, ...], Any, str], ...] = (
    ("common", ("components", "parameters", "limitParam", "schema", "maximum"), 100, "the code caps at 100, not 50"),
    ("content", ("components", "parameters"), {"topicsParam": {"in": "query", "name": "topics", "schema": {"type": "string"}}},
     "the file of posts refers to it and it isn't there"),
    ("content", ("components", "schemas", "ContentMetadata", "properties", "state", "maximum"), 100, "100 is a deleted one"),
    ("content", ("components", "schemas", "Content", "properties", "files"),
     {"type": "array", "items": {"$ref": "file.yaml#/components/schemas/File"}}, "the code gives a list of files"),
    ("content", ("components", "schemas", "ContentMetadata", "properties", "updated_by", "nullable"), True, "nobody yet"),
    ("content", ("components", "schemas", "ContentMetadata", "properties", "scheduled_at", "nullable"), True, "not scheduled"),
    ("content", ("components", "schemas", "ContentMetadata", "properties", "pinned", "type"), ["boolean", "integer"], "0 and 1 are asked for"),
    ("content", ("components", "schemas", "ContentMetadata", "properties", "locked_comments", "type"), ["boolean", "integer"], "0 and 1 are asked for"),
    ("content", ("components", "schemas", "ContentMetadata", "properties", "archived", "type"), ["boolean", "integer"], "0 and 1 are asked for"),
    ("space", ("components", "schemas", "SpaceMembership", "properties", "can_cancel_membership", "type"), ["boolean", "integer"], "as the database has it"),
    ("space", ("components", "schemas", "SpaceMembership", "properties", "send_notifications", "type"), ["boolean", "integer"], "as the database has it"),
    ("space", ("components", "schemas", "SpaceMembership", "properties", "show_at_dashboard", "type"), ["boolean", "integer"], "as the database has it"),
    *(("space", ("components", "schemas", "SpaceMembership", "properties", name, "nullable"), True, "may be nothing")
      for name in ("originator_user", "request_message", "updated_at", "last_visit")),
)  # fmt: skip
# The route in the code, where the files name another.
RENAMED = {"content/find-by-container": "content/findByContainer", "like/find-by-object": "like/findByRecord"}
# `expired_at` and `code` of a sign-in are numbers in the code and text in the file; so that answer is left out.
LEFT_OUT = frozenset({"/auth/login"})


@functools.cache
def documents() -> Mapping[str, Any]:
    """Every file as it is once mended, with what may be null said as JSON Schema says it."""
    found = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml")}
    for name, where, right, _why in MENDED:
        place = found[f"{name}.yaml"]
        for step in where[:-1]:
            place = place[step]
        place[where[-1]] = right
    return {name: _nullable(document) for name, document in found.items()}


def _nullable(value: Any) -> Any:
    if isinstance(value, dict):
        plain = {key: _nullable(one) for key, one in value.items() if key not in {"nullable", "example"}}
        return {"anyOf": [plain, {"type": "null"}]} if value.get("nullable") is True else plain
    return [_nullable(one) for one in value] if isinstance(value, list) else value


@functools.cache
def registry() -> Registry[Any]:
    return Registry().with_resources(
        (name, Resource(contents=document, specification=DRAFT4)) for name, document in documents().items()
    )


@functools.cache
def operations() -> tuple[tuple[re.Pattern[str], str, str, Any], ...]:
    """(pattern of the path, verb, file, what is published), those without a hole in their path first."""
    found = []
    for name, document in documents().items():
        for template, verbs in (document.get("paths") or {}).items():
            pattern = re.sub(r"\\\{\w+\\\}", r"\\d+", re.escape(template.strip("/")))
            found += [
                (re.compile(pattern), verb.upper(), name, {**told, "template": template})
                for verb, told in verbs.items()
            ]
    return tuple(sorted(found, key=lambda one: one[3]["template"].count("{")))


def published_for(asked: Asked) -> tuple[str, Any] | None:
    path = asked.path.strip("/")
    for ours, theirs in RENAMED.items():
        path = path.replace(ours, theirs)
    for pattern, verb, name, told in operations():
        if verb == asked.method and pattern.fullmatch(path) and told["template"] not in LEFT_OUT:
            return name, told
    return None


def wrong(name: str, schema: Any, value: Any, where: str) -> Iterator[str]:
    """What a value lacks to be as published; references are those of the file `name`."""
    for error in _validator(name, json.dumps(schema)).iter_errors(value):
        yield f"{where}/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


@functools.cache
def _validator(name: str, schema: str) -> Draft4Validator:
    return Draft4Validator({"$id": name, **_rooted(name, json.loads(schema))}, registry=registry())


def _rooted(name: str, value: Any) -> Any:
    """The schema with references into its own file spelled out."""
    if isinstance(value, dict):
        return {
            key: f"{name}{one}" if key == "$ref" and str(one).startswith("#") else _rooted(name, one)
            for key, one in value.items()
        }
    return [_rooted(name, one) for one in value] if isinstance(value, list) else value


@dataclass
class Published:
    """Listens to a fake while the block lasts, and counts what was held against the files."""

    humhub: HumHub
    requests: int = 0
    answers: int = 0

    def __enter__(self) -> Self:
        self.complaints: list[str] = []
        if FOLDER.is_dir():
            self.humhub.listen = self._heard
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        if kind is None:
            assert not self.complaints, "\n".join(self.complaints[:20])

    def _heard(self, asked: Asked) -> None:
        found = published_for(asked)
        if found is None or asked.status != 200:
            return
        name, told = found
        title = f"{asked.method} {told['template']}"
        body = _followed(name, told.get("requestBody"))
        if body is not None:
            schema = body[1]["content"]["application/json"]["schema"]
            self.complaints += [f"{title}: {one}" for one in wrong(body[0], schema, asked.body, "asked")]
        self.complaints += [f"{title}: {one}" for one in self._parameters(name, told, asked)]
        self.requests += 1
        content = told["responses"]["200"].get("content")
        if content and "application/json" in content:
            answered = wrong(name, content["application/json"]["schema"], asked.answer, "answered")
            self.complaints += [f"{title}: {one}" for one in answered]
            self.answers += 1

    def _parameters(self, name: str, told: Any, asked: Asked) -> Iterator[str]:
        for parameter in told.get("parameters") or ():
            where, described = _followed(name, parameter)
            if described["in"] == "query" and described["name"] in asked.params:
                value: Any = asked.params[described["name"]]
                if described["schema"].get("type") == "integer":
                    value = int(value)
                yield from wrong(where, described["schema"], value, described["name"])


def _followed(name: str, value: Any) -> Any:
    """(file, value) with a reference followed; None for nothing."""
    if value is None:
        return None
    if "$ref" not in value:
        return name, value
    file, _, pointer = value["$ref"].partition("#/")
    place = documents()[file or name]
    for step in pointer.split("/"):
        place = place[step]
    return _followed(file or name, place)

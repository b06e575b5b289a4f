"""Everything that goes between the adapter and a homeserver, held against the published description of that interface.

The fixture `held_to_the_schema` records while a test runs, and fails it when a request or an answer is not as described.
How many were looked at is printed at the end; none at all, where tests asked for it, is a failure.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from jsonschema import Draft202012Validator

from console.adapters.transport import Answer, Http

SPECIFICATION = Path(__file__).parent.parent.parent.parent / "shared" / "specs" / "matrix-client-server.json"
ERROR = {"type": "object", "required": ["errcode", "error"], "properties": {"errcode": {"type": "string"}}}
COUNTS = ("tests", "requests", "answers")
_counts = dict.fromkeys(COUNTS, 0)


@dataclass(frozen=True, slots=True)
class Operation:
    """One question the interface knows, as it is described; `pattern` finds the values in its path."""

    template: str
    verb: str
    pattern: re.Pattern[str]
    described: Mapping[str, Any]

    def parameters(self, path: str, query: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with the values in the path and behind it."""
        match = self.pattern.match(path)
        assert match is not None
        given = {"path": {name: unquote(value) for name, value in match.groupdict().items()}, "query": query}
        known = {"path": set[str](), "query": set[str]()}
        for parameter in self.described.get("parameters", ()):
            name, place = parameter["name"], parameter["in"]
            if place not in given:
                continue
            known[place].add(name)
            if name in given[place]:
                yield from wrong(parameter["schema"], _typed(given[place][name], parameter["schema"]), name)
            elif parameter.get("required"):
                yield f"{name} is missing"
        yield from (f"no such parameter: {name}" for name in query.keys() - known["query"])

    def body(self, content: bytes | None) -> Iterator[str]:
        asked = self.described.get("requestBody", {}).get("content", {}).get("application/json")
        if asked is not None:
            yield from wrong(asked["schema"], json.loads(content or b"null"), "body")
        elif content:
            yield "a body where none is described"

    def answer(self, answer: Answer) -> Iterator[str]:
        told = self.described["responses"].get(str(answer.status), {}).get("content", {}).get("application/json")
        if answer.status >= 400:
            yield from wrong(ERROR, answer.json(), "error")
        elif told is not None:
            yield from wrong(told["schema"], answer.json(), "answer")
        else:
            yield f"status {answer.status} is not described"


def wrong(schema: Mapping[str, Any], value: object, where: str) -> list[str]:
    """What a value lacks to be as described."""
    return [
        f"{where}/{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        for error in Draft202012Validator(schema).iter_errors(value)
    ]


def _typed(value: Any, schema: Mapping[str, Any]) -> Any:
    """A value of an address is text; here as what it stands for."""
    return int(value) if schema.get("type") == "integer" and str(value).isdecimal() else str(value)


@functools.cache
def operations() -> tuple[Operation, ...]:
    document = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    found = []
    for template, verbs in document["paths"].items():
        pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]*)", re.escape(template)) + r"\Z")
        found += [Operation(template, verb.upper(), pattern, described) for verb, described in verbs.items()]
    # Of `/join/{alias}` and `/join/x` the one with the fewest holes is meant.
    return tuple(sorted(found, key=lambda one: one.template.count("{")))


def operation(method: str, url: str) -> Operation | None:
    """None for what is not in the description: an administrator's questions, media."""
    path = urlsplit(url).path
    return next((one for one in operations() if one.verb == method and one.pattern.match(path)), None)


@dataclass(slots=True)
class Recording:
    """What one test said and heard."""

    requests: int = 0
    answers: int = 0
    complaints: list[str] = field(default_factory=list)

    def asked(self, method: str, url: str, params: Mapping[str, Any] | None, content: bytes | None) -> None:
        known = operation(method, url)
        if known is not None:
            self.requests += 1
            query = {**dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)), **(params or {})}
            self._note(known, "asked", [*known.parameters(urlsplit(url).path, query), *known.body(content)])

    def heard(self, method: str, url: str, answer: Answer) -> None:
        known = operation(method, url)
        by_the_server = answer.headers.get("server", "").startswith("Synapse")  # and not by a line that fails
        if known is not None and by_the_server and answer.is_json:
            self.answers += 1
            self._note(known, "heard", list(known.answer(answer)))

    def _note(self, known: Operation, what: str, complaints: list[str]) -> None:
        self.complaints += [f"{what} {known.verb} {known.template}: {one}" for one in complaints]


@pytest.fixture
def held_to_the_schema(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording | None]:
    """Whatever an adapter asks and hears in this test is as described, or the test fails."""
    if not SPECIFICATION.is_file():
        yield None  # the description isn't beside the project: nothing to hold it against
        return
    recording, once = Recording(), Http._once

    async def recorded(
        http: Http, method: str, url: str, params: Any, content: bytes | None, headers: Any, *more: Any
    ) -> Answer:  # fmt: skip
        recording.asked(method, url, params, content)
        answer = await once(http, method, url, params, content, headers, *more)
        recording.heard(method, url, answer)
        return answer

    monkeypatch.setattr(Http, "_once", recorded)
    yield recording
    for name, count in (("tests", 1), ("requests", recording.requests), ("answers", recording.answers)):
        _counts[name] += count
    assert not recording.complaints, "\n".join(recording.complaints[:20])


# -- the count at the end, over all processes of a run -------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    for name, count in getattr(node, "workeroutput", {}).get("matrix_schema", {}).items():
        _counts[name] += count


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["matrix_schema"] = dict(_counts)
    elif _counts["tests"] and not (_counts["requests"] and _counts["answers"]):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def summary(terminalreporter: Any) -> None:
    if _counts["tests"]:
        terminalreporter.write_line(
            "Matrix, against its published schema: {requests} requests and {answers} answers in {tests} tests.".format(
                **_counts
            )
        )
    elif not SPECIFICATION.is_file():
        terminalreporter.write_line("Matrix's published schema isn't beside the project: nothing was held against it.")

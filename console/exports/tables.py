"""The three kinds of file that an export can be. None of them can do anything when somebody opens it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

Row = Mapping[str, Any]

THREAD_COLUMNS = (
    "id", "platform", "connection", "space", "title", "author", "opened_at", "last_message_at", "messages", "unread",
    "reports", "state", "assignee", "tags", "level", "due_at", "reasons", "url",
)  # fmt: skip
DECISION_COLUMNS = (
    "id", "at", "by", "what", "words", "text", "thread", "message", "title", "undoes", "undone", "superseded",
)  # fmt: skip
XLSX_ROWS, XLSX_LETTERS = 1_048_576, 32_767

_JOINERS = "\u200c\u200d"  # invisible, but part of words and of emoji
# A cell that begins like this is a formula to one spreadsheet or another; so is what follows a separator that the
# reader's language uses and the writer's doesn't.
_FORMULA = re.compile(r"(?:^|(?<=[;,|]))(?=[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])")


class TooLong(Exception):
    """More rows than a sheet can hold."""


class Table(Protocol):
    """Somewhere that rows are written one by one."""

    def thread(self, row: Row) -> None: ...
    def decision(self, row: Row) -> None: ...
    def close(self) -> None: ...


def plain(value: Any) -> str | int:
    """A value as the words of one cell: numbers stay numbers, lists are joined, and nothing invisible is left."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        value = ", ".join(part["text"] if isinstance(part, dict) else str(part) for part in value)
    return "".join(letter if letter.isprintable() or letter in _JOINERS else " " for letter in str(value)).strip()


def harmless(value: Any) -> str | int:
    """The words of a cell with an apostrophe before whatever a spreadsheet would work out."""
    found = plain(value)
    return _FORMULA.sub("'", found) if isinstance(found, str) else found


class Csv:
    """One table: `row` says whether a line is a thread or a decision; comma-separated, UTF-8 with its mark."""

    COLUMNS = ("row", *dict.fromkeys((*THREAD_COLUMNS, *DECISION_COLUMNS)))

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._writer.writerow(self.COLUMNS)

    def thread(self, row: Row) -> None:
        self._put({"row": "thread", **{name: row[name] for name in THREAD_COLUMNS}})

    def decision(self, row: Row) -> None:
        self._put({"row": "decision", **{name: row[name] for name in DECISION_COLUMNS}})

    def close(self) -> None:
        self._file.close()

    def _put(self, row: Row) -> None:
        self._writer.writerow([harmless(row.get(name)) for name in self.COLUMNS])


class Jsonl:
    """A line of JSON each: what `queue` and `history` give, with `row` before it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", errors="replace", newline="\n")

    def thread(self, row: Row) -> None:
        self._put({"row": "thread", **row})

    def decision(self, row: Row) -> None:
        self._put({"row": "decision", **row})

    def close(self) -> None:
        self._file.close()

    def _put(self, row: Row) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")


class Xlsx:
    """A workbook with a sheet of threads and one of decisions; every text is a string cell, never a formula or link."""

    def __init__(self, path: Path) -> None:
        from xlsxwriter import Workbook

        self._book = Workbook(str(path), {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        })  # fmt: skip
        self._threads = self._sheet("threads", THREAD_COLUMNS)
        self._decisions = self._sheet("decisions", DECISION_COLUMNS)
        self._rows = {"threads": 1, "decisions": 1}

    def thread(self, row: Row) -> None:
        self._put("threads", self._threads, [row[name] for name in THREAD_COLUMNS])

    def decision(self, row: Row) -> None:
        self._put("decisions", self._decisions, [row[name] for name in DECISION_COLUMNS])

    def close(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as error:
            cause = error.args[0] if error.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error

    def _sheet(self, name: str, columns: tuple[str, ...]) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for n, column in enumerate(columns):
            sheet.write_string(0, n, column)
        return sheet

    def _put(self, name: str, sheet: Any, values: list[Any]) -> None:
        number = self._rows[name]
        if number == XLSX_ROWS:
            raise TooLong
        for n, value in enumerate(values):
            found = plain(value)
            if isinstance(found, int):
                sheet.write_number(number, n, found)
            else:
                sheet.write_string(number, n, found[:XLSX_LETTERS])
        self._rows[name] = number + 1


FORMATS: dict[str, type[Csv] | type[Jsonl] | type[Xlsx]] = {"csv": Csv, "xlsx": Xlsx, "jsonl": Jsonl}

"""The command `platforms`: what can be connected, what can be done there, and what is needed for it."""

from __future__ import annotations

from typing import Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from console.adapters.contract import Adapter, Field
from console.adapters.registry import all_adapters
from console.cli import shapes
from console.cli.reading import Json
from console.cli.session import put_json
from console.cli.terminal import Screen, safe
from console.domain.gallery import COLUMNS, Address, Facts, WayIn, connectable, facts_of, mark_of
from console.sentences.gallery import about, asked_for, column_words, legend, news_words, way_words, where_found
from console.words import _


def platforms(as_json: Json = False) -> None:
    found = [(kind, facts_of(kind)) for kind in all_adapters()]
    if as_json:
        put_json({"platforms": [_shape(kind, facts) for kind, facts in found]})
        return
    console = Screen()
    shown = [(kind, facts) for kind, facts in found if connectable(kind.fields, facts)]
    for direct in (True, False):
        group = [(kind, facts) for kind, facts in shown if (facts.way_in is WayIn.DIRECT) is direct]
        if group:
            console.print(_table(group))
    console.print(safe(" · ".join(f"{mark} {words}" for mark, words in legend())))
    for kind, facts in shown:
        console.print()
        console.print(Text.assemble((kind.title, "bold"), f"  {kind.key}"))
        console.print(Padding(safe(about(facts.about)), (0, 0, 0, 4)))
        for field in asked(kind, facts):
            console.print(Padding(_asked(field), (0, 0, 0, 4)))


def asked(kind: type[Adapter], facts: Facts) -> list[Field]:
    """What `connect` asks for beside a name."""
    if facts.address is Address.NONE:
        return list(kind.fields)
    return [Field("url", "Address", required=facts.address is Address.NEEDED, hint="https://"), *kind.fields]


def _table(group: list[tuple[type[Adapter], Facts]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), title=way_words(group[0][1].way_in), title_justify="left")
    table.add_column(_("Platform"))
    for column in COLUMNS:
        table.add_column(column_words(column), justify="center")
    table.add_column(_("News comes"))
    for kind, facts in group:
        can = kind.default_capabilities
        name = f"{kind.title} ≈" if can.approximate else kind.title
        table.add_row(safe(name), *(mark_of(column, can, facts) for column in COLUMNS), news_words(facts.news))
    return table


def _asked(field: Field) -> Text:
    option = {"url": "--url", "user": "--user"}.get(field.name, "--secret-stdin" if field.secret else f"--set {field.name}=")  # fmt: skip
    text = asked_for(field.label)
    if not field.required:
        text = _("{field} (optional)").format(field=text)
    where = f". {where_found(field.where)}" if field.where else ""
    return safe(f"{text}  [{option}]{where}")


def _shape(kind: type[Adapter], facts: Facts) -> dict[str, Any]:
    can = kind.default_capabilities
    return {
        "key": kind.key, "title": kind.title, "about": about(facts.about), "way_in": facts.way_in.value,
        "news": facts.news.value, "approximate": can.approximate, "capabilities": shapes.capabilities(can),
        "depends": sorted(facts.depends), "fields": [field.name for field in kind.fields],
        "needs": [
            {"name": field.name, "label": asked_for(field.label), "secret": field.secret, "required": field.required,
             "where": where_found(field.where)}
            for field in asked(kind, facts)
        ],
    }  # fmt: skip

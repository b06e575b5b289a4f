"""Each place that text goes to has one function that makes it safe; nobody goes round it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

CODE = sorted((Path(__file__).parent.parent.parent / "console").rglob("*.py"))
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in CODE}


# Sentences of the catalogue that a name stands for.
OUR_SENTENCES = {"sentence.format(platform=title, address=words)", "text.format(n=count)"}


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of something with this name, whatever it is called on."""
    for file, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                found = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                if found == name:
                    yield file, node


def in_window(file: Path) -> bool:
    return bool({"views", "widgets"} & set(file.parts))


def test_labels_are_made_where_they_are_made_plain() -> None:
    # The picture's own label shows a picture only.
    assert {file.name for file, _call in calls("QLabel") if in_window(file)} <= {"message_card.py", "picture_dialog.py"}
    assert {file.name for file, _call in calls("setTextFormat")} >= {"message_card.py"}


def test_only_a_body_is_read_as_html() -> None:
    found = {file.name for name in ("setHtml", "insertHtml", "appendHtml", "toHtml") for file, _call in calls(name)}
    assert found == {"body.py"}


def test_only_one_module_knows_the_clipboard() -> None:
    assert {file.name for file, _call in calls("clipboard")} == {"plain_text.py"}


def test_a_tooltip_is_ours_or_goes_through_tip() -> None:
    wrong = []
    for name in ("setToolTip", "setStatusTip", "setWhatsThis"):
        for file, call in calls(name):
            said = call.args[0]
            ours = isinstance(said, ast.Constant) or "tip(" in ast.unparse(said) or "_(" in ast.unparse(said)
            if not ours and ast.unparse(said) != "f'{tool.text}  {tool.key}'":
                wrong.append(f"{file.name}: {ast.unparse(said)}")
    assert wrong == []


def test_a_text_to_translate_is_never_made_of_what_somebody_said() -> None:
    wrong = [
        f"{file.name}: {ast.unparse(call)}"
        for name in ("_", "ngettext", "pgettext")
        for file, call in calls(name)
        if any(isinstance(argument, ast.JoinedStr | ast.BinOp | ast.Call) for argument in call.args[:2])
    ]
    assert wrong == []


def test_what_somebody_said_is_never_a_template() -> None:
    wrong = []
    for file, call in calls("format"):
        if not isinstance(call.func, ast.Attribute):
            continue
        template = call.func.value
        ours = isinstance(template, ast.Constant) or (
            isinstance(template, ast.Call) and ast.unparse(template.func) in ("_", "ngettext", "pgettext")
        )
        sentence = ast.unparse(call) in OUR_SENTENCES
        if not ours and not sentence and "store" not in file.parts:  # there the templates are SQL of ours
            wrong.append(f"{file.name}: {ast.unparse(call)}")
    assert wrong == []

"""Every text of the window, found in the sources and declarations, and the English catalogue that has to hold them all.

``python -m tests.translations`` lists what has no English yet; ``python -m tests.translations update`` puts new texts into the ``.po``,
takes unused ones out and writes the ``.mo`` beside it. The Vietnamese sentence itself is the key, so there is no template file to keep.
"""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.i18n import DOMAIN, FOLDER

ROOT = Path(__file__).resolve().parents[1]
PO = FOLDER / "en" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")
MARKED = {"_", "Message", "sentence"}
"""Calls whose first argument is a text of ours."""
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)

KEPT = re.compile(r"Nền Nếp|Tiếng Việt|\d+/\d{4}/QĐ-TTg")
"""What is called the same in both languages: the program, the language, the numbers of decisions."""

COMMAND_LINE = {
    "app/cli.py", "app/commands.py", "app/console.py", "app/demo.py", "app/explaining.py",
    "app/report/commands.py", "app/sync/arguments.py", "app/sync/commands.py", "app/sync/demo.py",
}  # fmt: skip
"""What speaks at the command line, in Vietnamese."""
NOT_SHOWN_MODULES = COMMAND_LINE | {
    # paper: blank entry sheets and printed lists
    "app/entry_sheet.py", "app/list_print.py", "app/sync/slip.py",
    # tables of encodings, syllables and the words of numbers
    "app/legacy_text.py", "app/amount_words.py",
    # the words of the report itself, which is never translated
    "app/report/annex_tables.py", "app/report/content.py", "app/report/lines.py", "app/report/page.py", "app/report/pdf.py",
    "app/report/phrases.py", "app/report/letterhead.py", "app/report/grid.py", "app/report/breaking.py", "app/report/word.py",
    "app/report/ties.py", "app/report/annexes.py", "app/report/source_table.py", "app/report/annex_rules.py",
    "app/report/word_file.py",
}  # fmt: skip
NOT_SHOWN_CALLS = {
    "re.compile", "re.fullmatch", "re.sub", "print", "encode", "replace", "startswith", "removeprefix", "count", "translate",
    "_private_key",
    "Source",
}  # fmt: skip
"""Calls whose texts are compared or searched for, never shown."""
NOT_SHOWN_NAMES = {
    "aliases", "row", "BY_UNDO", "DECISIONS", "DOMAIN", "PHRASES",
    "_ALPHABET", "_LOOK_ALIKES", "_MARKED", "_MONEY_WORDS", "_NO", "_SYLLABLES", "_UNMARKED", "_YES", "_drop_gloss",
}  # fmt: skip
"""Keyword arguments and variables that hold words a person may type, not words that are shown."""


@functools.cache
def texts() -> Mapping[str, str]:
    """Give every text the window may show, with the place where it was found first."""
    found: dict[str, str] = {}
    for package in ("db", "app", "ui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for text, line in in_source(path.read_text(encoding="utf-8"), name):
                found.setdefault(text, f"{name}:{line}")
    for text, place in declared():
        found.setdefault(text, place)
    return {text: place for text, place in found.items() if text.strip()}


def in_source(source: str, module: str) -> Iterator[tuple[str, int]]:
    """Give the texts of one module: what is marked, and every other literal in Vietnamese that is not known to stay inside."""
    tree = ast.parse(source)
    parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in prose:
            continue
        calls, names, formatted = around(node, parents)
        if isinstance(parents.get(id(node)), ast.Subscript | ast.Compare):
            continue
        inside = module in NOT_SHOWN_MODULES or NOT_SHOWN_CALLS & set(calls[:1]) or NOT_SHOWN_NAMES & set(names) or formatted
        refused = "ExpectedError" in calls[:1] and module not in COMMAND_LINE
        ours = len(node.value) > 1 and VIETNAMESE.search(node.value)
        if MARKED & set(calls[:1]) or (ours and (refused or not inside)):
            yield node.value, node.lineno


def around(node: ast.AST, parents: dict[int, ast.AST]) -> tuple[list[str], list[str], bool]:
    """Give the calls a literal is an argument of, inner first; the keywords and variables it is given to; whether it is in an f-string."""
    calls: list[str] = []
    names: list[str] = []
    formatted = False
    inner, outer = node, parents.get(id(node))
    while outer is not None and not isinstance(outer, ast.FunctionDef | ast.ClassDef | ast.Module):
        if isinstance(outer, ast.Call) and (not calls or inner is not outer.func):
            function = outer.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            whole = ast.unparse(function) if isinstance(function, ast.Attribute) else called
            marked_later = called in MARKED and (not outer.args or inner is not outer.args[0])
            if inner is not function:
                calls.append("" if marked_later else whole if whole.startswith("re.") else called)
        elif isinstance(outer, ast.keyword):
            names.append(outer.arg or "")
        elif isinstance(outer, ast.Assign | ast.AnnAssign):
            targets = outer.targets if isinstance(outer, ast.Assign) else [outer.target]
            names += [target.id for target in targets if isinstance(target, ast.Name)]
        elif isinstance(outer, ast.JoinedStr):
            formatted = True
        inner, outer = outer, parents.get(id(outer))
    return calls, names, formatted


def in_context(context: str, text: str) -> str:
    """Give the key of a text that is said in another way at some place, as gettext writes it."""
    return f"{context}\x04{str.__str__(text)}"


def declared() -> Iterator[tuple[str, str]]:
    """Give the texts of the declarations that need no letter of Vietnamese to be ours."""
    from db.records import FIGURES, RECORD_TYPES
    from ui import look, shortcuts

    for name, record_type in RECORD_TYPES.items():
        place = f"declaration of {name}"
        yield in_context("many", record_type.caption), place
        yield in_context("menu", record_type.plural), place
        if record_type.menu:
            yield in_context("menu", record_type.menu), place
        for label, _codes in record_type.highlights:
            yield label, place
        for control in record_type.controls:
            yield control.label, place
        for part in (record_type, *record_type.kinds.values()):
            yield str.__str__(part.caption), place  # type: ignore[attr-defined]
            for beside in getattr(part, "beside", ()):
                yield beside.label, place
            for question in part.questions().values():
                for text in (question.label, question.short, question.unit, question.help, question.group):
                    yield str.__str__(text), place
    for figure in FIGURES.values():
        for text in (figure.label, figure.unit):
            if not getattr(text, "values", None):
                yield str.__str__(text), f"figure {figure.code}"
    for state in look.STATES.values():
        yield state.word, "state"
    for row in shortcuts.TABLE:
        yield row.words, "shortcut"


def is_vietnamese(text: str) -> bool:
    """Tell whether words in Vietnamese stand in a text, names that are kept left aside."""
    return bool(VIETNAMESE.search(KEPT.sub("", text)))


def untranslatable() -> list[str]:
    """Give f-strings with Vietnamese words in them: no catalogue can know what they will be."""
    found = []
    for package in ("db", "app", "ui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            tree = ast.parse(path.read_text(encoding="utf-8"))
            parents = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
            for node in ast.walk(tree):
                if name in NOT_SHOWN_MODULES or not isinstance(node, ast.JoinedStr):
                    continue
                calls, names, _formatted = around(node, parents)
                words = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)).replace("Nền Nếp", "")
                inside = NOT_SHOWN_CALLS & set(calls) or NOT_SHOWN_NAMES & set(names)
                if VIETNAMESE.search(words) and not inside:
                    found.append(f"{name}:{node.lineno} {words}")
    return found


@functools.cache
def catalogue(path: Path = PO) -> Mapping[str, str]:
    """Give the translations of a catalogue, read once: the walks of the window ask at every view."""
    with path.open("rb") as file:
        return {(f"{one.context}\x04" if one.context else "") + str(one.id): str(one.string) for one in read_po(file, "en") if one.id}


def compiled(path: Path = PO) -> bytes:
    """Give the catalogue as gettext reads it."""
    with path.open("rb") as file:
        found = read_po(file, "en")
    found.creation_date = datetime(2026, 1, 1, tzinfo=UTC)  # the same file from the same words
    made = BytesIO()
    write_mo(made, found)
    return made.getvalue()


def update() -> None:
    """Write the catalogue anew: in the order of the sources, new texts with an empty translation, unused ones left out; compile it."""
    known = catalogue()
    head = (
        PO.read_text(encoding="utf-8").split("\n\n", 1)[0]
        if PO.is_file()
        else 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"'
    )
    blocks = [head]
    for text, place in sorted(texts().items(), key=lambda pair: pair[1].partition(":")[0]):
        context, mark, words = text.rpartition("\x04")
        where = f"msgctxt {_quoted(context)}\n" if mark else ""
        blocks.append(
            f"#: {place.partition(':')[0].replace(' ', '-')}\n{where}msgid {_quoted(words)}\nmsgstr {_quoted(known.get(text, ''))}"
        )
    PO.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    MO.write_bytes(compiled())
    catalogue.cache_clear()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def main(arguments: Iterable[str]) -> int:
    """List what is missing, or write the files."""
    if "update" in arguments:
        update()
    known, wanted = catalogue(), texts()
    for text, place in wanted.items():
        if not known.get(text):
            print(f"{place}\t{text!r}")
    for text in known:
        if text not in wanted:
            print(f"no longer used\t{text!r}")
    for line in untranslatable():
        print(f"f-string\t{line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

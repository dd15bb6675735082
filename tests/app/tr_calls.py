"""Finds translated texts in Python source code, and calls that pyside6-lupdate cannot read."""

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_APPLICATIONS = {"QCoreApplication", "QGuiApplication", "QApplication"}


@dataclass(frozen=True)
class TrText:
    """A text passed to ``self.tr``, ``QCoreApplication.translate`` or ``QT_TRANSLATE_NOOP``."""

    context: str
    text: str
    where: str


@dataclass
class Findings:
    """The texts of some files, and one line for each call that breaks a rule."""

    texts: list[TrText] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def below(self, folder: str) -> "Findings":
        """Return the findings in a folder or file."""
        prefix = folder if folder.endswith(".py") else f"{folder}/"
        texts = [each for each in self.texts if each.where.startswith(prefix)]
        return Findings(texts, [each for each in self.violations if each.startswith(prefix)])


@cache
def find_tr_calls(root: Path) -> Findings:
    """Read all Python files below ``root``."""
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(root.rglob("*.py"))}
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    marked_contexts = {
        node.args[0].value
        for node in nodes
        if isinstance(node, ast.Call) and _name(node.func) == "QT_TRANSLATE_NOOP" and node.args
        if isinstance(node.args[0], ast.Constant)
    }
    base_classes = {_name(base) for node in nodes if isinstance(node, ast.ClassDef) for base in node.bases}
    findings = Findings()
    for file, tree in trees.items():
        _Visitor(file.relative_to(root).as_posix(), findings, marked_contexts, base_classes).visit(tree)
    return findings


class _Visitor(ast.NodeVisitor):
    def __init__(self, file: str, findings: Findings, marked: set[str], bases: set[str]) -> None:
        self._file, self._findings, self._marked, self._bases = file, findings, marked, bases
        self._classes: list[str] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Refuse ``tr = self.tr`` and ``widget.tr``. `visit_Call` handles direct calls of ``self.tr``."""
        if node.attr == "tr":
            self._refuse(node, "call self.tr(…) or QCoreApplication.translate(context, …) directly")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(function, ast.Attribute) and function.attr == "tr" and _name(function.value) == "self":
            self._check(node, self._classes[-1] if self._classes else "", node.args, "tr")
        elif _is_translate(function) or _name(function) == "QT_TRANSLATE_NOOP":
            context = node.args[0]
            if isinstance(context, ast.Constant) and isinstance(context.value, str):
                self._check(node, context.value, node.args[1:], "translate")
            else:
                self._refuse(node, "the context must be a string literal")
        elif isinstance(function, ast.Name) and function.id == "tr":
            self._refuse(node, "call self.tr(…) or QCoreApplication.translate(context, …) directly")
        else:
            self.visit(function)
        for argument in arguments:
            self.visit(argument)

    def _check(self, node: ast.Call, context: str, arguments: list[ast.expr], function: str) -> None:
        text = arguments[0] if arguments else None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            where = f"{self._file}:{node.lineno}"
            self._findings.texts.append(TrText(context, text.value, where))
            self._check_count(node, context, text.value, len(arguments) + len(node.keywords), function)
        elif function == "tr" or not isinstance(text, ast.Name | ast.Attribute | ast.Subscript):
            self._refuse(node, "the text must be one string literal")
        elif context not in self._marked:
            self._refuse(node, f"mark the texts of the table: QT_TRANSLATE_NOOP({context!r}, …)")

    def _check_count(self, node: ast.Call, context: str, text: str, arguments: int, function: str) -> None:
        if _name(node.func) == "QT_TRANSLATE_NOOP":
            return
        if ("%n" in text) != (arguments == 3):
            self._refuse(node, 'a text with %n takes a count: ("%n run(s)", "", count)')
        # Qt for Python does not find the plural forms of a base class through an object of a subclass.
        elif "%n" in text and function == "tr" and context in self._bases:
            self._refuse(node, f"{context} has subclasses: use QCoreApplication.translate({context!r}, …)")

    def _refuse(self, node: ast.expr, reason: str) -> None:
        self._findings.violations.append(f"{self._file}:{node.lineno}: {ast.unparse(node)}: {reason}")


def _is_translate(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr == "translate" and _name(function.value) in _APPLICATIONS
    return isinstance(function, ast.Name) and function.id == "translate"


def _name(node: ast.expr) -> str:
    """Return the last part of a dotted name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def folders_of(root: Path) -> list[str]:
    """Return the folders and files below ``root`` that hold Python code, one entry for each page."""
    children = [*root.iterdir(), *(root / "pages").iterdir()]
    folders = [path for path in children if path.is_dir() and path.name not in ("pages", "__pycache__")]
    return sorted(str(path.relative_to(root)) for path in (*folders, *root.glob("*.py")))

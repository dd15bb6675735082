"""pyside6-lupdate finds every text of the window, and English plural forms are up to date."""

import importlib.util
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from tr_calls import find_tr_calls, folders_of

import podd_app
from podd_engine.config.setting_effects import SETTING_EFFECTS

APP = Path(podd_app.__file__).parent
RESOURCES = Path(__file__).parents[2] / "resources"
TS = RESOURCES / "translations" / "podd_en.ts"


@pytest.fixture(scope="module")
def updater() -> ModuleType:
    """The module resources/update_translations.py."""
    spec = importlib.util.spec_from_file_location("update_translations", RESOURCES / "update_translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def extracted(updater: ModuleType) -> set[tuple[str, str]]:
    """Context and text of each message that pyside6-lupdate finds in podd_app."""
    messages, printed = updater.extract_messages(APP)
    assert printed == ""
    return set(messages)


def plural_forms() -> dict[tuple[str, str], list[str]]:
    """The forms in the committed podd_en.ts by context and text."""
    return {
        (context.findtext("name", ""), message.findtext("source", "")): [
            form.text or "" for form in message.iter("numerusform")
        ]
        for context in ElementTree.parse(TS).getroot().iter("context")
        for message in context.iter("message")
    }


@pytest.mark.parametrize("folder", folders_of(APP))
def test_texts_are_single_string_literals(folder: str) -> None:
    violations = find_tr_calls(APP).below(folder).violations
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize("folder", folders_of(APP))
def test_lupdate_finds_every_text_in_its_context(folder: str, extracted: set[tuple[str, str]]) -> None:
    missing = [
        f"{each.where}: {each.text!r} in context {each.context!r}: pyside6-lupdate does not find this text"
        for each in find_tr_calls(APP).below(folder).texts
        if (each.context, each.text) not in extracted
    ]
    assert not missing, "\n".join(missing)


def test_lupdate_finds_the_texts_of_the_engine(updater: ModuleType, extracted: set[tuple[str, str]]) -> None:
    messages = updater.engine_messages()
    assert ("Fields", SETTING_EFFECTS["truncation.window"].result) in messages
    assert set(messages) <= extracted


def test_every_text_with_a_count_has_english_plural_forms(updater: ModuleType) -> None:
    expected = {(each.context, each.text) for each in find_tr_calls(APP).texts if "%n" in each.text}
    forms = plural_forms()
    assert set(forms) == expected, "run python resources/update_translations.py"
    for context, source in expected:
        assert forms[context, source] == list(updater.english_forms(source))
        assert "(s)" not in "".join(forms[context, source])


def test_the_compiled_translation_holds_the_same_forms() -> None:
    translator = QTranslator()
    assert translator.load(str(TS.with_suffix(".qm")))
    for (context, source), (singular, plural) in plural_forms().items():
        assert translator.translate(context, source, "", 1) == singular
        assert translator.translate(context, source, "", 2) == plural


def test_the_application_loads_the_plural_forms(qapp: QApplication) -> None:
    shown = [QCoreApplication.translate("Formatting", "%n day(s)", "", days) for days in (0, 1, 2, 1437)]
    assert shown == ["0 days", "1 day", "2 days", "1,437 days"]
    assert QLocale().name() == "en_US"


@pytest.mark.parametrize(
    ("source", "singular", "plural"),
    [
        ("%n run(s)", "%Ln run", "%Ln runs"),
        ("%n class(es) of %s", "%Ln class of %s", "%Ln classes of %s"),
        ("%n of %s classes starts/start", "%Ln of %s classes starts", "%Ln of %s classes start"),
        ("%n patches", "%Ln patch", "%Ln patches"),
        ("%n entry(s)", "%Ln entry", "%Ln entries"),
        ("%n cached images", "%Ln cached image", "%Ln cached images"),
        ("%n run(s) were interrupted", "%Ln run was interrupted", "%Ln runs were interrupted"),
        (
            "Move %n run(s) and restore it/them",
            "Move %Ln run and restore it",
            "Move %Ln runs and restore them",
        ),
        ("%n steps/s", "%Ln step/s", "%Ln steps/s"),
        ("and %n more", "and %Ln more", "and %Ln more"),
    ],
)
def test_plural_rules(updater: ModuleType, source: str, singular: str, plural: str) -> None:
    assert updater.english_forms(source) == (singular, plural)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("self.tr(name)", "one string literal"),
        ('self.tr(f"{name} left")', "one string literal"),
        ('self.tr("a" + name)', "one string literal"),
        ('self.tr("a" if name else "b")', "one string literal"),
        ('other.tr("a")', "directly"),
        ('tr("a")', "directly"),
        ("translate = self.tr", "directly"),
        ('QCoreApplication.translate(name, "a")', "context must be"),
        ('QCoreApplication.translate("Unmarked", name)', "QT_TRANSLATE_NOOP"),
        ('QCoreApplication.translate("Marked", f"{name}")', "one string literal"),
        ('self.tr("%n run(s)")', "takes a count"),
        ('self.tr("runs", "", 3)', "takes a count"),
        ('self.tr("%n run(s)", "", 3)', "has subclasses"),
        ('self.tr("a" "b")', ""),
        ('QCoreApplication.translate("Marked", TABLE[name])', ""),
        ('QCoreApplication.translate("Base", "%n run(s)", "", name)', ""),
    ],
)
def test_the_check_reports_calls_that_lupdate_cannot_read(tmp_path: Path, call: str, reason: str) -> None:
    source = f"""
TABLE = {{1: QT_TRANSLATE_NOOP("Marked", "one")}}
class Base(QObject):
    def show(self, name, other):
        {call}
class Derived(Base):
    pass
"""
    root = tmp_path / "package"
    root.mkdir()
    (root / "module.py").write_text(source, encoding="utf-8")
    violations = find_tr_calls(root).violations
    assert len(violations) == (1 if reason else 0), violations
    assert reason in "".join(violations)

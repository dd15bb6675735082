"""Text box and receipt of the import of a published command."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QGuiApplication
from pytestqt.qtbot import QtBot

from podd_app.pages.settings.paste_card import PasteCard
from podd_app.qt.plain_text import plain_tooltip

COMMAND = (
    "python main.py --name=PoDD-CIFAR10-LT1-90 --distill_batch_size=96 --patch_num_x=16 --patch_num_y=6 "
    "--dataset=cifar10 --num_train_eval 8 --update_steps 1 --batch_size 5000 -j 4 --zca"
)


@pytest.fixture
def card(qtbot: QtBot) -> PasteCard:
    made = PasteCard()
    qtbot.addWidget(made)
    made.resize(250, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def lines(card: PasteCard) -> list[str]:
    """Return the lines as the box shows them."""
    found, block = [], card.text.document().firstBlock()
    while block.isValid():
        layout = block.layout()
        for index in range(layout.lineCount()):
            line = layout.lineAt(index)
            found.append(block.text()[line.textStart() : line.textStart() + line.textLength()])
        block = block.next()
    return [line.replace("\u2011", "-").strip() for line in found]


@pytest.mark.parametrize("how", ["paste", "type"])
@pytest.mark.parametrize("width_px", [200, 250, 300, 420])
def test_lines_break_only_between_words(qtbot: QtBot, card: PasteCard, how: str, width_px: int) -> None:
    card.resize(width_px, 300)
    words = "python main.py --dataset=cifar10 --patch_num_x=16 --batch_size 5000 --zca --train_y"
    if how == "paste":
        QGuiApplication.clipboard().setText(words)
        card.text.paste()
    else:
        qtbot.keyClicks(card.text, words)
    assert card.text.command == words
    shown = lines(card)
    assert len(shown) > 1
    assert " ".join(shown) == words
    assert all(line.split()[0] in words.split() for line in shown)


def test_the_box_is_monospaced(card: PasteCard) -> None:
    assert QFontInfo(card.text.font()).fixedPitch()


def test_copied_text_has_regular_hyphens(card: PasteCard) -> None:
    card.text.set_command(COMMAND)
    card.text.selectAll()
    card.text.copy()
    assert QGuiApplication.clipboard().text() == COMMAND


def test_the_receipt_lists_imported_ignored_and_default_flags(qtbot: QtBot, card: PasteCard) -> None:
    card.text.set_command(COMMAND)
    with qtbot.waitSignal(card.parsed) as parsed:
        qtbot.mouseClick(card.use, Qt.MouseButton.LeftButton)
    (config,) = parsed.args
    assert config.outer.real_batch == 5000
    imported, ignored, defaulted = card.receipt.replace("\u2011", "-").splitlines()
    assert imported.startswith("8 ")
    assert ignored.endswith(": --update_steps, --workers")
    assert "--seed=0" in defaulted
    assert "--window=60" in plain_tooltip(card._receipt_label).replace("\u2011", "-")
    assert "--batch_size=" not in plain_tooltip(card._receipt_label).replace("\u2011", "-")
    assert card.text.command == ""


def test_the_next_edit_and_an_error_remove_the_receipt(card: PasteCard) -> None:
    card.text.set_command(COMMAND)
    card.use.click()
    assert card.receipt
    card.text.set_command("python main.py --frobnicate=3")
    assert card.receipt == ""
    card.use.click()
    assert (card.receipt, "--frobnicate" in card.error) == ("", True)

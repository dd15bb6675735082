"""Tests of the contact sheet: label texts, and a layout without overlap."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bundle_samples import AWKWARD_NAMES

from podd_engine.exporters.contact_sheet import (
    INDEX_HEIGHT,
    LINE_HEIGHT,
    MARGIN,
    ContactSheet,
    draw_contact_sheet,
)
from podd_engine.exporters.label_lines import LabelShare, ascii_class_name, label_lines
from podd_engine.exporters.rendering import deprocess
from podd_engine.runs.bundle import PosterBundle

NAMES = tuple("abcdefgh")


def label_summary(*shares: float) -> list[tuple[str, float, bool]]:
    label = np.zeros(len(NAMES), np.float32)
    label[: len(shares)] = shares
    return [(line.text, round(line.share, 4), line.is_group) for line in label_lines(label, NAMES)]


def test_the_largest_classes_come_first() -> None:
    assert label_summary(0.2, 0.7, 0.1) == [("b", 0.7, False), ("a", 0.2, False), ("c", 0.1, False)]


def test_very_small_shares_are_omitted() -> None:
    assert label_summary(0.997, 0.003) == [("a", 0.997, False)]


def test_remaining_classes_share_one_line() -> None:
    assert label_summary(0.3, 0.2, 0.2, 0.2, 0.1)[3:] == [("2 others", 0.3, True)]


def test_single_remaining_class_is_named() -> None:
    assert label_summary(0.25, 0.25, 0.25, 0.25)[3:] == [("d", 0.25, False)]


def test_shares_too_small_to_name_are_summed() -> None:
    label = np.full(1000, 0.4 / 997, np.float32)
    label[:3] = 0.2
    assert label_lines(label, [str(index) for index in range(1000)])[3] == LabelShare(
        "all others", pytest.approx(0.4, abs=1e-4), is_group=True
    )


def test_class_names_are_converted_to_ascii() -> None:
    names = [ascii_class_name(name, index) for index, name in enumerate(AWKWARD_NAMES)]
    assert names == ["black cat", 'comma, "quote"', "naive", "class 3", "x0", "class 5"]


def test_patches_are_arranged_as_on_the_poster(color_bundle: PosterBundle) -> None:
    """The order is column by column, and patches are enlarged without interpolation."""
    picture, sheet = np.asarray(draw_contact_sheet(color_bundle)), ContactSheet(color_bundle)
    width, height = sheet.patch
    factor = width // 6
    assert width == height == 6 * factor
    patches = deprocess(color_bundle.poster, color_bundle.layout, color_bundle.preprocessing).patches
    for index, patch in enumerate(patches):
        left, top = sheet.corner(index)
        enlarged = patch.repeat(factor, axis=0).repeat(factor, axis=1)
        np.testing.assert_array_equal(picture[top : top + height, left : left + width], enlarged)
    corners = [sheet.corner(index) for index in range(4)]
    assert corners[0][0] == corners[1][0] == corners[2][0] < corners[3][0]
    assert corners[0][1] == corners[3][1] < corners[1][1] < corners[2][1]


def test_margins_and_gaps_are_white(color_bundle: PosterBundle) -> None:
    bundle = replace(color_bundle, class_names=("An exceedingly long name of a class of images",) * 6)
    picture, sheet = np.asarray(draw_contact_sheet(bundle)), ContactSheet(bundle)
    for border in (picture[:MARGIN], picture[-MARGIN:], picture[:, :MARGIN], picture[:, -MARGIN:]):
        assert (border == 255).all()
    first, second = sheet.corner(0), sheet.corner(3)
    assert (picture[first[1] :, first[0] + sheet.cell_width : second[0]] == 255).all()
    for row in range(2):
        bottom = sheet.corner(row)[1] + sheet.row_heights[row]
        assert (picture[bottom : sheet.corner(row + 1)[1]] == 255).all()


def test_row_height_fits_the_longest_label(color_bundle: PosterBundle) -> None:
    labels = torch.zeros(15, 6)
    labels[:, 0] = 1
    labels[4] = torch.tensor([0.5, 0.5, 0, 0, 0, 0])  # column 1, row 1
    sheet = ContactSheet(replace(color_bundle, patch_labels=labels))
    single_line = sheet.patch[1] + INDEX_HEIGHT + LINE_HEIGHT
    assert sheet.row_heights == [single_line, single_line + LINE_HEIGHT, single_line]


def test_heading_describes_the_poster(digits_bundle: PosterBundle) -> None:
    sheet = ContactSheet(digits_bundle)
    assert sheet.title == "Digits"
    accuracy = f"{digits_bundle.measured[0]['test_accuracy']:.1%}"
    for fact in ("50 patches of 8 x 8 px", "32 x 20 px", "10 classes", "8 outer steps", accuracy):
        assert fact in sheet.subtitle
    assert "accuracy" not in ContactSheet(replace(digits_bundle, measured=())).subtitle


def test_sheet_with_one_patch_is_wide_enough_for_its_heading(digits_bundle: PosterBundle) -> None:
    config = digits_bundle.config.with_values(
        {"patches.columns": 1, "patches.rows": 1, "inner.patch_batch": 1}
    )
    bundle = replace(digits_bundle, config=config, patch_labels=digits_bundle.patch_labels[:1])
    picture = np.asarray(draw_contact_sheet(bundle))
    assert (picture[:, -MARGIN:] == 255).all()
    assert (picture != 255).any()

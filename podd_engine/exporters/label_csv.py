"""CSV table of the soft labels."""

import csv
from collections.abc import Iterator
from pathlib import Path

from podd_engine.io.atomic_write import atomic_write
from podd_engine.runs.bundle import PosterBundle


def write_labels(bundle: PosterBundle, folder: Path) -> Iterator[Path]:
    """Write the window and the soft label of each patch to ``labels.csv`` in ``folder``.

    The file is UTF-8 with one row per patch. Columns: patch, x0, y0, x1, y1 (px, exclusive ends), then
    one column per class in index order, with the class name as heading.
    """
    path = folder / "labels.csv"
    windows = bundle.layout.windows.tolist()
    # NumPy writes the shortest text that reads back as the same float32.
    shares = bundle.patch_labels.numpy().astype(str).tolist()
    with atomic_write(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["patch", "x0", "y0", "x1", "y1", *bundle.class_names])
        for index, (window, row) in enumerate(zip(windows, shares, strict=True)):
            table.writerow([index, *window, *row])
    yield path

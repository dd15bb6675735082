"""Small image files and folders for tests of datasets."""

from pathlib import Path

import numpy as np
from PIL import Image

COLORS = {"red": (220, 20, 30), "green": (20, 200, 40), "blue": (10, 40, 230)}


def picture(path: Path, color: tuple[int, ...] | int, size: tuple[int, int] = (12, 12)) -> Path:
    """Write an image of one color; an integer color gives a gray image."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L" if isinstance(color, int) else "RGB", size, color).save(path)
    return path


def noise(path: Path, seed: int, size: int = 12) -> Path:
    """Write an image of random pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def class_folders(root: Path, counts: dict[str, int], suffix: str = ".png") -> Path:
    """Write class folders of random images; ``counts`` gives the number of images by class."""
    for index, (name, count) in enumerate(counts.items()):
        for number in range(count):
            noise(root / name / f"{number:03d}{suffix}", 1000 * index + number)
    return root


def truncate(path: Path) -> Path:
    """Remove the second half of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def tree(root: Path) -> dict[str, tuple[int, int]]:
    """Return the size and modification time of every file below ``root``."""
    return {
        str(path.relative_to(root)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }

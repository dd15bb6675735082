"""Check that every file of a folder is either read as an image or refused by name.

Run ``python -m tests.image_corpus FOLDER``. Each file goes through the reader that datasets use. The script
prints a table and exits with 1 if a file raises another exception, a message does not name the file or has
several lines, a library prints something, or a file takes longer than `MAX_SECONDS`. Times are processor
times, so that other programs do not count.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from podd_engine.data.image_files import ImageFile, ImageFiles
from podd_engine.data.image_formats import image_suffixes
from podd_engine.errors import DataError
from podd_engine.progress import ignore_progress

IMAGE_SIZE = 32
MAX_SECONDS = 1.0
MAX_REPEATS = 4
SHOWN_SLOWEST = 5
MAX_PRINTED = 150
STDERR = 2


@dataclass(frozen=True)
class Outcome:
    """Result of reading one file.

    Args:
        path: path of the file.
        seconds: processor time.
        refusal: message if the file was refused, otherwise empty.
        fault: violation of the rules, otherwise empty.
    """

    path: Path
    seconds: float
    refusal: str = ""
    fault: str = ""


def read_file(path: Path, test_image: Path) -> Outcome:
    """Read one file as a dataset with one training image."""
    files = ImageFiles(path.parent, ("class",), (ImageFile(path.name, 0),), (ImageFile(str(test_image), 0),))
    start = time.process_time()
    refusal = fault = ""
    with captured_stderr() as printed:
        try:
            decoded = files.read(IMAGE_SIZE, ignore_progress)
            if decoded.train.images.shape[1:3] != (IMAGE_SIZE, IMAGE_SIZE):
                fault = f"has the shape {decoded.train.images.shape}"
        except DataError as error:
            refusal = str(error)
        except Exception as error:  # noqa: BLE001 - the script reports every exception
            fault = f"raises {type(error).__name__}: {error}"
    seconds = time.process_time() - start
    if refusal and (not refusal.startswith(str(path)) or "\n" in refusal or "; " not in refusal):
        fault = f"has a message without path or remedy, or with several lines: {refusal!r}"
    if printed:
        fault = f"makes a library print {printed[0][:MAX_PRINTED]!r}"
    if seconds > MAX_SECONDS:
        fault = f"takes {seconds:.1f} s"
    return Outcome(path, seconds, refusal, fault)


def read_fast(path: Path, test_image: Path) -> Outcome:
    """Read one file. A slow file is read again, because a busy computer slows down every program."""
    outcome = read_file(path, test_image)
    for _ in range(MAX_REPEATS):
        if outcome.seconds > MAX_SECONDS:
            outcome = read_file(path, test_image)
    return outcome


@contextmanager
def captured_stderr() -> Iterator[list[str]]:
    """Collect the text that Python and C libraries write to stderr. The list has at most one item."""
    printed: list[str] = []
    saved = os.dup(STDERR)
    with tempfile.TemporaryFile() as file:
        sys.stderr.flush()
        os.dup2(file.fileno(), STDERR)
        try:
            yield printed
        finally:
            sys.stderr.flush()
            os.dup2(saved, STDERR)
            os.close(saved)
            file.seek(0)
            if text := file.read().decode(errors="replace").strip():
                printed.append(text)


def cause(outcome: Outcome) -> str:
    """Return the reason of a refusal without the path and numbers, so that equal reasons count together."""
    reason = outcome.refusal.removeprefix(f"{outcome.path}: ").split("; ")[0]
    return re.sub(r"\d+(\.\d+)?", "#", reason)


def table(outcomes: list[Outcome]) -> str:
    """Return the report."""
    refused = Counter(cause(outcome) for outcome in outcomes if outcome.refusal)
    image_files = [outcome for outcome in outcomes if outcome.path.suffix.lower() in image_suffixes()]
    lines = [
        f"files          {len(outcomes):6}",
        f"read           {sum(not outcome.refusal and not outcome.fault for outcome in outcomes):6}",
        f"refused        {refused.total():6}",
        f"faults         {sum(bool(outcome.fault) for outcome in outcomes):6}",
        f"image suffix   {len(image_files):6}, refused {sum(bool(o.refusal) for o in image_files)}",
        "",
        "refused by cause",
        *(f"{count:6}  {reason}" for reason, count in refused.most_common()),
        "",
        "slowest",
    ]
    slowest = sorted(outcomes, key=lambda outcome: -outcome.seconds)[:SHOWN_SLOWEST]
    lines += [f"{outcome.seconds:6.2f} s  {outcome.path}" for outcome in slowest]
    faults = [f"  {outcome.path}: {outcome.fault}" for outcome in outcomes if outcome.fault]
    return "\n".join([*lines, *(["", "faults", *faults] if faults else [])])


def main() -> int:
    """Run the check and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of image files; subfolders are included")
    parser.add_argument("--list", action="store_true", help="print every refused file with its message")
    arguments = parser.parse_args()
    paths = [path for path in sorted(arguments.folder.rglob("*")) if path.is_file()]
    with tempfile.TemporaryDirectory() as folder:
        test_image = Path(folder, "test.png")
        Image.new("RGB", (IMAGE_SIZE, IMAGE_SIZE)).save(test_image)
        outcomes = [read_fast(path, test_image) for path in paths]
    if arguments.list:
        print(*(outcome.refusal for outcome in outcomes if outcome.refusal), sep="\n")
    print(table(outcomes))
    return int(any(outcome.fault for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())

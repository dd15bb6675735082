"""Make examples/digits.zip, the finished run that the window shows without waiting:

    python resources/make_example_run.py

A real ``podd distill digits``, its evaluations and posters over time included, packed as the engine
wrote it. Make it again when run directories hold something else than before.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

NAME = "digits"
PACKED = Path(__file__).parent / "examples" / f"{NAME}.zip"
LARGEST_BYTES = 300_000


def distill(run: Path) -> None:
    """Distill the preset as anybody would, on the CPU, so that it can be repeated anywhere."""
    command = [sys.executable, "-m", "podd_engine.cli", "distill", NAME, "--out", str(run), "--device", "cpu"]
    subprocess.run(command, check=True)


def pack(run: Path, packed: Path) -> None:
    """All files of a run but its lock, the same bytes for the same run."""
    files = sorted(path for path in run.rglob("*") if path.is_file() and path.name != ".lock")
    packed.parent.mkdir(exist_ok=True)
    with ZipFile(packed, "w") as archive:
        for path in files:
            entry = ZipInfo(path.relative_to(run).as_posix())
            archive.writestr(entry, path.read_bytes(), ZIP_DEFLATED, compresslevel=9)


def main() -> None:
    """Distill, pack, and see that it is small enough to come with the program."""
    with tempfile.TemporaryDirectory() as place:
        run = Path(place) / NAME
        distill(run)
        pack(run, PACKED)
    size = PACKED.stat().st_size
    print(f"{PACKED}: {size} bytes")
    if size > LARGEST_BYTES:
        sys.exit(f"{PACKED.name} is larger than {LARGEST_BYTES} bytes; keep fewer snapshots")


if __name__ == "__main__":
    main()

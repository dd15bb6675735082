"""Create examples/digits.zip, the finished example run of the GUI.

    python resources/make_example_run.py

The archive contains the run directory of ``podd distill digits`` with all evaluations and snapshots. Run
this script again when the contents of run directories change.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

NAME = "digits"
PACKED = Path(__file__).parent / "examples" / f"{NAME}.zip"
MAX_BYTES = 300_000


def distill(run: Path) -> None:
    """Distill the preset on the CPU, so that the run is reproducible on every machine."""
    command = [sys.executable, "-m", "podd_engine.cli", "distill", NAME, "--out", str(run), "--device", "cpu"]
    subprocess.run(command, check=True)


def pack(run: Path, packed: Path) -> None:
    """Pack all files of a run except its lock. Equal runs give equal archives."""
    files = sorted(path for path in run.rglob("*") if path.is_file() and path.name != ".lock")
    packed.parent.mkdir(exist_ok=True)
    with ZipFile(packed, "w") as archive:
        for path in files:
            entry = ZipInfo(path.relative_to(run).as_posix())
            archive.writestr(entry, path.read_bytes(), ZIP_DEFLATED, compresslevel=9)


def main() -> None:
    """Create the archive and check that it is small enough to be bundled with the program."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / NAME
        distill(run)
        pack(run, PACKED)
    size = PACKED.stat().st_size
    print(f"{PACKED}: {size} bytes")
    if size > MAX_BYTES:
        sys.exit(f"{PACKED.name}: {size} bytes exceed the limit of {MAX_BYTES} bytes; keep fewer snapshots")


if __name__ == "__main__":
    main()

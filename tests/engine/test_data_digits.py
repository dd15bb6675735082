"""Test that the digits can be read while another thread imports torch."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import threading
from podd_engine.progress import ignore_progress
from podd_engine.data.digits import Digits

read = []
importing = threading.Thread(target=lambda: __import__("torch"))
importing.start()
import half_imported
half_imported.started.wait()
reading = threading.Thread(target=lambda: read.append(Digits().read(8, ignore_progress)))
reading.start()
reading.join(timeout=1)  # the thread ends within this time unless it waits for torch
half_imported.resume.set()
reading.join()
importing.join()
print(len(read[0].train.images), len(read[0].test.images))
"""


def test_digits_can_be_read_while_another_thread_imports_torch(tmp_path: Path) -> None:
    (tmp_path / "half_imported.py").write_text(
        "import threading\nstarted, resume = threading.Event(), threading.Event()\n"
    )
    (tmp_path / "torch.py").write_text(
        "import half_imported\nhalf_imported.started.set()\nhalf_imported.resume.wait()\nclass Tensor: ...\n"
    )
    search_path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    environment = os.environ | {"PYTHONPATH": search_path}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["1437", "360"], done.stderr

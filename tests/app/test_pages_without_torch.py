"""Opening the pages of the window does not import torch."""

import os
import subprocess
import sys

PROGRAM = """
import sys

from podd_app.application import create_application, create_main_window
from podd_app.engine.job import Job
from podd_app.window.standard_pages import standard_pages

# Background jobs may import torch on their own threads, so they do not run here.
Job.run = lambda self, work: self._outcome.emit("cancelled", None)
app = create_application([])
window = create_main_window()
window.show()
for entry in standard_pages():
    window.show_page(entry.key)
    app.processEvents()
    assert window.page == entry.key
    heavy = {"torch", "torchvision", "sklearn", "open_clip"} & set(sys.modules)
    if heavy:
        sys.exit(f"{entry.key} imports {sorted(heavy)}")
window.close()
print("opened", len(standard_pages()))
"""


def test_no_page_imports_torch() -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": os.devnull}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "opened 6\n"

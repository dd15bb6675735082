"""The code blocks of the README and of resources/docs run as they are written, with fewer steps."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from podd_command import Podd

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "resources" / "docs").glob("*.md"))]

QUICK = {"outer.steps": 2, "evaluation.every": 2, "evaluation.networks": 1, "evaluation.steps": [4]}
FASTER_PYTHON = {
    'load_config("digits")': f'load_config("digits").with_values({QUICK})',
}
FASTER_COMMANDS = {
    "distill digits": ["--steps", "2", "--set", "evaluation.networks=1"],
    "evaluate": ["--networks", "1", "--steps", "2"],
}
SETUP_PROGRAMS = {
    ".",
    "QT_QPA_PLATFORM=offscreen",
    "cd",
    "git",
    "lint-imports",
    "mypy",
    "pip",
    "pre-commit",
    "pytest",
    "python3",
    "ruff",
}
"""Programs that set up or test a checkout. `.ci/run` executes these commands."""


def code_blocks(document: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", document.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def with_blocks(language: str) -> list[Path]:
    return [document for document in DOCUMENTS if code_blocks(document, language)]


@pytest.mark.parametrize("document", with_blocks("python"), ids=lambda path: path.name)
def test_python_blocks_run_in_order(document: Path, tmp_path: Path) -> None:
    program = "\n".join(code_blocks(document, "python"))
    for text, faster in FASTER_PYTHON.items():
        program = program.replace(text, faster)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "accuracy" in done.stdout


@pytest.mark.parametrize("document", with_blocks("sh"), ids=lambda path: path.name)
def test_shell_blocks_run_in_order(document: Path, podd: Podd) -> None:
    lines = [line for block in code_blocks(document, "sh") for line in block.splitlines()]
    for line in lines:
        for command in line.split("&&"):
            words = shlex.split(command, comments=True)
            if words and words[0] == "podd":
                extra = next((more for text, more in FASTER_COMMANDS.items() if text in command), [])
                steps = ["4" if word == "1000" else word for word in words[1:]]
                assert podd(*steps, *extra).code == 0, command
            else:
                assert not words or words[0] in SETUP_PROGRAMS, command


def test_links_and_images_of_the_documents_exist() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120

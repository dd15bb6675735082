"""Commands as they arrive from READMEs, PDFs, chats and terminals."""

import pytest

from podd_engine.config.pasted_command import program_arguments
from podd_engine.errors import ConfigError

FLAGS = ["--name=test", "--dataset=cifar10", "--epochs=5", "-j", "4"]
COMMAND = "python main.py " + " ".join(FLAGS)


@pytest.mark.parametrize(
    "text",
    [
        COMMAND,
        " ".join(FLAGS),
        # Launchers and prompts.
        f"CUDA_VISIBLE_DEVICES=0,1 OMP_NUM_THREADS=2 {COMMAND}",
        f"$ {COMMAND}",
        f"(podd) user@host:~/PoDD$ {COMMAND}",
        f"(podd) $ {COMMAND}",
        f"> {COMMAND}",
        f"PS C:\\Users\\me> {COMMAND}",
        f"!{COMMAND}",
        f"# {COMMAND}",
        COMMAND.replace("python", "sudo -E nohup python3 -u"),
        COMMAND.replace("python", "torchrun --nproc_per_node=2"),
        COMMAND.replace("python", "accelerate launch --num_processes 1"),
        COMMAND.replace("main.py", "-m PoDD.main"),
        COMMAND.replace("main.py", "C:\\code\\PoDD\\main.py"),
        COMMAND.replace("main.py", ".\\main.py"),
        # Typographic characters.
        COMMAND.replace("--", "–").replace("-j", "–j"),
        COMMAND.replace("--", "—").replace("-j", "−j"),
        COMMAND.replace("--", "––"),
        COMMAND.replace("--", "‐‐"),
        COMMAND.replace(" ", "\u00a0"),
        COMMAND.replace(" ", "\u202f"),
        COMMAND.replace("epochs", "ep\u00adochs"),
        COMMAND.replace("test", "“test”"),
        COMMAND.replace("=test", "=‘test’"),
        COMMAND.replace("=test", "=«test»"),
        COMMAND.replace("=", r"\="),
        # Line ends.
        COMMAND.replace(" -", " \\\n  -"),
        COMMAND.replace(" -", " \\ \n  -"),
        COMMAND.replace(" -", " \\ -"),
        COMMAND.replace(" -", " ^\r\n  -"),
        COMMAND.replace(" -", " `\n  -"),
        COMMAND.replace(" -", "\n-"),
        COMMAND.replace(" -", "\u2028-"),
        COMMAND.replace(" -", " \\\n> -"),
        f"{COMMAND} \\",
        # Other commands, comments and redirections.
        f"{COMMAND} &",
        f"{COMMAND};",
        f"{COMMAND} > log.txt 2>&1 &",
        f"{COMMAND} >>'my log.txt'",
        f"{COMMAND} < /dev/null | tee log.txt",
        f"cd PoDD && {COMMAND} && echo done",
        f"cd PoDD\n{COMMAND}",
        f"# ten classes\n{COMMAND}  # quick",
        f"```bash\n{COMMAND}\n```",
        f"`{COMMAND}`",
    ],
)
def test_arguments_of_a_pasted_command(text: str) -> None:
    assert program_arguments(text) == FLAGS


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("'a > b'", "a > b"),
        ('"a;b & c#d"', "a;b & c#d"),
        ("a#b", "a#b"),
        ("cub–200", "cub-200"),
        ("−1", "-1"),
        (r"PoDD\_test", "PoDD_test"),
    ],
)
def test_values_keep_their_content(value: str, expected: str) -> None:
    assert program_arguments(f"python main.py --name {value}") == ["--name", expected]


def test_several_commands_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"2 commands with main.py; paste one of them"):
        program_arguments(f"{COMMAND}\n{COMMAND}")

"""A contender: a process of its own that does one timed repetition whenever it is asked.

Over pipes, a JSON object a line: the config goes in first; then each line that goes in asks for a
repetition, and a `Repetition` comes out. A process a contender keeps memory honest; one repetition at
a time lets contenders take turns, so that a machine that drifts drifts for all of them alike.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self

from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import PoddError

WorkFactory = Callable[[DistillationConfig], Callable[[], None]]
"""Makes the work ready that a config describes, and returns what does it once."""


class ContenderProcessError(PoddError):
    """A contender ended before its work was done; the message is the last line it said."""


class Repetition(NamedTuple):
    """One repetition.

    Args:
        seconds: how long it took, with all work on the device done; the first prepares and compiles.
        peak_bytes: most memory the process has held so far: on the GPU where it uses one, else resident.
    """

    seconds: float
    peak_bytes: int


def serve(prepare: WorkFactory) -> None:
    """Be a contender: the main function of its process, until its input ends."""
    import torch

    from podd_engine.runs.summary import peak_memory_bytes
    from podd_engine.runtime.device import choose_device, choose_threads

    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print must not end up among the answers
    config = DistillationConfig.parse(json.loads(sys.stdin.readline()))
    on_gpu = choose_device(config.compute).type == "cuda"
    torch.set_num_threads(choose_threads(config))
    work = None
    for _ in sys.stdin:
        gc.collect()
        began = time.perf_counter()
        work = work or prepare(config)
        work()
        if on_gpu:
            torch.cuda.synchronize()
        repetition = Repetition(time.perf_counter() - began, peak_memory_bytes())
        answers.write(json.dumps(repetition._asdict()) + "\n")


class ContenderProcess:
    """The asking side of a contender; a context that ends its process.

    Args:
        command: starts the process.
        config: what it works on.
    """

    def __init__(self, command: Sequence[str], config: DistillationConfig) -> None:
        self._stderr_file = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 - closed on exit
        # What earlier processes compiled would hide how long it takes.
        self._compile_cache = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        environment = {**os.environ, "TORCHINDUCTOR_CACHE_DIR": self._compile_cache.name}
        if config.compute.device == "cpu":
            environment["CUDA_VISIBLE_DEVICES"] = ""  # a process that sees a GPU tells the memory of that
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr_file,
            text=True,
            bufsize=1,
            env=environment,
        )
        self._write_line(json.dumps(config.model_dump(mode="json")))

    def repeat(self) -> Repetition:
        """Have it do its work once.

        Raises:
            ContenderProcessError: its process has ended.
        """
        assert self._process.stdout is not None
        self._write_line("again")
        answer = self._process.stdout.readline()
        if not answer:
            raise self._process_error()
        return Repetition(**json.loads(answer))

    def _write_line(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended, which shows when it is to answer
            self._process.stdin.write(line + "\n")

    def _process_error(self) -> ContenderProcessError:
        code = self._process.wait()
        self._stderr_file.seek(0)
        lines = self._stderr_file.read().strip().splitlines()
        if code < 0 or not lines:
            return ContenderProcessError(f"its process ended with code {code}; memory may have run out")
        return ContenderProcessError(lines[-1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._stderr_file):
            assert stream is not None
            with suppress(BrokenPipeError):  # what an ended process has not read
                stream.close()
        self._compile_cache.cleanup()

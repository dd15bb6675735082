"""Contender processes, which perform one timed repetition per request.

Parent and process exchange one JSON object per line over pipes. The first input line is the config. Each
further input line requests a repetition, and the process answers with a `Repetition`. Each contender has its
own process, so that its peak memory does not include other contenders. Single repetitions let contenders
take turns, so that changes of the machine's speed affect all contenders equally.
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
"""Prepares the workload of a config and returns a function that performs the workload once."""


class ContenderProcessError(PoddError):
    """A contender process ended early. The message is the last line of its stderr."""


class Repetition(NamedTuple):
    """Measurement of one repetition.

    Args:
        seconds: duration until the device has finished. The first repetition includes preparation and
            compilation.
        peak_bytes: peak memory of the process so far: allocated GPU memory if a GPU is used, else RSS.
    """

    seconds: float
    peak_bytes: int


def serve(prepare: WorkFactory) -> None:
    """Serve repetitions until stdin ends. This is the main function of a contender process.

    Args:
        prepare: prepares the workload on the first request.
    """
    import torch

    from podd_engine.runtime.device import choose_device, choose_threads
    from podd_engine.runtime.memory import peak_memory_bytes

    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # send output printed by libraries to stderr, not into the answers
    config = DistillationConfig.parse(json.loads(sys.stdin.readline()))
    device = choose_device(config.compute)
    torch.set_num_threads(choose_threads(config))
    workload = None
    for _ in sys.stdin:
        gc.collect()
        start = time.perf_counter()
        workload = workload or prepare(config)
        workload()
        if device.type == "cuda":
            torch.cuda.synchronize()
        repetition = Repetition(time.perf_counter() - start, peak_memory_bytes(device))
        answers.write(json.dumps(repetition._asdict()) + "\n")


class ContenderProcess:
    """Parent's side of a contender process. As a context manager, it kills the process on exit.

    Args:
        command: command line that starts the process.
        config: config to measure.
    """

    def __init__(self, command: Sequence[str], config: DistillationConfig) -> None:
        self._stderr_file = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 - closed on exit
        # A fresh cache, because code from earlier processes would hide the compilation time.
        self._compile_cache = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        environment = {**os.environ, "TORCHINDUCTOR_CACHE_DIR": self._compile_cache.name}
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
        """Perform one repetition in the process.

        Raises:
            ContenderProcessError: the process has ended.
        """
        assert self._process.stdout is not None
        self._write_line("again")
        answer = self._process.stdout.readline()
        if not answer:
            raise self._process_error()
        return Repetition(**json.loads(answer))

    def _write_line(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # the process has ended, which `repeat` detects when reading
            self._process.stdin.write(line + "\n")

    def _process_error(self) -> ContenderProcessError:
        code = self._process.wait()
        self._stderr_file.seek(0)
        lines = self._stderr_file.read().strip().splitlines()
        if code < 0 or not lines:
            return ContenderProcessError(f"the process ended with exit code {code}, possibly out of memory")
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
            with suppress(BrokenPipeError):  # unsent input for a process that has ended
                stream.close()
        self._compile_cache.cleanup()

"""Compiling the arithmetic of a step with torch.compile.

A compiled module cannot be differentiated twice, so what is compiled is traced down to plain tensor
operations first, derivatives included: an inner step's gradient and
Hessian-vector product, its update, the real loss with its gradient, and how well a network does.

Importing this loads torch's compiler, which settles then where it keeps what it compiles.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch._dynamo.exc import TorchDynamoException
from torch._functorch.partitioners import min_cut_rematerialization_partition
from torch._inductor import standalone_compile
from torch._inductor.exc import CppCompileError, InductorError
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx

from podd_engine.distillation.compile_policy import COMPILING
from podd_engine.distillation.inner_optimizers import Correction, Moments
from podd_engine.distillation.step_functions import Cotangents, EagerArithmetic, Recorded, Scored
from podd_engine.errors import CompileError
from podd_engine.networks.tracing_mode import written_out
from podd_engine.progress import Progress, Report

Function = Callable[..., Any]


class CompiledArithmetic:
    """`EagerArithmetic` compiled for batches of fixed shapes; equal to it up to rounding.

    Args:
        eager: what is compiled.
        moments: of any network, for their shapes.
        images, soft_labels: any part of a batch of patches, with its labels.
        real_images, real_labels: any (micro-)batch of real images with their classes.
        measured_images, measured_labels: likewise of images that networks are measured on.
        report: receives progress; raising `Cancelled` from it ends the work between two functions.

    Raises:
        CompileError: there is no compiler here that works.
    """

    def __init__(
        self,
        eager: EagerArithmetic,
        moments: Moments,
        images: Tensor,
        soft_labels: Tensor,
        real_images: Tensor,
        real_labels: Tensor,
        measured_images: Tensor,
        measured_labels: Tensor,
        report: Report,
    ) -> None:
        self._eager = eager
        self._part_shape, self._real_shape = images.shape, real_images.shape
        parameters = moments.parameters
        correction = images.new_tensor([0.1, 0.03])

        def update(*arguments: Tensor) -> tuple[Tensor, ...]:
            return eager.update(Moments(*arguments[:3]), *arguments[3:])

        def pull_back_update(*arguments: Tensor) -> tuple[Tensor, ...]:
            before, (gradient, correction, *cotangents) = Moments(*arguments[:3]), arguments[3:]
            return eager.pull_back_update(before, gradient, correction, tuple(cotangents))

        def joint(*arguments: Tensor) -> tuple[Tensor, ...]:
            recorded = eager.record(*arguments[:3])
            return recorded.gradient, *recorded.product(arguments[3])

        batch = (parameters, images, soft_labels)
        work: list[Callable[[], Any]] = [
            partial(_compiled, lambda *arguments: (eager.gradient(*arguments),), batch),
            partial(_compiled_in_two, joint, (*batch, parameters)),
            partial(_compiled, update, (*moments, parameters, correction)),
            partial(_compiled, pull_back_update, (*moments, parameters, correction, *moments)),
            partial(_compiled, eager.real, (parameters, real_images, real_labels)),
            partial(_compiled, eager.score, (parameters, measured_images, measured_labels)),
        ]
        compiled = []
        for number, compile_one in enumerate(work):
            report(Progress(COMPILING, number, len(work)))
            try:
                compiled.append(compile_one())
            except (InductorError, TorchDynamoException, CppCompileError, OSError) as error:
                lines = str(error).strip().splitlines()
                cause = next((line for line in lines if "error: " in line), lines[0]).strip()
                raise CompileError(f"the inner step cannot be compiled here ({cause})") from error
        report(Progress(COMPILING, len(work), len(work)))
        self._gradient, (self._record, self._product), self._update, self._pull_back_update = compiled[:4]
        self._real, self._score = compiled[4:]

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """See `Arithmetic`; a batch of another shape than the compiled one is computed eagerly."""
        if images.shape != self._part_shape:
            return self._eager.gradient(parameters, images, soft_labels)
        gradient: Tensor = self._gradient(parameters, images, soft_labels)[0]
        return gradient

    def record(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Recorded:
        """See `Arithmetic`; a batch of another shape than the compiled one is computed eagerly."""
        if images.shape != self._part_shape:
            return self._eager.record(parameters, images, soft_labels)
        gradient, *kept = self._record(parameters, images, soft_labels)
        return Recorded(gradient, lambda cotangent: tuple(self._product(*kept, cotangent)), tuple(kept))

    def update(self, before: Moments, gradient: Tensor, correction: Correction) -> Moments:
        """See `Arithmetic`."""
        return Moments(*self._update(*before, gradient, gradient.new_tensor(correction)))

    def pull_back_update(
        self, before: Moments, gradient: Tensor, correction: Correction, cotangents: Cotangents
    ) -> Cotangents:
        """See `Arithmetic`."""
        correction = gradient.new_tensor(correction)
        return tuple(self._pull_back_update(*before, gradient, correction, *cotangents))

    def real(self, parameters: Tensor, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """See `Arithmetic`; a batch of another shape than the compiled one is computed eagerly."""
        real = self._real if images.shape == self._real_shape else self._eager.real
        loss, gradient = real(parameters, images, labels)
        return loss, gradient

    def score(self, parameters: Tensor, images: Tensor, labels: Tensor) -> Scored:
        """See `Arithmetic`."""
        return Scored(*self._score(parameters, images, labels))


def _compiled(function: Function, examples: tuple[Tensor, ...]) -> Function:
    """``function`` traced on ``examples``, compiled and run once."""
    # Copies: tracing takes arguments that are one object for one argument.
    examples = tuple(example.clone() for example in examples)
    with written_out():
        graph = make_fx(lambda *arguments: tuple(function(*arguments)))(*examples)
    compiled = _run_by_kernels(graph, examples)
    compiled(*examples)
    return compiled


def _compiled_in_two(function: Function, examples: tuple[Tensor, ...]) -> tuple[Function, Function]:
    """``function`` parted in two, each compiled and run once.

    Args:
        function: gives first what needs no last argument.
        examples: arguments of it.

    Returns:
        What gives the first result and what to keep, from all arguments but the last; and what gives
        the other results, from what was kept and the last argument. As much is kept as is dear to
        compute again: inputs and results of convolutions, not what lies between them.
    """
    examples = tuple(example.clone() for example in examples)
    with written_out():
        graph = make_fx(lambda *arguments: tuple(function(*arguments)), tracing_mode="fake")(*examples)
    # torch parts graphs by these names.
    inputs = [node for node in graph.graph.nodes if node.op == "placeholder"]
    for number, node in enumerate(inputs):
        last = node is inputs[-1]
        node.name = node.target = "tangents_1" if last else f"primals_{number + 1}"
    graph.recompile()
    first, rest = min_cut_rematerialization_partition(graph, examples, num_fwd_outputs=1)
    there = _run_by_kernels(first, examples[:-1])
    _, *kept = there(*examples[:-1])
    back = _run_by_kernels(rest, (*kept, examples[-1]))
    back(*kept, examples[-1])
    return there, back


def _run_by_kernels(graph: GraphModule, examples: tuple[Tensor, ...]) -> Function:
    # On machines without an NVIDIA GPU torch warns of its absence whenever it compiles, and of a
    # compiled function that cannot be saved to a file, which none here needs to be.
    for name in ("torch.utils.cpp_extension", "torch._inductor.standalone_compile"):
        logging.getLogger(name).setLevel(logging.ERROR)
    run = (_on_gpu if examples[0].device.type == "cuda" else _on_cpu)(graph, examples)

    @torch.no_grad()
    def call(*arguments: Tensor) -> tuple[Tensor, ...]:
        return tuple(run(*arguments))

    return call


def _on_cpu(graph: GraphModule, examples: tuple[Tensor, ...]) -> Function:
    """Kernels called from C++, which leaves Python to other threads, a window's or another network's.

    Shapes never change, so nothing looks at the arguments first: that took a fifth of a small step.
    """
    options = {"config_patches": {"cpp_wrapper": True, "cpp.dynamic_threads": True}}
    return standalone_compile(graph, list(examples), dynamic_shapes="from_example_inputs", options=options)


def _on_gpu(graph: GraphModule, _examples: tuple[Tensor, ...]) -> Function:
    """CUDA graphs, which replay a whole step at once: its small kernels would wait for their launches.

    They write every result to the same memory, so what is kept must be copied.
    """
    run = torch.compile(graph, fullgraph=True, dynamic=False, mode="reduce-overhead")
    return lambda *arguments: [result.clone() for result in run(*arguments)]

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

from podd_engine.distillation.compile_policy import COMPILE_PROGRESS_LABEL
from podd_engine.distillation.inner_optimizers import BiasCorrection, OptimizerState
from podd_engine.distillation.step_functions import (
    BatchScore,
    Cotangents,
    EagerStepFunctions,
    RecordedGradient,
)
from podd_engine.errors import CompileError
from podd_engine.networks.tracing_mode import tracing_mode
from podd_engine.progress import Progress, ProgressCallback

Function = Callable[..., Any]


class CompiledStepFunctions:
    """`EagerStepFunctions` compiled for batches of fixed shapes; equal to it up to rounding.

    Args:
        eager: what is compiled.
        moments: of any network, for their shapes.
        images, soft_labels: any part of a batch of patches, with its labels.
        real_images, real_labels: any (micro-)batch of real images with their classes.
        evaluation_images, evaluation_labels: likewise of images that networks are measured on.
        report: receives progress; raising `CancelledError` from it ends the work between two functions.

    Raises:
        CompileError: there is no compiler here that works.
    """

    def __init__(
        self,
        eager: EagerStepFunctions,
        optimizer_state: OptimizerState,
        images: Tensor,
        soft_labels: Tensor,
        real_images: Tensor,
        real_labels: Tensor,
        evaluation_images: Tensor,
        evaluation_labels: Tensor,
        report: ProgressCallback,
    ) -> None:
        self._eager = eager
        self._part_shape, self._real_shape = images.shape, real_images.shape
        parameters = optimizer_state.parameters
        bias_correction = images.new_tensor([0.1, 0.03])

        def update(*arguments: Tensor) -> tuple[Tensor, ...]:
            return eager.update(OptimizerState(*arguments[:3]), *arguments[3:])

        def update_vjp(*arguments: Tensor) -> tuple[Tensor, ...]:
            before, (gradient, bias_correction, *cotangents) = OptimizerState(*arguments[:3]), arguments[3:]
            return eager.update_vjp(before, gradient, bias_correction, tuple(cotangents))

        def joint(*arguments: Tensor) -> tuple[Tensor, ...]:
            recorded = eager.record(*arguments[:3])
            return recorded.gradient, *recorded.vjp(arguments[3])

        batch = (parameters, images, soft_labels)
        work: list[Callable[[], Any]] = [
            partial(_trace_and_compile, lambda *arguments: (eager.gradient(*arguments),), batch),
            partial(_compile_forward_and_backward, joint, (*batch, parameters)),
            partial(_trace_and_compile, update, (*optimizer_state, parameters, bias_correction)),
            partial(
                _trace_and_compile,
                update_vjp,
                (*optimizer_state, parameters, bias_correction, *optimizer_state),
            ),
            partial(_trace_and_compile, eager.real_loss_and_gradient, (parameters, real_images, real_labels)),
            partial(_trace_and_compile, eager.score, (parameters, evaluation_images, evaluation_labels)),
        ]
        compiled = []
        for number, compile_one in enumerate(work):
            report(Progress(COMPILE_PROGRESS_LABEL, number, len(work)))
            try:
                compiled.append(compile_one())
            except (InductorError, TorchDynamoException, CppCompileError, OSError) as error:
                lines = str(error).strip().splitlines()
                cause = next((line for line in lines if "error: " in line), lines[0]).strip()
                raise CompileError(f"the inner step cannot be compiled here ({cause})") from error
        report(Progress(COMPILE_PROGRESS_LABEL, len(work), len(work)))
        self._gradient, (self._record, self._vjp), self._update, self._update_vjp = compiled[:4]
        self._real_loss_and_gradient, self._score = compiled[4:]

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """See `StepFunctions`; a batch of another shape than the compiled one is computed eagerly."""
        if images.shape != self._part_shape:
            return self._eager.gradient(parameters, images, soft_labels)
        gradient: Tensor = self._gradient(parameters, images, soft_labels)[0]
        return gradient

    def record(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> RecordedGradient:
        """See `StepFunctions`; a batch of another shape than the compiled one is computed eagerly."""
        if images.shape != self._part_shape:
            return self._eager.record(parameters, images, soft_labels)
        gradient, *residuals = self._record(parameters, images, soft_labels)
        return RecordedGradient(
            gradient, lambda cotangent: tuple(self._vjp(*residuals, cotangent)), tuple(residuals)
        )

    def update(
        self, before: OptimizerState, gradient: Tensor, bias_correction: BiasCorrection
    ) -> OptimizerState:
        """See `StepFunctions`."""
        return OptimizerState(*self._update(*before, gradient, gradient.new_tensor(bias_correction)))

    def update_vjp(
        self,
        before: OptimizerState,
        gradient: Tensor,
        bias_correction: BiasCorrection,
        cotangents: Cotangents,
    ) -> Cotangents:
        """See `StepFunctions`."""
        bias_correction = gradient.new_tensor(bias_correction)
        return tuple(self._update_vjp(*before, gradient, bias_correction, *cotangents))

    def real_loss_and_gradient(
        self, parameters: Tensor, images: Tensor, labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See `StepFunctions`; a batch of another shape than the compiled one is computed eagerly."""
        real = (
            self._real_loss_and_gradient
            if images.shape == self._real_shape
            else self._eager.real_loss_and_gradient
        )
        loss, gradient = real(parameters, images, labels)
        return loss, gradient

    def score(self, parameters: Tensor, images: Tensor, labels: Tensor) -> BatchScore:
        """See `StepFunctions`."""
        return BatchScore(*self._score(parameters, images, labels))


def _trace_and_compile(function: Function, examples: tuple[Tensor, ...]) -> Function:
    """``function`` traced on ``examples``, compiled and run once."""
    # Copies: tracing takes arguments that are one object for one argument.
    examples = tuple(example.clone() for example in examples)
    with tracing_mode():
        graph = make_fx(lambda *arguments: tuple(function(*arguments)))(*examples)
    compiled = _compile_graph(graph, examples)
    compiled(*examples)
    return compiled


def _compile_forward_and_backward(
    function: Function, examples: tuple[Tensor, ...]
) -> tuple[Function, Function]:
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
    with tracing_mode():
        graph = make_fx(lambda *arguments: tuple(function(*arguments)), tracing_mode="fake")(*examples)
    # torch parts graphs by these names.
    inputs = [node for node in graph.graph.nodes if node.op == "placeholder"]
    for number, node in enumerate(inputs):
        last = node is inputs[-1]
        node.name = node.target = "tangents_1" if last else f"primals_{number + 1}"
    graph.recompile()
    first, rest = min_cut_rematerialization_partition(graph, examples, num_fwd_outputs=1)
    forward = _compile_graph(first, examples[:-1])
    _, *residuals = forward(*examples[:-1])
    backward = _compile_graph(rest, (*residuals, examples[-1]))
    backward(*residuals, examples[-1])
    return forward, backward


def _compile_graph(graph: GraphModule, examples: tuple[Tensor, ...]) -> Function:
    # On machines without an NVIDIA GPU torch warns of its absence whenever it compiles, and of a
    # compiled function that cannot be saved to a file, which none here needs to be.
    for name in ("torch.utils.cpp_extension", "torch._inductor.standalone_compile"):
        logging.getLogger(name).setLevel(logging.ERROR)
    run = (_compile_for_gpu if examples[0].device.type == "cuda" else _compile_for_cpu)(graph, examples)

    @torch.no_grad()
    def call(*arguments: Tensor) -> tuple[Tensor, ...]:
        return tuple(run(*arguments))

    return call


def _compile_for_cpu(graph: GraphModule, examples: tuple[Tensor, ...]) -> Function:
    """Kernels called from C++, which leaves Python to other threads, a window's or another network's.

    Shapes never change, so nothing looks at the arguments first: that took a fifth of a small step.
    """
    options = {"config_patches": {"cpp_wrapper": True, "cpp.dynamic_threads": True}}
    return standalone_compile(graph, list(examples), dynamic_shapes="from_example_inputs", options=options)


def _compile_for_gpu(graph: GraphModule, _examples: tuple[Tensor, ...]) -> Function:
    """CUDA graphs, which replay a whole step at once: its small kernels would wait for their launches.

    They write every result to the same memory, so what is kept must be copied.
    """
    run = torch.compile(graph, fullgraph=True, dynamic=False, mode="reduce-overhead")
    return lambda *arguments: [result.clone() for result in run(*arguments)]

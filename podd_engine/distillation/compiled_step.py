"""Step functions compiled with TorchInductor.

A compiled module cannot be differentiated twice. Every function is therefore traced to plain tensor
operations first, derivatives included. The compiled functions are the gradient of an inner step, its
Hessian-vector product, the optimizer update and its VJP, the real loss with its gradient, and the score
of a network.

Importing this module loads the compiler of torch. The compiler reads the location of its cache
(``TORCHINDUCTOR_CACHE_DIR``) at import.
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
    """`StepFunctions` compiled for batches of fixed shapes.

    Results equal those of ``eager`` up to rounding. The tensor arguments are examples: they determine
    shapes, strides, dtype and device. Their values have no influence.

    Args:
        eager: functions to compile.
        optimizer_state: state of any network, each tensor [parameter_count].
        images: micro-batch of patches, [micro batch, channels, patch height, patch width].
        soft_labels: their labels, [micro batch, classes].
        real_images: micro-batch of real images, [micro batch, channels, height, width].
        real_labels: their classes, int64 [micro batch].
        evaluation_images: evaluation batch, [batch, channels, height, width].
        evaluation_labels: their classes, int64 [batch].
        report: progress callback. It may raise `CancelledError` between two functions.

    Raises:
        CompileError: this machine has no working compiler.
        CancelledError: ``report`` canceled the compilation.
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
        self._patch_batch_shape, self._patch_batch_strides = images.shape, images.stride()
        self._real_batch_shape, self._real_batch_strides = real_images.shape, real_images.stride()
        parameters = optimizer_state.parameters
        bias_correction = images.new_tensor([0.1, 0.03])

        def update(*arguments: Tensor) -> tuple[Tensor, ...]:
            return eager.update(OptimizerState(*arguments[:3]), *arguments[3:])

        def update_vjp(*arguments: Tensor) -> tuple[Tensor, ...]:
            before, (gradient, bias_correction, *cotangents) = OptimizerState(*arguments[:3]), arguments[3:]
            return eager.update_vjp(before, gradient, bias_correction, tuple(cotangents))

        def gradient_and_vjp(*arguments: Tensor) -> tuple[Tensor, ...]:
            recorded = eager.record(*arguments[:3])
            return recorded.gradient, *recorded.vjp(arguments[3])

        batch = (parameters, images, soft_labels)
        compilations: list[Callable[[], Any]] = [
            partial(_trace_and_compile, lambda *arguments: (eager.gradient(*arguments),), batch),
            partial(_compile_forward_and_backward, gradient_and_vjp, (*batch, parameters)),
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
        for number, run_compilation in enumerate(compilations):
            report(Progress(COMPILE_PROGRESS_LABEL, number, len(compilations)))
            try:
                compiled.append(run_compilation())
            except (InductorError, TorchDynamoException, CppCompileError, OSError) as error:
                lines = str(error).strip().splitlines()
                cause = next((line for line in lines if "error: " in line), lines[0]).strip()
                raise CompileError(
                    f"the inner step cannot be compiled on this machine ({cause}); "
                    "install a C++ compiler or set compute.compile to off"
                ) from error
        report(Progress(COMPILE_PROGRESS_LABEL, len(compilations), len(compilations)))
        self._gradient, (self._record, self._vjp), self._update, self._update_vjp = compiled[:4]
        self._real_loss_and_gradient, self._score = compiled[4:]

    def gradient(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> Tensor:
        """See `StepFunctions`. Batches of a different shape are computed eagerly."""
        if images.shape != self._patch_batch_shape:
            return self._eager.gradient(parameters, images, soft_labels)
        images = _with_strides(images, self._patch_batch_strides)
        gradient: Tensor = self._gradient(parameters, images, soft_labels)[0]
        return gradient

    def record(self, parameters: Tensor, images: Tensor, soft_labels: Tensor) -> RecordedGradient:
        """See `StepFunctions`. Batches of a different shape are computed eagerly."""
        if images.shape != self._patch_batch_shape:
            return self._eager.record(parameters, images, soft_labels)
        images = _with_strides(images, self._patch_batch_strides)
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
        """See `StepFunctions`. Batches of a different shape are computed eagerly."""
        if images.shape != self._real_batch_shape:
            return self._eager.real_loss_and_gradient(parameters, images, labels)
        images = _with_strides(images, self._real_batch_strides)
        loss, gradient = self._real_loss_and_gradient(parameters, images, labels)
        return loss, gradient

    def score(self, parameters: Tensor, images: Tensor, labels: Tensor) -> BatchScore:
        """See `StepFunctions`."""
        return BatchScore(*self._score(parameters, images, labels))


def _with_strides(images: Tensor, strides: tuple[int, ...]) -> Tensor:
    """Return ``images``, copied if necessary, with the strides that a function was compiled for.

    The strides of augmented images depend on the augmentation: `crop` returns channels-last images.
    """
    if images.stride() == strides:
        return images
    return torch.empty_strided(images.shape, strides, dtype=images.dtype, device=images.device).copy_(images)


def _trace_and_compile(function: Function, examples: tuple[Tensor, ...]) -> Function:
    """Trace ``function`` with ``examples``, compile the trace and run the compiled function once."""
    # Copy the examples: tracing would merge two arguments that are the same tensor object.
    examples = tuple(example.clone() for example in examples)
    with tracing_mode():
        graph = make_fx(lambda *arguments: tuple(function(*arguments)))(*examples)
    compiled = _compile_graph(graph, examples)
    compiled(*examples)
    return compiled


def _compile_forward_and_backward(
    function: Function, examples: tuple[Tensor, ...]
) -> tuple[Function, Function]:
    """Split ``function`` into a forward and a backward part and compile both.

    For f(a, ȳ) = (y, ā), where y depends only on a: forward(a) = (y, residuals) and
    backward(residuals, ȳ) = ā. The partitioner keeps as residuals what is expensive to recompute
    (inputs and results of convolutions) and recomputes the operations between them.

    Args:
        function: f. Its first result must not depend on its last argument.
        examples: example arguments, (*a, ȳ).

    Returns:
        The compiled forward and backward functions. Both have run once.
    """
    examples = tuple(example.clone() for example in examples)
    with tracing_mode():
        graph = make_fx(lambda *arguments: tuple(function(*arguments)), tracing_mode="fake")(*examples)
    # The partitioner recognizes forward inputs and cotangents by these names.
    inputs = [node for node in graph.graph.nodes if node.op == "placeholder"]
    for number, node in enumerate(inputs):
        last = node is inputs[-1]
        node.name = node.target = "tangents_1" if last else f"primals_{number + 1}"
    graph.recompile()
    forward_graph, backward_graph = min_cut_rematerialization_partition(graph, examples, num_fwd_outputs=1)
    forward = _compile_graph(forward_graph, examples[:-1])
    _, *residuals = forward(*examples[:-1])
    backward = _compile_graph(backward_graph, (*residuals, examples[-1]))
    backward(*residuals, examples[-1])
    return forward, backward


def _compile_graph(graph: GraphModule, examples: tuple[Tensor, ...]) -> Function:
    """Compile ``graph`` for the shapes and the device of ``examples``."""
    # Suppress two irrelevant warnings: torch reports a missing NVIDIA GPU at every compilation, and
    # reports compiled functions that cannot be saved to a file. PoDD never saves them.
    for name in ("torch.utils.cpp_extension", "torch._inductor.standalone_compile"):
        logging.getLogger(name).setLevel(logging.ERROR)
    run = (_compile_for_gpu if examples[0].device.type == "cuda" else _compile_for_cpu)(graph, examples)

    @torch.no_grad()
    def call(*arguments: Tensor) -> tuple[Tensor, ...]:
        return tuple(run(*arguments))

    return call


def _compile_for_cpu(graph: GraphModule, examples: tuple[Tensor, ...]) -> Function:
    """Compile to kernels that a C++ wrapper calls.

    The wrapper releases the GIL, so that the GUI thread and other networks continue to run. Shapes never
    change, so there are no guards on the arguments: they took a fifth of the time of a small step.
    """
    options = {"config_patches": {"cpp_wrapper": True, "cpp.dynamic_threads": True}}
    return standalone_compile(graph, list(examples), dynamic_shapes="from_example_inputs", options=options)


def _compile_for_gpu(graph: GraphModule, _examples: tuple[Tensor, ...]) -> Function:
    """Compile to a CUDA graph, which launches all kernels of a step together.

    Launched separately, the small kernels of a step would spend most of their time waiting. A CUDA graph
    writes its results to the same memory at every call, so the results are copied.
    """
    run = torch.compile(graph, fullgraph=True, dynamic=False, mode="reduce-overhead")
    return lambda *arguments: [result.clone() for result in run(*arguments)]

"""Train networks on a poster bundle as in the evaluation of its run."""

from dataclasses import replace

import torch
from torch import nn

from podd_engine.distillation.distiller import Distiller
from podd_engine.distillation.evaluation import evaluation_draws, evaluation_network, train_network
from podd_engine.distillation.inner_loop import PatchDraw, Patches
from podd_engine.distillation.real_data import RealData
from podd_engine.distillation.state import State
from podd_engine.poster.patches import PatchCutter
from podd_engine.runs.bundle import PosterBundle
from podd_engine.runtime.device import choose_device, choose_threads
from podd_engine.runtime.precision import STORAGE_DTYPES, set_precision


def make_distiller(
    bundle: PosterBundle, train: RealData, test: RealData, architecture: str | None = None
) -> tuple[Distiller, State]:
    """Build the distiller that trains networks on a bundle, and the state with the poster.

    Args:
        bundle: poster bundle. Its config contains the device and the precision.
        train: real training images.
        test: real test images.
        architecture: name in the network registry. None selects the architecture of the run.

    Raises:
        ConfigError: the architecture is unknown, or the patches are too small for it.
        DeviceError: the device is not available on this machine.
    """
    # The bundle contains a final label for each patch, which corresponds to fixed labels.
    config = bundle.training.apply_to(bundle.config).with_values({"labels.kind": "fixed"})
    if architecture is not None:
        config = config.with_values({"network.name": architecture})
    device, dtype = choose_device(config.compute), STORAGE_DTYPES[config.compute.precision]

    def to_device(part: RealData) -> RealData:
        return RealData(part.images.to(device=device, dtype=dtype), part.labels.to(device))

    distiller = Distiller(config, to_device(train), to_device(test), bundle.grid)
    state = replace(
        distiller.init_state(config.seed),
        step=bundle.step,
        poster=bundle.poster.to(device=device, dtype=dtype),
        labels=bundle.patch_labels.to(device=device, dtype=dtype),
    )
    return distiller, state


def set_up_torch(bundle: PosterBundle) -> None:
    """Set the number of threads and the precision of torch to those of the bundle's config."""
    torch.set_num_threads(choose_threads(bundle.config))
    set_precision(bundle.config.compute)


def train_bundle_network(bundle: PosterBundle, seed: int) -> nn.Module:
    """Train a network like network number ``seed`` of the evaluation.

    Returns:
        The network on the CPU, in float32 and in evaluation mode.

    Raises:
        DeviceError: the device of the bundle's config is not available on this machine.
    """
    set_up_torch(bundle)
    distiller, patches = _without_images(bundle)
    steps = bundle.training.steps
    states = train_network(distiller, patches, (bundle.step, seed), _drawn_steps(bundle, steps))
    inner = next(state for state in states if state.step == steps)
    module = distiller.network.evaluation_module(inner.parameters, patches.images)
    return module.to("cpu", torch.float32).requires_grad_(True)


def new_bundle_network(bundle: PosterBundle, seed: int) -> nn.Module:
    """Return network number ``seed`` of the evaluation before its training, on the CPU, in float32."""
    distiller, _ = _without_images(_on_cpu(bundle))
    parameters = evaluation_network(distiller, (bundle.step, seed))
    return distiller.network.initialized_module(parameters).requires_grad_(True)


def draw_bundle_batches(bundle: PosterBundle, seed: int, steps: int) -> list[PatchDraw]:
    """Return the draws of the first ``steps`` training steps of network number ``seed``, on the CPU."""
    distiller, _ = _without_images(_on_cpu(bundle))
    return evaluation_draws(distiller, (bundle.step, seed), _drawn_steps(bundle, steps))[:steps]


def _on_cpu(bundle: PosterBundle) -> PosterBundle:
    values = {"compute.device": "cpu", "compute.precision": "float32"}
    return replace(bundle, config=bundle.config.with_values(values))


def _drawn_steps(bundle: PosterBundle, steps: int) -> int:
    """Return the number of steps to draw. An evaluation draws the steps of its longest training."""
    return max(steps, bundle.config.evaluation.steps[-1])


def _without_images(bundle: PosterBundle) -> tuple[Distiller, Patches]:
    """Build a distiller for training without real images, and the patches to train on."""
    patches = PatchCutter(bundle.layout, bundle.poster.device)(bundle.poster)
    # Only outer steps and scores use real images. The patches stand in for them.
    stand_in = RealData(patches, bundle.patch_labels.argmax(dim=1))
    distiller, state = make_distiller(bundle, stand_in, stand_in)
    return distiller, distiller.inner_loop.cut_patches(state.poster, state.labels)

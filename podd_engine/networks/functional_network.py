"""Network as a pure function of one flat parameter vector."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call

from podd_engine.networks.normalization import BatchNorm, measure_statistics


class FunctionalNetwork:
    """Pure function ``logits = network(parameters, images)`` of flat parameters.

    With one flat vector, an optimizer step takes a few operations for the whole network instead of a few
    per layer, and initialization takes one random draw.

    Args:
        make: builds the module.

    Attributes:
        module: the module. Its own parameter values are not used in training.
        parameter_count: number of parameters.
        batch_norms: batch norms of the module. Without them, the logits of an image do not depend on the
            rest of the batch, and training and evaluation mode are equal.
    """

    def __init__(self, make: Callable[[], nn.Module]) -> None:
        self.module = make().train().requires_grad_(False)
        self.batch_norms = [module for module in self.module.modules() if isinstance(module, BatchNorm)]
        named = dict(self.module.named_parameters())
        self.names = list(named)
        self.shapes = [parameter.shape for parameter in named.values()]
        self.sizes = [parameter.numel() for parameter in named.values()]
        self.parameter_count = sum(self.sizes)
        scales, offsets = zip(*(_initial_range(self.module, name) for name in self.names), strict=True)
        sizes = torch.tensor(self.sizes)
        self._scale = torch.tensor(scales, dtype=torch.float64).repeat_interleave(sizes)
        self._offset = torch.tensor(offsets, dtype=torch.float64).repeat_interleave(sizes)

    def to(self, device: torch.device, dtype: torch.dtype) -> "FunctionalNetwork":
        """Move the module to ``device`` and ``dtype`` and return ``self``.

        Only buffers matter: parameters are always arguments.
        """
        self.module.to(device=device, dtype=dtype)
        return self

    def initial_parameters(self, source: torch.Generator) -> Tensor:
        """Draw the parameters of a newly initialized network.

        Convolutions and linear layers have the default distribution of PyTorch: uniform in ±1/√(fan-in)
        (Kaiming uniform with a = √5). Normalization layers start with weight 1 and bias 0.

        Args:
            source: CPU generator. One uniform draw covers all parameters.

        Returns:
            Flat float64 tensor [parameter_count] on the CPU.
        """
        uniform = torch.rand(self.parameter_count, generator=source, dtype=torch.float64)
        return self._offset + self._scale * (2 * uniform - 1)

    def split(self, parameters: Tensor) -> dict[str, Tensor]:
        """Return views of flat ``parameters`` by parameter name, each in the shape of its parameter."""
        parts = torch.split(parameters, self.sizes)
        return {
            name: part.view(shape) for name, part, shape in zip(self.names, parts, self.shapes, strict=True)
        }

    def __call__(self, parameters: Tensor, images: Tensor) -> Tensor:
        """Return the logits in training mode; differentiable in both arguments.

        Args:
            parameters: flat [parameter_count].
            images: [batch, channels, height, width].

        Returns:
            Logits [batch, classes].
        """
        return functional_call(self.module, self.split(parameters), (images,))  # type: ignore[no-any-return]

    def initialized_module(self, parameters: Tensor) -> nn.Module:
        """Return the module with a copy of ``parameters`` [parameter_count], in training mode.

        The module is shared: the next call overwrites its parameters.
        """
        for name, part in self.split(parameters.detach()).items():
            owner, _, leaf = name.rpartition(".")
            getattr(self.module.get_submodule(owner), leaf).data.copy_(part)
        return self.module.train()

    def evaluation_module(self, parameters: Tensor, training_images: Tensor) -> nn.Module:
        """Return the module with ``parameters`` in evaluation mode.

        The module is shared: the next call overwrites its parameters. Call ``train()`` on it before the
        next training step.

        Args:
            parameters: flat [parameter_count].
            training_images: [images, channels, height, width], training images of the network. The
                statistics of batch norms are computed from them.
        """
        module = self.initialized_module(parameters)
        measure_statistics(module, training_images)
        return module.eval()


def _initial_range(module: nn.Module, name: str) -> tuple[float, float]:
    """Return half width and center of the initial uniform distribution of the parameter ``name``."""
    owner_name, _, leaf = name.rpartition(".")
    owner = module.get_submodule(owner_name)
    weight = owner.weight
    if isinstance(owner, nn.Conv2d | nn.Linear) and isinstance(weight, Tensor):
        return 1 / math.sqrt(weight[0].numel()), 0.0
    return 0.0, 1.0 if leaf == "weight" else 0.0

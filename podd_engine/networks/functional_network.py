"""A network as a pure function of one flat parameter vector."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.func import functional_call

from podd_engine.networks.normalization import BatchNorm


class FunctionalNetwork:
    """A module seen as ``logits = network(parameters, images)`` with flat parameters.

    One vector makes an optimizer step a handful of operations instead of a handful for each layer,
    a fresh network one draw, and a checkpoint one tensor.

    Args:
        make: builds the module.

    Attributes:
        batch_norms: its batch norms. A network without any treats each image alone, and classifies
            in the way it was trained.
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
        """Move the module's buffers; parameters always come from outside."""
        self.module.to(device=device, dtype=dtype)
        return self

    def initial_parameters(self, source: torch.Generator) -> Tensor:
        """A fresh network: flat float64 [parameter_count] on the CPU, in one uniform draw.

        The distribution is PyTorch's default for convolutions and linear layers, uniform in
        ±1/sqrt(fan in) (Kaiming uniform with a = sqrt 5); normalizations start at weight 1, bias 0.
        """
        uniform = torch.rand(self.parameter_count, generator=source, dtype=torch.float64)
        return self._offset + self._scale * (2 * uniform - 1)

    def split(self, parameters: Tensor) -> dict[str, Tensor]:
        """Flat parameters as named tensors (views)."""
        parts = torch.split(parameters, self.sizes)
        return {
            name: part.view(shape) for name, part, shape in zip(self.names, parts, self.shapes, strict=True)
        }

    def __call__(self, parameters: Tensor, images: Tensor) -> Tensor:
        """Logits [batch, classes] in training mode, differentiable in both arguments."""
        return functional_call(self.module, self.split(parameters), (images,))  # type: ignore[no-any-return]

    def evaluation_module(self, parameters: Tensor, training_images: Tensor) -> nn.Module:
        """The module with ``parameters``, in evaluation mode, ready to classify single images.

        Args:
            parameters: flat [parameter_count].
            training_images: what it was trained on, from which batch norm statistics are measured.
        """
        for name, part in self.split(parameters.detach()).items():
            owner, _, leaf = name.rpartition(".")
            getattr(self.module.get_submodule(owner), leaf).data.copy_(part)
        self.measure_statistics(training_images)
        return self.module.eval()

    def measure_statistics(self, images: Tensor) -> None:
        """Set running statistics of batch norms to those of ``images``, in one pass."""
        if not self.batch_norms:
            return
        for norm in self.batch_norms:
            norm.measuring_statistics, norm.momentum = True, None
            norm.reset_running_stats()
        with torch.no_grad():
            self.module.train()(images)
        for norm in self.batch_norms:
            norm.measuring_statistics = False


def _initial_range(module: nn.Module, name: str) -> tuple[float, float]:
    """Half width and middle of the uniform distribution the parameter ``name`` starts from."""
    owner_name, _, leaf = name.rpartition(".")
    owner = module.get_submodule(owner_name)
    weight = owner.weight
    if isinstance(owner, nn.Conv2d | nn.Linear) and isinstance(weight, Tensor):
        return 1 / math.sqrt(weight[0].numel()), 0.0
    return 0.0, 1.0 if leaf == "weight" else 0.0

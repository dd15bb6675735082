"""Baseline for benchmarks: a plain version of the published outer step with the `higher` library.

`higher` stores the graph of the whole window. Like the published code, this version creates a new network,
optimizer and DataLoader batch for each outer step, draws augmentations image by image, and differentiates
the whole window in one pass. Unlike the published code, it does not clear GPU caches or collect garbage,
which makes it faster.

``podd bench`` runs this script as a contender if `higher` is installed (extra ``bench``).
"""

import math
import random
from collections.abc import Sequence

import higher
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from podd_engine.bench.protocol import serve
from podd_engine.bench.synthetic_data import SyntheticData, synthetic_data
from podd_engine.config.schema import DistillationConfig
from podd_engine.distillation.soft_labels import build_label_scheme
from podd_engine.errors import ConfigError
from podd_engine.poster.patches import initial_poster

BETAS, EPSILON = (0.9, 0.999), 1e-8
ROTATION_DEGREES = 15


def convnet(channels: int, classes: int, image_size: int, width: int, depth: int) -> nn.Sequential:
    """Create a network of convolution, instance norm, ReLU and pooling blocks with a linear classifier."""
    layers: list[nn.Module] = []
    for block in range(depth):
        layers += [
            nn.Conv2d(width if block else channels, width, 3, padding=1),
            nn.GroupNorm(width, width),
            nn.ReLU(),
            nn.AvgPool2d(2),
        ]
    side = image_size // 2**depth
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(width * side * side, classes))


def flip(images: Tensor) -> Tensor:
    """Mirror each image with a probability of 0.5."""
    mirrored = torch.rand(len(images), 1, 1, 1, device=images.device) < 0.5
    return torch.where(mirrored, images.flip(3), images)


def rotate(images: Tensor) -> Tensor:
    """Rotate each image. The matrices are built one by one, as in the published code."""
    angles = (torch.rand(len(images)) * 2 - 1) * math.radians(ROTATION_DEGREES)
    matrices = [
        [[torch.cos(angle), -torch.sin(angle), 0], [torch.sin(angle), torch.cos(angle), 0]]
        for angle in angles
    ]
    theta = torch.tensor(matrices, dtype=images.dtype)
    grid = functional.affine_grid(theta, list(images.shape), align_corners=False).to(images.device)
    return functional.grid_sample(images, grid, align_corners=False)


KINDS = {"flip": flip, "rotate": rotate}


def augment(images: Tensor, kinds: Sequence[str]) -> Tensor:
    """Apply a random augmentation out of ``kinds`` to the whole batch."""
    return KINDS[random.choice(kinds)](images) if kinds else images


class PublishedLoop:
    """Published outer loop with random images.

    Args:
        config: config of the run with a convnet, inner Adam, and augmentations out of `KINDS`.
        data: random images and the class order.

    Raises:
        ConfigError: the config uses another network, optimizer or augmentation.
    """

    def __init__(self, config: DistillationConfig, data: SyntheticData) -> None:
        kinds = {*config.augmentation.patches, *config.augmentation.real}
        if config.network.name != "convnet" or config.inner.optimizer != "adam" or kinds - KINDS.keys():
            raise ConfigError(
                "the baseline supports only network.name = convnet, inner.optimizer = adam, flip and rotate"
            )
        images, labels = data.images.images, data.images.labels
        self.config, self.layout = config, config.layout
        self.channels, self.device, self.dtype = images.shape[1], images.device, images.dtype
        source = torch.Generator().manual_seed(config.seed)
        plan = build_label_scheme(config.labels, self.layout, data.grid)
        self.poster = initial_poster(self.layout, self.channels, source).to(self.device, self.dtype)
        self.labels = torch.as_tensor(plan.initial).to(self.device, self.dtype)
        self.read_matrix = torch.as_tensor(plan.read_matrix).to(self.device, self.dtype)
        self.poster.requires_grad_(True)
        self.labels.requires_grad_(plan.learned)
        trained = [self.poster, self.labels] if plan.learned else [self.poster]
        self.outer = torch.optim.Adam(trained, lr=config.outer.learning_rate)
        self.average_norm = 0.0
        # As in the published code, images stay in main memory and a batch is collected image by image.
        self.real = DataLoader(
            TensorDataset(images.cpu(), labels.cpu()), batch_size=config.outer.real_batch, shuffle=True
        )

    def fresh_network(self) -> nn.Sequential:
        """Return a newly initialized network."""
        config = self.config
        network = convnet(
            self.channels,
            self.layout.classes,
            config.dataset.image_size,
            config.network.width,
            config.network.depth,
        )
        return network.to(self.device, self.dtype)

    def inner_loss(self, network: nn.Module, subset: Tensor, poster: Tensor, labels: Tensor) -> Tensor:
        """Return the cross-entropy on the patches ``subset`` with their soft labels."""
        windows = self.layout.windows[subset.tolist()]
        patches = torch.stack([poster[:, y0:y1, x0:x1] for x0, y0, x1, y1 in windows.tolist()])
        sums = self.read_matrix[subset.to(self.device)] @ labels
        logits = network(augment(patches, self.config.augmentation.patches))
        return functional.cross_entropy(logits, sums / sums.sum(dim=1, keepdim=True))

    def real_loss(
        self, network: nn.Module, subsets: Sequence[Tensor], images: Tensor, labels: Tensor
    ) -> Tensor:
        """Return the loss on real images after one inner step per subset, differentiable in the window.

        `higher` implements the Adam of an older torch version. Two differences are corrected here. First,
        `higher` expects the step count as a number, but torch now stores a float32 tensor. Second, `higher`
        adds ε to the root of the second moment before the bias correction, but torch now adds ε after it.
        """
        inner, window = self.config.inner, self.config.truncation.window
        optimizer = torch.optim.Adam(
            network.parameters(),
            lr=inner.learning_rate,
            betas=BETAS,
            eps=EPSILON,
            weight_decay=inner.weight_decay,
        )
        before = len(subsets) - window
        for subset in subsets[:before]:
            optimizer.zero_grad()
            self.inner_loss(network, subset, self.poster.detach(), self.labels.detach()).backward()
            optimizer.step()
        with higher.innerloop_ctx(network, optimizer) as (unrolled, differentiable):
            for moments in differentiable.state[0].values():
                moments["step"] = before
            for number, subset in enumerate(subsets[before:], start=before + 1):
                epsilon = EPSILON * math.sqrt(1 - BETAS[1] ** number)
                loss = self.inner_loss(unrolled, subset, self.poster, self.labels)
                differentiable.step(loss, override={"eps": [epsilon]})
            return functional.cross_entropy(unrolled(images), labels)

    def outer_step(self) -> None:
        """Train a newly initialized network and update the poster with the gradient of the real loss."""
        config, truncation = self.config, self.config.truncation
        before = random.randint(truncation.minimum, truncation.total - truncation.window)
        subsets = [
            torch.randperm(self.layout.patches)[: config.inner.patch_batch]
            for _ in range(before + truncation.window)
        ]
        images, labels = next(iter(self.real))
        images = augment(images.to(self.device), config.augmentation.real)
        loss = self.real_loss(self.fresh_network(), subsets, images, labels.to(self.device))
        self.outer.zero_grad()
        loss.backward()
        self._clip()
        self.outer.step()

    def _clip(self) -> None:
        """Clip the poster's gradient to a multiple of its average norm."""
        outer, gradient = self.config.outer, self.poster.grad
        assert gradient is not None
        norm = float(gradient.norm())
        first = not self.average_norm
        decay = 0.0 if first else outer.clip_decay
        self.average_norm = decay * self.average_norm + (1 - decay) * norm
        torch.nn.utils.clip_grad_norm_(self.poster, outer.clip_factor * self.average_norm)


if __name__ == "__main__":
    serve(lambda config: PublishedLoop(config, synthetic_data(config)).outer_step)

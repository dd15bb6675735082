"""Recipe for training networks on a poster, recorded in the poster bundle."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import ValidationError

from podd_engine.config.schema import DistillationConfig
from podd_engine.config.sections import Augmentation, ConfigSection, NetworkConfig
from podd_engine.errors import RunError


class TrainingRecipe(ConfigSection):
    """Training of a network on a poster, as in the evaluation with the displayed accuracy.

    Attributes:
        loss: loss between the logits of a batch and its targets, averaged over the batch.
        targets: tensor of the bundle with the target of each patch.
        network: architecture of the network.
        optimizer: optimizer of the network.
        learning_rate: learning rate of the optimizer.
        momentum: momentum of SGD. Adam ignores it.
        weight_decay: L2 penalty on the parameters of the network.
        batch_size: patches per step, drawn without replacement.
        steps: number of steps.
        augmentation: kinds of augmentation. Each batch gets one kind, drawn at random. Empty: none.
    """

    loss: Literal["cross-entropy"] = "cross-entropy"
    targets: Literal["patch_labels"] = "patch_labels"
    network: NetworkConfig
    optimizer: Literal["adam", "sgd"]
    learning_rate: float
    momentum: float
    weight_decay: float
    batch_size: int
    steps: int
    augmentation: tuple[Augmentation, ...]

    @classmethod
    def of_run(cls, config: DistillationConfig, measured: Sequence[Mapping[str, float]]) -> Self:
        """Return the recipe of a run.

        Args:
            config: config of the run.
            measured: results of the evaluation, with the fields of `LengthResult`. The recipe has the
                training length with the lowest training loss, or the longest length of the config before
                the first evaluation.
        """
        best = min(measured, key=lambda result: result["train_loss"], default=None)
        inner = config.inner
        return cls(
            network=config.network,
            optimizer=inner.optimizer,
            learning_rate=inner.learning_rate,
            momentum=inner.momentum,
            weight_decay=inner.weight_decay,
            batch_size=inner.patch_batch,
            steps=config.evaluation.steps[-1] if best is None else int(best["steps"]),
            augmentation=config.augmentation.patches,
        )

    @classmethod
    def parse(cls, values: object) -> Self:
        """Return the recipe with ``values`` from the metadata of a bundle.

        Raises:
            RunError: this version does not know the loss, the targets or another value of the recipe.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            keys = ", ".join(".".join(map(str, ("training", *item["loc"]))) for item in error.errors())
            raise RunError(
                f"this version cannot train networks on the poster ({keys} is unknown); update podd-studio"
            ) from None

    def apply_to(self, config: DistillationConfig) -> DistillationConfig:
        """Return ``config`` with the training of this recipe.

        Raises:
            ConfigError: the recipe does not fit the config.
        """
        values: dict[str, Any] = {f"network.{key}": value for key, value in self.network.model_dump().items()}
        values |= {
            "inner.optimizer": self.optimizer,
            "inner.learning_rate": self.learning_rate,
            "inner.momentum": self.momentum,
            "inner.weight_decay": self.weight_decay,
            "inner.patch_batch": self.batch_size,
            "augmentation.patches": self.augmentation,
        }
        return config.with_values(values)

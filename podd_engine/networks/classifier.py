"""The linear layer that reads classes off a network's features."""

from torch import Tensor, nn

from podd_engine.networks.tracing_mode import is_tracing


class Classifier(nn.Linear):
    """A linear layer on all values of feature maps.

    Args:
        channels: of the features.
        side: height and width of the features, px.
        classes: number of classes.
    """

    def __init__(self, channels: int, side: int, classes: int) -> None:
        super().__init__(channels * side * side, classes)
        self.channels, self.side = channels, side

    def forward(self, features: Tensor) -> Tensor:
        """Logits [batch, classes] of features [batch, channels, side, side]."""
        if not is_tracing():
            return super().forward(features.flatten(1))
        # Channels beside each other, as features lie in memory, so that nothing large is turned round.
        weight = self.weight.view(-1, self.channels, self.side, self.side).permute(0, 2, 3, 1).flatten(1)
        return features.permute(0, 2, 3, 1).flatten(1) @ weight.t() + self.bias

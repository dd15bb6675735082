"""Linear classifier on feature maps."""

from torch import Tensor, nn

from podd_engine.networks.tracing_mode import is_tracing


class Classifier(nn.Linear):
    """Linear layer from flattened square feature maps to logits.

    Args:
        channels: channels of the feature maps.
        side: height and width of the feature maps, px.
        classes: number of classes.
    """

    def __init__(self, channels: int, side: int, classes: int) -> None:
        super().__init__(channels * side * side, classes)
        self.channels, self.side = channels, side

    def forward(self, features: Tensor) -> Tensor:
        """Return logits [batch, classes] of features [batch, channels, side, side]."""
        if not is_tracing():
            return super().forward(features.flatten(1))
        # Features are channels-last in memory here. Permuting the small weight avoids a copy of them.
        weight = self.weight.view(-1, self.channels, self.side, self.side).permute(0, 2, 3, 1).flatten(1)
        return features.permute(0, 2, 3, 1).flatten(1) @ weight.t() + self.bias

"""Average pooling with fast first and second derivatives."""

from typing import Any

from torch import Tensor, nn
from torch.autograd import Function


class _AveragePool2x2(Function):
    """Mean of each 2x2 square: [..., height, width] to [..., height / 2, width / 2], even sides."""

    generate_vmap_rule = True

    @staticmethod
    def forward(images: Tensor) -> Tensor:
        rows = images[..., ::2, :] + images[..., 1::2, :]
        return (rows[..., ::2] + rows[..., 1::2]) * 0.25

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return _AveragePool2x2Transpose.apply(gradient)  # type: ignore[no-any-return]


class _AveragePool2x2Transpose(Function):
    """Transpose of `_AveragePool2x2`: each pixel of a 2x2 square receives a quarter of the value."""

    generate_vmap_rule = True

    @staticmethod
    def forward(pooled: Tensor) -> Tensor:
        *others, height, width = pooled.shape
        squares = (pooled * 0.25)[..., :, None, :, None].expand(*others, height, 2, width, 2)
        return squares.reshape(*others, 2 * height, 2 * width)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return _AveragePool2x2.apply(gradient)  # type: ignore[no-any-return]


class AveragePool2x2(nn.Module):
    """2x2 average pooling. Like `torch.nn.AvgPool2d`, it ignores an odd last row or column.

    On a CPU, the pooling of torch takes as long as a convolution, and so does the derivative of the
    slices in an equivalent expression. This layer defines both derivatives itself.
    """

    def forward(self, images: Tensor) -> Tensor:
        """Pool images [batch, channels, height, width] to [batch, channels, height // 2, width // 2]."""
        height, width = images.shape[-2] // 2 * 2, images.shape[-1] // 2 * 2
        return _AveragePool2x2.apply(images[..., :height, :width])  # type: ignore[no-any-return]

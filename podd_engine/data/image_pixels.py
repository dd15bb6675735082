"""Pixels of decoded images: conversion to 8 bits without transparency, cropping and resizing."""

import numpy as np
from PIL import Image

from podd_engine.data.dataset import Images
from podd_engine.data.deep_images import is_deep_gray
from podd_engine.errors import DataError

MAX_PALETTE_COLORS = 256
NOT_PREMULTIPLIED = {"La": "LA", "RGBa": "RGBA"}


def flatten(image: Image.Image) -> Image.Image:
    """Composite an image over white and convert it to gray (L) or color (RGB) with 8 bits per channel.

    Raises:
        DataError: the image is gray with more than 8 bits. The range of its dataset is unknown here.
    """
    if is_deep_gray(image):
        raise DataError(
            f"images: gray pixels of mode {image.mode!r} have no known range; scale the images to 8 bits "
            "with the range that the run reported for its dataset"
        )
    if image.has_transparency_data:
        image = _composite_over_white(image)
    if image.mode in ("L", "RGB"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _composite_over_white(image: Image.Image) -> Image.Image:
    if image.mode in NOT_PREMULTIPLIED:
        image = image.convert(NOT_PREMULTIPLIED[image.mode])
    key = image.info.get("transparency")
    if isinstance(key, bytes) and len(key) > MAX_PALETTE_COLORS:
        image.info["transparency"] = key[:MAX_PALETTE_COLORS]
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")


def resize(image: Image.Image, image_size: int) -> Image.Image:
    """Crop the center square of an image and resize it with an antialiasing bicubic filter."""
    width, height = image.size
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return image.resize(
        (image_size, image_size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )


def resize_array(images: Images, image_size: int) -> Images:
    """Resize images in memory as `resize` does.

    Args:
        images: uint8 [images, height, width, channels], channels 1 or 3.
        image_size: side of the returned images, in px.

    Returns:
        uint8 [images, image_size, image_size, channels].
    """
    if images.shape[1:3] == (image_size, image_size):
        return images
    resized = np.empty((len(images), image_size, image_size, images.shape[3]), dtype=np.uint8)
    for index, image in enumerate(images):
        picture = resize(Image.fromarray(image.squeeze(axis=2) if image.shape[2] == 1 else image), image_size)
        resized[index] = np.asarray(picture).reshape(resized.shape[1:])
    return resized

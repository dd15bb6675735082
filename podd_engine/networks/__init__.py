"""Network architectures, one file per architecture, built by name.

>>> network = build("convnet", channels=1, classes=10, image_size=8, width=32, depth=2)
"""

from podd_engine.networks.functional_network import FunctionalNetwork
from podd_engine.networks.registry import build

__all__ = ["FunctionalNetwork", "build"]

"""Python example that trains and tests a network on an exported poster with plain PyTorch."""

from pathlib import Path

_SNIPPET = """\
import torch
from torch import nn
from podd_engine import load_dataset, load_poster

# The dataset contains the patches of the poster and their soft labels.
poster = load_poster({path!r})
network = nn.Sequential(
    nn.Conv2d(poster.channels, 64, 3, padding=1), nn.InstanceNorm2d(64), nn.ReLU(), nn.AvgPool2d(2),
    nn.Conv2d(64, 64, 3, padding=1), nn.InstanceNorm2d(64), nn.ReLU(), nn.AvgPool2d(2),
    nn.Flatten(), nn.Linear(64 * (poster.image_size // 4) ** 2, len(poster.class_names)),
)
# Train with the inner learning rate of the run.
optimizer = torch.optim.Adam(network.parameters(), lr=poster.bundle.config.inner.learning_rate)
for epoch in range(100):
    for patches, labels in torch.utils.data.DataLoader(poster, batch_size=50, shuffle=True):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(patches), labels).backward()
        optimizer.step()

# Test on the real test images, which were not used to optimize the poster.
real = load_dataset(poster.bundle.config.dataset)
with torch.no_grad():
    scores = torch.cat([network(images) for images in poster.preprocess(real.test_images).split(500)])
print("accuracy on real test images:", (scores.argmax(dim=1).numpy() == real.test_labels).mean())
"""


def python_snippet(path: Path) -> str:
    """Return a program that trains a small network on the poster bundle at ``path`` and tests it.

    The program tests on the dataset's test images, which did not influence the poster. It reads them
    from the same location as the run.
    """
    return _SNIPPET.format(path=str(path))

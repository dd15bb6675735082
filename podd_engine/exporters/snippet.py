"""Python programs that train and test networks on an exported poster as the evaluation of its run does."""

from pathlib import Path

from podd_engine.networks import build
from podd_engine.runs.bundle import PosterBundle
from podd_engine.runs.training_recipe import TrainingRecipe

MAX_NETWORKS = 3
"""Maximum number of networks that a program trains. Their mean varies less than a single accuracy."""

_ONE_CALL_TRAINING = """\
    network = poster.train_network(seed)  # as in the run's evaluation
"""

_PLAIN_TRAINING = """\
    network = poster.new_network(seed)  # {architecture}
    optimizer = {optimizer}
    for indices, augmentation in poster.draw_batches(seed, steps={steps}):  # {batches}
        patches = poster.augment(poster.patches[indices], augmentation)
        loss = torch.nn.functional.cross_entropy(network(patches), poster.labels[indices])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
{norm_statistics}    network.eval()
"""

_PROGRAM = """\
import torch
import podd_engine

poster = podd_engine.load_poster({path!r})
real = podd_engine.load_dataset(poster.bundle.config.dataset)
test_images = poster.preprocess(real.test_images)  # no test image influenced the poster
accuracies = []
for seed in range({networks}):
{training}\
    with torch.no_grad():
        predictions = torch.cat([network(batch).argmax(dim=1) for batch in test_images.split(500)])
    accuracies.append((predictions.numpy() == real.test_labels).mean())
print(f"test accuracy {{sum(accuracies) / len(accuracies):.1%}} ({run})")
"""


def one_call_snippet(path: Path, bundle: PosterBundle) -> str:
    """Return a program that trains networks with one call of `PosterDataset.train_network`.

    The program repeats the first networks of the run's evaluation and prints their mean accuracy on the
    test images of the dataset together with the accuracy of the run. The program reads the images from
    the same location as the run.

    Args:
        path: file of the bundle.
        bundle: the bundle.
    """
    return _program(path, bundle, _ONE_CALL_TRAINING)


def pytorch_snippet(path: Path, bundle: PosterBundle) -> str:
    """Return a program with the training of `one_call_snippet` as a loop in plain PyTorch, to be edited.

    Args:
        path: file of the bundle.
        bundle: the bundle.
    """
    recipe = bundle.training
    kinds = " or ".join(recipe.augmentation)
    training = _PLAIN_TRAINING.format(
        architecture=f"{recipe.network.name}, width {recipe.network.width}, depth {recipe.network.depth}",
        optimizer=_optimizer(recipe),
        steps=recipe.steps,
        batches=f"{recipe.batch_size} patches, {f'augmented: {kinds}' if kinds else 'not augmented'}",
        norm_statistics="    poster.set_norm_statistics(network)\n" if _has_batch_norm(bundle) else "",
    )
    return _program(path, bundle, training)


def _program(path: Path, bundle: PosterBundle, training: str) -> str:
    networks = min(MAX_NETWORKS, max(1, bundle.networks))
    return _PROGRAM.format(path=str(path), networks=networks, training=training, run=_run_accuracy(bundle))


def _run_accuracy(bundle: PosterBundle) -> str:
    """Return the accuracy that the run displays: "run: 90.5% ± 1.2%, 8 networks"."""
    if not bundle.measured:
        return "the run was not evaluated"
    best = min(bundle.measured, key=lambda result: result["train_loss"])
    networks = f"{bundle.networks} network{'' if bundle.networks == 1 else 's'}"
    return f"run: {best['test_accuracy']:.1%} ± {best['test_accuracy_std']:.1%}, {networks}"


def _optimizer(recipe: TrainingRecipe) -> str:
    """Return the expression that creates the optimizer of PyTorch."""
    arguments = f"network.parameters(), lr={recipe.learning_rate}"
    if recipe.optimizer == "sgd":
        arguments += f", momentum={recipe.momentum}"
    if recipe.weight_decay:
        arguments += f", weight_decay={recipe.weight_decay}"
    return f"torch.optim.{'Adam' if recipe.optimizer == 'adam' else 'SGD'}({arguments})"


def _has_batch_norm(bundle: PosterBundle) -> bool:
    network = bundle.training.network
    functional = build(
        network.name,
        channels=len(bundle.poster),
        classes=len(bundle.class_names),
        image_size=bundle.config.dataset.image_size,
        width=network.width,
        depth=network.depth,
    )
    return bool(functional.batch_norms)

"""Class names of a run, which assign the real images to the classes of the poster."""

from podd_engine.config.dataset_catalogue import FOLDER_DATASET
from podd_engine.config.schema import DistillationConfig
from podd_engine.data.registry import class_names


def record_class_names(config: DistillationConfig, names: tuple[str, ...]) -> DistillationConfig:
    """Return ``config`` with the class names of its dataset by class index.

    Names are not recorded if several classes have the same name, because such names identify no class.
    """
    unique = len(set(names)) == len(names)
    return config.with_values({"dataset.classes": names if unique else ()})


def complete_class_names(config: DistillationConfig) -> DistillationConfig:
    """Return the config of a run with class names, also if the run recorded none.

    Earlier versions recorded no names and sorted the class folders of image folders as text, for example
    "10" before "2".

    Args:
        config: config of an existing run.

    Raises:
        DataError: the run recorded no names and its image folder is missing.
    """
    if config.dataset.classes or config.dataset.name != FOLDER_DATASET:
        return config
    names = tuple(sorted(class_names(config.dataset)))
    return record_class_names(config, names) if len(names) == config.layout.classes else config

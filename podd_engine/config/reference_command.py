"""The published code's command lines, as configs of this engine; imports no torch.

Every flag of the published program is carried over, or known to have no influence on the result, or
refused where it asks for something this engine does not do. An unambiguous beginning of a flag
stands for it (``--epoch`` for ``--epochs``), as the published parser has it.
Source: the command lines of PoDD (arXiv 2403.12040).
"""

import argparse
import math
import shlex
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Never

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.presets import bundled_preset_names, load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

SCRIPT_NAME = "main.py"

MAPPED_FLAGS: dict[str, int | float | str] = {
    "name": "test",
    "seed": 0,
    "dataset": "cifar10",
    "arch": "convnet",
    "inner_optim": "Adam",
    "inner_lr": 0.01,
    "lr": 0.01,
    "label_lr_scale": 1.0,
    "distill_batch_size": 10,
    "batch_size": 200,
    "epochs": 100,
    "ddtype": "curriculum",
    "cctype": 0,
    "window": 60,
    "minwindow": 0,
    "totwindow": 200,
    "num_train_eval": 10,
    "test_freq": 5,
    "clip_coef": 0.9,
    "syn_strategy": "flip_rotate",
    "real_strategy": "flip_rotate",
    "comp_ipc": 10,
    "class_area_width": 120,
    "class_area_height": 120,
    "poster_class_num_x": 5,
    "poster_class_num_y": 2,
    "poster_width": 475,
    "poster_height": 210,
    "patch_num_x": 16,
    "patch_num_y": 6,
}
"""Flags that become settings, and their defaults."""

MAPPED_SWITCHES = ("train_y", "zca")
"""Flags without a value that become settings."""

UNSUPPORTED_FLAGS: dict[str, int | float | str] = {
    "outer_optim": "Adam",
    "eps": 1e-8,
    "wd": 0.0,
    "start_epoch": 0,
    "load_poster_run_name": "",
}
"""Flags that this engine can only honor at these values."""

UNSUPPORTED_SWITCHES = ("train_lr", "decay", "comp_aug", "comp_aug_real")

IGNORED_FLAGS: dict[str, int | str] = {
    "rank": 0,
    "root": "./dataset",
    "print_freq": 20,
    "steps_per_epoch": 10,
    "update_steps": 1,
    "batch_update_steps": 1,
}
"""Flags that do not change the published result either."""

DATASETS = {
    "cifar10": ("cifar10", 32),
    "cifar100": ("cifar100", 32),
    "cub-200": ("cub200", 32),
    "tiny-imagenet-200": ("tiny-imagenet", 64),
}
"""``--dataset`` to its name here and the side of its images, px."""

ALWAYS_WHITENED = ("cub-200", "tiny-imagenet-200")
"""Datasets that the published code does not standardize."""

NETWORKS = {
    "convnet": ("convnet", 3),
    "convnet2": ("convnet-nonorm", 3),
    "convnet4": ("convnet", 4),
    "convnetw": ("convnet-doubling", 3),
    "convnetw4": ("convnet-doubling", 4),
}
"""``--arch`` to network.name and network.depth."""

NETWORK_WIDTH = 128

OPTIMIZERS = {
    "Adam": {"optimizer": "adam"},
    "SGD": {"optimizer": "sgd", "momentum": 0.9, "weight_decay": 5e-4},
}

TRUNCATIONS = {0: "backward", 1: "forward", 2: "random", 3: "growing"}
"""``--cctype`` to truncation.kind."""

AUGMENTATIONS = ("flip", "rotate", "scale", "crop", "color", "cutout")

EVALUATION_STEPS = (300, 600, 1000, 2000)

STALL_PASSES = 200
"""Passes over the data without a better loss, after which a moving window moves."""


def parse_reference_command(text: str, notify: Callable[[str], None] = lambda _: None) -> DistillationConfig:
    """The config that a command line of the published code describes.

    Settings equal to a preset's give that preset, with its name and summary.

    Args:
        text: ``python main.py --flag=value …``, or the flags alone; may be broken by backslashes.
        notify: receives a line about flags that were given and have no influence.

    Raises:
        ConfigError: a flag is unknown, its value is wrong, or this engine has no counterpart for it.
    """
    given = _parse_flags(_split_command_line(text))
    _reject_unsupported(given)
    idle = [f"--{name}" for name in given if name in (*IGNORED_FLAGS, "workers", "wandb")]
    if idle:
        notify(f"without influence on the result: {', '.join(idle)}")
    config = _config({**MAPPED_FLAGS, **dict.fromkeys(MAPPED_SWITCHES, False), **given})
    for name in bundled_preset_names():
        preset = load_preset(name)
        if config == preset.with_values({"name": config.name, "summary": config.summary}):
            return preset
    return config


def _split_command_line(text: str) -> list[str]:
    """The words of a command line after the program's name."""
    try:
        words = shlex.split(text.replace("\\\r\n", " ").replace("\\\n", " "))
    except ValueError as error:
        raise ConfigError(f"the command line cannot be read ({error}); check its quotes") from None
    if not words:
        raise ConfigError("the command line is empty; give 'python main.py --…' with its flags")
    programs = [position for position, word in enumerate(words) if PurePath(word).name == SCRIPT_NAME]
    return words[programs[0] + 1 :] if programs else words


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the program."""

    def error(self, message: str) -> Never:
        raise ConfigError(message.removeprefix("argument "))


def _parse_flags(words: list[str]) -> dict[str, Any]:
    """The flags that are given, by full name, and their values."""
    parser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("-j", "--workers", type=int)
    for name, default in (MAPPED_FLAGS | UNSUPPORTED_FLAGS | IGNORED_FLAGS).items():
        parser.add_argument(f"--{name}", type=type(default))
    for name in (*MAPPED_SWITCHES, *UNSUPPORTED_SWITCHES, "wandb"):
        parser.add_argument(f"--{name}", action="store_true")
    known, unknown = parser.parse_known_args(words)
    if unknown:
        raise ConfigError(f"{unknown[0]}: the published program has no such flag; correct or remove it")
    return vars(known)


def _reject_unsupported(given: dict[str, Any]) -> None:
    for name, neutral in UNSUPPORTED_FLAGS.items():
        if given.get(name, neutral) != neutral:
            expected = f"only {neutral} can be imported" if neutral != "" else "it cannot be imported"
            raise ConfigError(f"--{name}: {given[name]} has no counterpart in this engine; {expected}")
    for name in UNSUPPORTED_SWITCHES:
        if name in given:
            raise ConfigError(f"--{name}: has no counterpart in this engine; remove it to import the rest")


def _config(flags: dict[str, Any]) -> DistillationConfig:
    """The config of a complete set of flags."""
    dataset, image_size = _lookup("dataset", flags["dataset"], DATASETS)
    if flags["dataset"] in ALWAYS_WHITENED and not flags["zca"]:
        raise ConfigError(f"--zca: {flags['dataset']} is only ever whitened here; add --zca")
    network, depth = _lookup("arch", flags["arch"], NETWORKS)
    steps_per_pass = math.ceil(CATALOGUE[dataset].train_images / max(1, flags["batch_size"]))
    scale = flags["label_lr_scale"]
    if scale <= 0:
        raise ConfigError(f"--label_lr_scale: must be above 0 (got {scale})")
    labels: dict[str, Any] = {"kind": "learned" if flags["train_y"] else "fixed", "budget": flags["comp_ipc"]}
    if scale != 1:
        labels["learning_rate"] = flags["lr"] / scale
    values = {
        "name": flags["name"],
        "seed": flags["seed"],
        "dataset": {
            "name": dataset,
            "image_size": image_size,
            "preprocessing": "whitening" if flags["zca"] else "standardize",
        },
        "poster": {
            "width": flags["poster_width"],
            "height": flags["poster_height"],
            "class_columns": flags["poster_class_num_x"],
            "class_rows": flags["poster_class_num_y"],
            "class_width": flags["class_area_width"],
            "class_height": flags["class_area_height"],
        },
        "patches": {"columns": flags["patch_num_x"], "rows": flags["patch_num_y"]},
        "labels": labels,
        "order": {"source": "clip"},
        "network": {"name": network, "width": NETWORK_WIDTH, "depth": depth},
        "inner": {
            **_lookup("inner_optim", flags["inner_optim"], OPTIMIZERS),
            "learning_rate": flags["inner_lr"],
            "patch_batch": flags["distill_batch_size"],
        },
        "outer": {
            "steps": flags["epochs"] * steps_per_pass,
            "learning_rate": flags["lr"],
            "real_batch": flags["batch_size"],
            "clip_decay": flags["clip_coef"],
        },
        "truncation": _truncation(flags),
        "augmentation": {
            "patches": _augmentations("syn_strategy", flags["syn_strategy"]),
            "real": _augmentations("real_strategy", flags["real_strategy"]),
        },
        "evaluation": {
            "every": flags["test_freq"] * steps_per_pass,
            "networks": flags["num_train_eval"],
            "steps": EVALUATION_STEPS,
        },
    }
    return DistillationConfig.parse(values)


def _truncation(flags: dict[str, Any]) -> dict[str, Any]:
    """The truncation section; 'standard' is a window of fixed length at the very start."""
    kind = _lookup("cctype", flags["cctype"], TRUNCATIONS)
    standard = _lookup("ddtype", flags["ddtype"], {"curriculum": False, "standard": True})
    section = {"kind": kind, "redraw": "pass", "window": flags["window"], "total": flags["totwindow"]}
    if kind == "growing":
        return section
    if standard:
        return {**section, "kind": "random", "total": flags["window"]}
    section["minimum"] = flags["minwindow"]
    if kind in ("backward", "forward"):
        section["patience"] = math.ceil(STALL_PASSES / max(1, flags["test_freq"]))
    return section


def _augmentations(flag: str, strategy: str) -> tuple[str, ...]:
    """The kinds of a strategy, which are joined by ``_``."""
    kinds = tuple(strategy.split("_"))
    for kind in kinds:
        _lookup(flag, kind, dict.fromkeys(AUGMENTATIONS))
    return kinds


def _lookup(flag: str, value: Any, choices: dict[Any, Any]) -> Any:
    if value not in choices:
        raise ConfigError(
            f"--{flag}: {value!r} cannot be imported; choose from {', '.join(map(str, choices))}"
        )
    return choices[value]

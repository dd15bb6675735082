"""Import of command lines of the published PoDD code as configs. Imports no torch.

Every published flag is either converted to a setting, ignored because it does not affect the result, or
rejected because this engine has no counterpart. Unambiguous abbreviations of flags (``--epoch`` for
``--epochs``) are accepted, as in the published parser.
Source: the command lines of PoDD (arXiv 2403.12040).
"""

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Never

from podd_engine.config.dataset_catalogue import CATALOGUE
from podd_engine.config.pasted_command import program_arguments
from podd_engine.config.presets import bundled_preset_names, load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

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
"""Flags that are converted to settings, with their published defaults."""

MAPPED_SWITCHES = ("train_y", "zca")
"""Flags without a value that are converted to settings."""

UNSUPPORTED_FLAGS: dict[str, int | float | str] = {
    "outer_optim": "Adam",
    "eps": 1e-8,
    "wd": 0.0,
    "start_epoch": 0,
    "load_poster_run_name": "",
}
"""Flags that are accepted only with these values."""

UNSUPPORTED_SWITCHES = ("train_lr", "decay", "comp_aug", "comp_aug_real")

IGNORED_FLAGS: dict[str, int | str] = {
    "rank": 0,
    "root": "./dataset",
    "print_freq": 20,
    "steps_per_epoch": 10,
    "update_steps": 1,
    "batch_update_steps": 1,
}
"""Flags that do not affect the result of the published code, with their published defaults."""

DATASETS = {
    "cifar10": ("cifar10", 32),
    "cifar100": ("cifar100", 32),
    "cub-200": ("cub200", 32),
    "tiny-imagenet-200": ("tiny-imagenet", 64),
}
"""Value of ``--dataset`` to ``dataset.name`` and ``dataset.image_size`` in px."""

ALWAYS_WHITENED = ("cub-200", "tiny-imagenet-200")
"""Datasets for which the published code supports only whitening."""

NETWORKS = {
    "convnet": ("convnet", 3),
    "convnet2": ("convnet-nonorm", 3),
    "convnet4": ("convnet", 4),
    "convnetw": ("convnet-doubling", 3),
    "convnetw4": ("convnet-doubling", 4),
}
"""Value of ``--arch`` to ``network.name`` and ``network.depth``."""

NETWORK_WIDTH = 128

OPTIMIZERS = {
    "Adam": {"optimizer": "adam"},
    "SGD": {"optimizer": "sgd", "momentum": 0.9, "weight_decay": 5e-4},
}

TRUNCATIONS = {0: "backward", 1: "forward", 2: "random", 3: "growing"}
"""Value of ``--cctype`` to ``truncation.kind``."""

AUGMENTATIONS = ("flip", "rotate", "scale", "crop", "color", "cutout")

EVALUATION_STEPS = (300, 600, 1000, 2000)

STALL_PASSES = 200
"""Passes over the data without a lower loss before a backward or forward window moves."""


@dataclass(frozen=True)
class ImportedCommand:
    """A command line of the published code as a config.

    Args:
        config: the config. If all settings equal those of a bundled preset, the config is that preset
            with its own name and summary.
        mapped: given flags that were converted to settings.
        ignored: given flags that do not affect the result.
        defaulted: flags that were not given, with the published default that was converted to settings.
    """

    config: DistillationConfig
    mapped: tuple[str, ...]
    ignored: tuple[str, ...]
    defaulted: tuple[str, ...]


def parse_reference_command(text: str, notify: Callable[[str], None] = lambda _: None) -> DistillationConfig:
    """Convert a command line of the published code to a config.

    Args:
        text: ``python main.py --flag=value …``, or the flags alone, as `program_arguments` reads them.
        notify: receives a message that lists ignored flags.

    Raises:
        ConfigError: see `import_reference_command`.
    """
    imported = import_reference_command(text)
    if imported.ignored:
        notify(f"ignored flags, which do not affect the result: {', '.join(imported.ignored)}")
    return imported.config


def import_reference_command(text: str) -> ImportedCommand:
    """Convert a command line of the published code to a config, and report the use of each flag.

    Args:
        text: see `parse_reference_command`.

    Raises:
        ConfigError: a flag is unknown, has an invalid value, or has no counterpart in this engine.
    """
    given = _parse_flags(program_arguments(text))
    _reject_unsupported(given)
    ignored = tuple(f"--{name}" for name in given if name in (*IGNORED_FLAGS, "workers", "wandb"))
    mapped = tuple(f"--{name}" for name in given if name in (*MAPPED_FLAGS, *MAPPED_SWITCHES))
    defaulted = tuple(f"--{name}={value}" for name, value in MAPPED_FLAGS.items() if name not in given)
    config = _build_config({**MAPPED_FLAGS, **dict.fromkeys(MAPPED_SWITCHES, False), **given})
    for name in bundled_preset_names():
        preset = load_preset(name)
        if config == preset.with_values({"name": config.name, "summary": config.summary}):
            config = preset
            break
    return ImportedCommand(config, mapped, ignored, defaulted)


class _Parser(argparse.ArgumentParser):
    """Argument parser that raises `ConfigError` instead of exiting the program."""

    def error(self, message: str) -> Never:
        raise ConfigError(message.removeprefix("argument "))


def _parse_flags(words: list[str]) -> dict[str, Any]:
    """Return the values of the given flags by full flag name."""
    parser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    parser.add_argument("-j", "--workers", type=int)
    for name, default in (MAPPED_FLAGS | UNSUPPORTED_FLAGS | IGNORED_FLAGS).items():
        parser.add_argument(f"--{name}", type=type(default))
    for name in (*MAPPED_SWITCHES, *UNSUPPORTED_SWITCHES, "wandb"):
        parser.add_argument(f"--{name}", action="store_true")
    known, unknown = parser.parse_known_args(words)
    if unknown:
        raise ConfigError(_unknown_flag_text(unknown[0], [*MAPPED_FLAGS, *MAPPED_SWITCHES]))
    return vars(known)


def _unknown_flag_text(flag: str, known: list[str]) -> str:
    """Return the message for an unknown flag, in which each of its characters is visible."""
    shown = flag if flag.isascii() else ascii(flag)
    close = get_close_matches(flag.lstrip("-").partition("=")[0], known, n=1)
    remedy = f"did you mean --{close[0]}?" if close else "correct or remove the flag"
    return f"{shown}: the published program has no such flag; {remedy}"


def _reject_unsupported(given: dict[str, Any]) -> None:
    for name, neutral in UNSUPPORTED_FLAGS.items():
        if given.get(name, neutral) != neutral:
            remedy = f"use {neutral}" if neutral != "" else "remove the flag to import the rest"
            raise ConfigError(f"--{name}: {given[name]} has no counterpart in this engine; {remedy}")
    for name in UNSUPPORTED_SWITCHES:
        if name in given:
            raise ConfigError(
                f"--{name}: has no counterpart in this engine; remove the flag to import the rest"
            )


def _build_config(flags: dict[str, Any]) -> DistillationConfig:
    """Return the config for a complete set of flags."""
    dataset, image_size = _lookup("dataset", flags["dataset"], DATASETS)
    if flags["dataset"] in ALWAYS_WHITENED and not flags["zca"]:
        raise ConfigError(f"--zca: {flags['dataset']} can be imported only with whitening; add --zca")
    network, depth = _lookup("arch", flags["arch"], NETWORKS)
    steps_per_pass = math.ceil(CATALOGUE[dataset].train_images / max(1, flags["batch_size"]))
    scale = flags["label_lr_scale"]
    if scale <= 0:
        raise ConfigError(f"--label_lr_scale: {scale} is not valid; use a value above 0")
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
    """Return the truncation section. ``--ddtype standard`` is a fixed window at the first inner step."""
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
    """Return the augmentations of a published strategy, whose names are joined by ``_``."""
    kinds = tuple(strategy.split("_"))
    for kind in kinds:
        _lookup(flag, kind, dict.fromkeys(AUGMENTATIONS))
    return kinds


def _lookup(flag: str, value: Any, choices: dict[Any, Any]) -> Any:
    if value not in choices:
        raise ConfigError(
            f"--{flag}: {value!r} has no counterpart in this engine; "
            f"choose from {', '.join(map(str, choices))}"
        )
    return choices[value]

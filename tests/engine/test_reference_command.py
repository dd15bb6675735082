"""Import of published command lines, flag by flag."""

from pathlib import Path

import pytest

from podd_engine.config.presets import load_preset
from podd_engine.config.reference_command import parse_reference_command
from podd_engine.errors import ConfigError

CIFAR10 = (
    "python main.py --name=PoDD-CIFAR10-LT1-90 --distill_batch_size=96 --patch_num_x=16 --patch_num_y=6 "
    "--dataset=cifar10 --num_train_eval=8 --update_steps=1 --batch_size=5000 --ddtype=curriculum --cctype=2 "
    "--epoch=10000 --test_freq=10 --print_freq=10 --arch=convnet --window=60 --minwindow=0 --totwindow=200 "
    "--inner_optim=Adam --outer_optim=Adam --inner_lr=0.001 --lr=0.001 --syn_strategy=flip_rotate "
    "--real_strategy=flip_rotate --seed=0 --zca --comp_ipc=1 --class_area_width=32 --class_area_height=32 "
    "--poster_width=153 --poster_height=60 --poster_class_num_x=5 --poster_class_num_y=2"
)


def test_published_commands_match_presets() -> None:
    path = Path(__file__).parents[3] / "shared" / "golden" / "published_commands.txt"
    if not path.is_file():
        pytest.skip(f"{path} does not exist")
    names = ["cifar10-0.9ipc", "cifar100-0.9ipc", "cub200-0.9ipc", "tiny-imagenet-0.9ipc"]
    lines = path.read_text().splitlines()
    assert [parse_reference_command(line) for line in lines] == [load_preset(name) for name in names]


@pytest.mark.parametrize(
    "text",
    [
        CIFAR10,
        CIFAR10.removeprefix("python main.py "),
        CIFAR10.replace("python main.py", "CUDA_VISIBLE_DEVICES=0 python3 -u PoDD/main.py"),
        CIFAR10.replace("=", " "),
        CIFAR10.replace(" --", " \\\n  --"),
        CIFAR10.replace(" --", " \\\r\n  --"),
        CIFAR10.replace("--epoch=", "--epochs="),
        CIFAR10.replace("--distill_batch_size", "--distill"),
    ],
    ids=[
        "published",
        "flags only",
        "other interpreter call",
        "spaces instead of equals signs",
        "line breaks",
        "Windows line breaks",
        "full flag name",
        "abbreviated flag",
    ],
)
def test_equivalent_spellings_give_the_same_config(text: str) -> None:
    assert parse_reference_command(text) == load_preset("cifar10-0.9ipc")


@pytest.mark.parametrize(
    ("flags", "key", "expected"),
    [
        ("--seed 7", "seed", 7),
        ("--name mine --seed 7", "name", "mine"),
        ("--lr 0.5", "outer.learning_rate", 0.5),
        ("--inner_lr 0.5", "inner.learning_rate", 0.5),
        ("--label_lr_scale 4", "labels.learning_rate", 0.001 / 4),
        ("--train_y", "labels.kind", "learned"),
        ("--comp_ipc 3", "labels.budget", 3),
        ("--distill_batch_size 9", "inner.patch_batch", 9),
        ("--inner_optim SGD", "inner.optimizer", "sgd"),
        ("--inner_optim SGD", "inner.weight_decay", 5e-4),
        ("--batch_size 4999", "outer.steps", 10_000 * 11),
        ("--batch_size 4999", "evaluation.every", 10 * 11),
        ("--test_freq 3", "evaluation.every", 3 * 10),
        ("--num_train_eval 2", "evaluation.networks", 2),
        ("--clip_coef 0.5", "outer.clip_decay", 0.5),
        ("--cctype 0", "truncation.kind", "backward"),
        ("--cctype 0 --test_freq 30", "truncation.patience", 7),
        ("--cctype 1", "truncation.kind", "forward"),
        ("--cctype 3", "truncation.kind", "growing"),
        ("--ddtype standard", "truncation.total", 60),
        ("--ddtype standard --cctype 3", "truncation.total", 200),
        ("--minwindow 5", "truncation.minimum", 5),
        ("--arch convnetw4", "network.name", "convnet-doubling"),
        ("--arch convnet4", "network.depth", 4),
        ("--syn_strategy color_crop_cutout", "augmentation.patches", ("color", "crop", "cutout")),
        ("--real_strategy scale", "augmentation.real", ("scale",)),
        ("--class_area_width 40", "poster.class_width", 40),
        ("--patch_num_y 12", "patches.rows", 12),
    ],
)
def test_flag_sets_its_setting(flags: str, key: str, expected: object) -> None:
    value: object = parse_reference_command(f"{CIFAR10} {flags}").model_dump()
    for part in key.split("."):
        assert isinstance(value, dict)
        value = value[part]
    assert value == expected


def test_images_are_standardized_without_zca() -> None:
    config = parse_reference_command(CIFAR10.replace("--zca", ""))
    assert config.dataset.preprocessing == "standardize"


def test_omitted_flags_use_published_defaults() -> None:
    config = parse_reference_command("python main.py")
    assert (config.poster.width, config.poster.height, config.poster.class_width) == (475, 210, 120)
    assert (config.outer.steps, config.evaluation.every) == (100 * 250, 5 * 250)
    assert (config.truncation.kind, config.inner.patch_batch, config.labels.budget) == ("backward", 10, 10)


@pytest.mark.parametrize(
    "flag",
    [
        "--train_lr",
        "--comp_aug",
        "--comp_aug_real",
        "--decay",
        "--wd 0.1",
        "--eps 1e-6",
        "--outer_optim SGD",
        "--start_epoch 3",
        "--load_poster_run_name old",
        "--arch convnetw2",
        "--cctype 4",
        "--ddtype other",
        "--dataset svhn",
        "--inner_optim LBFGS",
        "--syn_strategy flip_blur",
        "--label_lr_scale 0",
        "--momentum 0.5",
        "--window sixty",
        "--train_y=yes",
    ],
)
def test_unsupported_flags_raise_errors_with_the_flag_name(flag: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_reference_command(f"{CIFAR10} {flag}")
    assert str(error.value).startswith(flag.split(maxsplit=1)[0].split("=", maxsplit=1)[0] + ":")
    assert "\n" not in str(error.value)


def test_datasets_with_only_whitening_require_zca() -> None:
    with pytest.raises(ConfigError, match=r"^--zca: cub-200"):
        parse_reference_command("--dataset cub-200 --poster_class_num_x 20 --poster_class_num_y 10")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("--name 'unfinished", "quotes"),
        ("train --zca", r"^train: .*no such flag"),
        ("--poster 3", "ambiguous"),
        ("--nmae=x", r"^--nmae=x: .*did you mean --name\?"),
        ("--größe 3", r"^'--gr\\xf6\\xdfe': .*no such flag"),
    ],
)
def test_invalid_command_lines_are_rejected(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_reference_command(text)


def test_ignored_flags_are_accepted_and_reported() -> None:
    messages: list[str] = []
    flags = "-j 4 --rank 1 --root /data --print_freq 1 --steps_per_epoch 3 --wandb"
    assert parse_reference_command(f"{CIFAR10} {flags}", messages.append) == load_preset("cifar10-0.9ipc")
    for flag in ("--workers", "--rank", "--root", "--print_freq", "--steps_per_epoch", "--wandb"):
        assert flag in messages[0]

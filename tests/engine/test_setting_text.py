"""Values of settings given as text on the command line, and settings files of other programs."""

from pathlib import Path

import pytest

from podd_engine.config.presets import load_preset
from podd_engine.config.schema import DistillationConfig
from podd_engine.errors import ConfigError

START = load_preset("digits")


def value_of(assignment: str) -> object:
    """Return the value that an assignment gives to its setting."""
    return START.with_overrides([assignment]).flat_values[assignment.partition("=")[0].strip()]


@pytest.mark.parametrize("key", ["name", "summary", "dataset.path", "order.file"])
@pytest.mark.parametrize(
    "text",
    [
        "2024",
        "1e5",
        "true",
        "2024-01-01",
        "inf",
        "nan",
        "0x10",
        "12#3",
        "[1]",
        "{}",
        "1_000",
        "10,000",
        "C:\\new",
    ],
)
def test_texts_stay_texts(key: str, text: str) -> None:
    assert value_of(f"{key}={text}") == text


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("name='quoted = #1'", "quoted = #1"),
        ('name="C:\\Users"', "C:\\Users"),
        ('name="C:\\new\\birds"', "C:\\new\\birds"),
        ('name="caf\\u00e9"', "café"),
        ("outer.steps='50'", 50),
        ('outer.learning_rate="0,5"', 0.5),
        ("order.refine='off'", False),
        ("name=a=b", "a=b"),
        (" outer.steps = 50 ", 50),
        ("outer.steps=10,000", 10_000),
        ("outer.steps=1,000,000", 1_000_000),
        ("outer.steps=10_000", 10_000),
        ("outer.steps=10 000", 10_000),
        ("outer.steps=10\u202f000", 10_000),
        ("outer.steps=10'000", 10_000),
        ("outer.steps=1.000.000", 1_000_000),
        ("outer.steps=1e3", 1000),
        ("outer.steps=0x10", 16),
        ("outer.learning_rate=1e-3", 0.001),
        ("outer.learning_rate=0,05", 0.05),
        ("outer.learning_rate=0,005", 0.005),
        ("outer.learning_rate=1.500", 1.5),
        ("outer.learning_rate=1,234.5", 1234.5),
        ("outer.learning_rate=1.234,5", 1234.5),
        ("order.refine=True", True),
        ("order.refine=yes", True),
        ("order.refine=OFF", False),
        ("labels.kind='learned'", "learned"),
        ("evaluation.steps=300, 600", (300, 600)),
        ("evaluation.steps=[300 ,600,]", (300, 600)),
        ("evaluation.steps=(300;600)", (300, 600)),
        ("evaluation.steps=300 600", (300, 600)),
        ("augmentation.real=['flip', 'crop']", ("flip", "crop")),
        ("augmentation.real=[flip, crop]", ("flip", "crop")),
        ("augmentation.real=flip, crop,", ("flip", "crop")),
        ("augmentation.real=none", ()),
        ("augmentation.real=", ()),
        ("order.grid=[[0,1,2,3,4],[5,6,7,8,9]]", ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9))),
    ],
)
def test_type_of_the_setting_decides(assignment: str, expected: object) -> None:
    assert value_of(assignment) == expected


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("outer.steps=10.000", r"^outer.steps: 10.000 can be read in two ways; write 10000$"),
        ("outer.learning_rate=1,500", r"^outer.learning_rate: .* write 1500 or 1.500$"),
        ("outer.steps=5#comment", r"^outer.steps: .*5#comment"),
        ("outer.steps=1,5", r"^outer.steps: .*1,5"),
        ("outer.steps=true", r"^outer.steps: .*true"),
        ("outer.steps=", r"^outer.steps: .*''"),
        ("outer.learning_rate=inf", r"^outer.learning_rate: .*finite"),
        ("outer.learning_rate=nan", r"^outer.learning_rate: .*finite"),
        ("order.refine=maybe", r"^order.refine: .*maybe"),
        ("outer.stepz=3", r"no such setting; did you mean outer.steps\?"),
        ("steps=3", r"no such setting; did you mean outer.steps or evaluation.steps\?"),
        ("outer.learning-rate=3", r"did you mean .*outer.learning_rate"),
        ("outer=3", r"^outer: this is a section; choose one of its settings, for example outer.steps"),
        ("wibble=3", r"^wibble: there is no such setting$"),
        ("steps", r"section.key=value"),
    ],
)
def test_unclear_values_and_unknown_keys_are_refused(assignment: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        value_of(assignment)


@pytest.mark.parametrize(
    "assignment",
    [
        "dataset.image_size=100000",
        "poster.width=200000",
        "poster.class_columns=1e9",
        "poster.class_width=1e9",
        "patches.columns=100000",
        "network.width=1e8",
        "inner.patch_batch=1e9",
        "outer.steps=1e18",
        "outer.real_batch=1e12",
        "truncation.total=1e12",
        "evaluation.networks=1e9",
        "evaluation.steps=[1, 1000000000000]",
        "compute.threads=1e9",
        "compute.kept_memory=1e15",
        "compute.micro_batch=1e12",
    ],
)
def test_sizes_have_upper_limits(assignment: str) -> None:
    key = assignment.partition("=")[0]
    with pytest.raises(ConfigError, match=rf"^{key}: "):
        value_of(assignment)


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^dataset.path: ma\\xf1ana contains bytes that are not UTF-8"):
        value_of("dataset.path=ma\udcf1ana")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_settings_files_are_read_in_common_encodings(tmp_path: Path, encoding: str, line_end: str) -> None:
    config = START.with_values({"summary": "Übung"})
    path = tmp_path / "mine.toml"
    path.write_bytes(config.to_toml().replace("\n", line_end).encode(encoding))
    assert DistillationConfig.load(path) == config


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the file contains no settings"),
        ("# only a comment", "the file contains no settings"),
        ("[project]\nname = 'x'", "settings of another program"),
        ("steps", "is not valid TOML"),
        ("\0\1\2\3\4", "unknown type"),
    ],
)
def test_files_without_settings_are_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "other.toml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=message) as caught:
        DistillationConfig.load(path)
    assert str(caught.value).startswith(f"{path}: ")

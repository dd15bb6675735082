"""Files that the user opens or drops."""

from pathlib import Path

import numpy as np
import pytest

from podd_app.models.open_target import classify_path
from podd_engine.errors import ConfigError


def test_file_of_another_kind_is_named_with_a_remedy(tmp_path: Path) -> None:
    file = tmp_path / "pneumonia.npz"
    np.savez(file, images=np.zeros(2))
    with pytest.raises(ConfigError) as caught:
        classify_path(file)
    assert str(caught.value) == (
        f"{file}: this is a NumPy archive (npz), but a folder of images, a run folder, a poster bundle "
        "(.safetensors) or a settings file (.toml) is needed; save its images as image files, with one "
        "folder per class"
    )


@pytest.mark.parametrize("name", ["x" * 300, "\0"])
def test_impossible_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        classify_path(tmp_path / name)

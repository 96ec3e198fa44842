"""Features of tiles as arrays."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np


@dataclass(frozen=True)
class Features:
    """One feature vector per tile.

    Attributes:
        values: float32 of shape (N, D).
        names: N names of tiles, as in the folder that was embedded.
        columns: what else is known of each tile (such as label and group), each with N entries.
        coords: level-0 pixels of the upper left corner, (N, 2), where the file knows them.
    """

    values: np.ndarray
    names: "list[str]"
    columns: "dict[str, list[str]]" = field(default_factory=dict)
    coords: Optional[np.ndarray] = None

    def __len__(self) -> int:
        return len(self.names)

    def table(self) -> Any:
        """A pandas table: what is known of each tile, then its D features."""
        import pandas

        known = pandas.DataFrame({"tile": self.names, **self.columns})
        numbers = pandas.DataFrame(self.values, columns=[f"f{i}" for i in range(self.values.shape[1])])
        return pandas.concat([known, numbers], axis=1)


def read_features(path: Union[str, "os.PathLike[str]"]) -> Features:
    """Reads what `embed` or `map` wrote.

    Args:
        path: the folder of `features.npy` and `index.csv`, one of its files, or an `.h5` file.

    Raises:
        FileNotFoundError: nothing of the kind is there.
        ValueError: the index does not fit the features.
    """
    path = Path(path)
    if path.suffix == ".h5":
        return _h5(path)
    folder = path if path.is_dir() else path.parent
    if path.is_dir() and not (folder / "features.npy").exists() and (folder / "features.h5").exists():
        return _h5(folder / "features.h5")
    values = np.load(folder / "features.npy", allow_pickle=False)
    names, columns = _index(folder / "index.csv")
    if len(names) != len(values):
        raise ValueError(f"'{folder}' has {len(values)} features and {len(names)} rows in index.csv.")
    return Features(values, names, columns)


def _index(path: Path) -> "tuple[list[str], dict[str, list[str]]]":
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = {key: [row[key] for row in rows] for key in (rows[0] if rows else {})}
    for key in ("tile", "name", "file"):
        if key in columns:
            return columns.pop(key), columns
    raise ValueError(f"'{path}' has no column of tile names; it has {sorted(columns)}.")


def _h5(path: Path) -> Features:
    import h5py

    with h5py.File(path, "r") as file:
        values = np.asarray(file["features"], dtype=np.float32)
        coords = np.asarray(file["coords"]) if "coords" in file else None
        columns = {
            key: [v.decode() if isinstance(v, bytes) else str(v) for v in file[key][()]]
            for key in ("names", "labels", "groups")
            if key in file
        }
    index = path.parent / "index.csv"
    names = columns.pop("names", None)
    if names is None and index.exists():
        names, more = _index(index)
        columns.update(more)
    if names is None:
        names = [f"{path.stem}_{i}" for i in range(len(values))]
    return Features(values, names, columns, coords)

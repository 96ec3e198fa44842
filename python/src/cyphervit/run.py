"""The folder of a training run."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any, Union


class Run:
    """A folder that `pretrain` wrote. Commands take it wherever they take an encoder.

    Attributes:
        folder: the run's folder.
        result: the JSON object that training ended with; empty for a run opened later.
    """

    def __init__(self, folder: Union[str, "os.PathLike[str]"], result: "dict[str, Any] | None" = None) -> None:
        self.folder = Path(folder)
        self.result = result or {}

    def __fspath__(self) -> str:
        return str(self.folder)

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"

    @property
    def encoder(self) -> Path:
        """The file of the trained encoder."""
        return self.folder / "encoder.safetensors"

    @property
    def report(self) -> Path:
        """The page that `App.report` writes."""
        return self.folder / "report.html"

    def metrics(self) -> Any:
        """`metrics.csv`, a row per logged step: a pandas table, or a dict of lists where pandas is missing.

        Values that a step did not measure are NaN.
        """
        path = self.folder / "metrics.csv"
        try:
            import pandas
        except ImportError:
            with open(path, newline="", encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            return {key: [float(row[key] or "nan") for row in rows] for key in (rows[0] if rows else {})}
        return pandas.read_csv(path)

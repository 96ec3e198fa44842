"""The program: where it is and how its commands are run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Sequence, Union

from .errors import CommandError, NotFoundError
from .features import Features, read_features
from .run import Run

PathLike = Union[str, "os.PathLike[str]"]
_KEPT_LINES = 40


class App:
    """Runs commands of the program.

    Args:
        launcher: the program; by default the environment variable CYPHERVIT, else `cyphervit` on the path.
        quiet: whether to keep progress to itself; else it goes to standard error as it comes.

    Raises:
        NotFoundError: there is no such program.
    """

    def __init__(self, launcher: Optional[PathLike] = None, quiet: bool = False) -> None:
        wanted = os.fspath(launcher) if launcher is not None else os.environ.get("CYPHERVIT", "cyphervit")
        found = shutil.which(wanted)
        if found is None:
            raise NotFoundError(
                f"The program '{wanted}' is not there or cannot be run. Unpack CypherViT for the JVM and set the"
                " environment variable CYPHERVIT to its launcher, or pass App('/path/to/cyphervit')."
            )
        self.launcher = found
        self.quiet = quiet

    def run(self, *words: Union[PathLike, int, float]) -> "dict[str, Any]":
        """Runs any command and returns the JSON object that it ends with.

        Example: `app.run("evaluate", "maps", "--encoder", run, "--generated", "PHENOTYPES")`.

        Raises:
            CommandError: the command failed; the text is what it said.
        """
        command = [self.launcher, *[str(os.fspath(w)) if isinstance(w, os.PathLike) else str(w) for w in words]]
        command.append("--json")
        said: "list[str]" = []
        with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
            with subprocess.Popen(
                command, stdout=out, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace"
            ) as process:
                assert process.stderr is not None
                try:
                    for line in process.stderr:
                        said = [*said[1 - _KEPT_LINES :], line.rstrip("\n")]
                        if not self.quiet:
                            print(line, end="", file=sys.stderr, flush=True)
                    code = process.wait()
                except BaseException:
                    process.terminate()  # a training stops at its next step and can be resumed
                    raise
            out.seek(0)
            lines = [line for line in out.read().splitlines() if line.startswith("{")]
        if code != 0:
            raise CommandError("\n".join(said).strip() or f"exit code {code}", code, command)
        return json.loads(lines[-1]) if lines else {}

    def tile(self, slides: PathLike, out: PathLike, **options: Any) -> "dict[str, Any]":
        """Cuts tiles of tissue; options as of the command, such as `target_mpp=0.5, size=224`."""
        return self.run("tile", slides, "--out", out, *_flags(options))

    def pretrain(
        self,
        data: Union[PathLike, Sequence[PathLike]],
        out: PathLike,
        settings: Optional[Mapping[str, Any]] = None,
        **options: Any,
    ) -> Run:
        """Trains an encoder without labels.

        Args:
            data: one folder of tiles or several.
            out: the run's folder, which must not exist yet (`resume=True` goes on with one).
            settings: keys of the recipe, such as `{"run.steps": 3000, "run.batch": 64}`.
            options: of the command, such as `method="simclr", backbone="cyphervit_nano"`.
        """
        places = [data] if isinstance(data, (str, os.PathLike)) else list(data)
        words: "list[Any]" = ["pretrain"]
        for place in places:
            words += ["--data", place]
        for key, value in (settings or {}).items():
            words += ["--set", f"{key}={json.dumps(value) if not isinstance(value, str) else value}"]
        return Run(out, self.run(*words, "--out", out, *_flags(options)))

    def evaluate(
        self, *protocols: str, encoder: Union[PathLike, Sequence[PathLike]], **options: Any
    ) -> "dict[str, Any]":
        """Judges frozen features: `app.evaluate("knn", encoder=run, train=..., test=...)`, or `data=...`.

        Several encoders are seeds of one. The result has `trained`, `untrained`, `color_histogram`, ... with every metric.
        """
        return self.run("evaluate", *protocols, *_encoders(encoder), *_flags(options))

    def embed(self, data: PathLike, encoder: PathLike, out: PathLike, **options: Any) -> Features:
        """Features of tiles, read back from the files that stay in `out`."""
        if options.get("format", "npy") not in ("npy", "h5"):
            raise ValueError(f"Features come back from npy or h5; got format '{options['format']}'.")
        result = self.run("embed", "--data", data, "--encoder", encoder, "--out", out, *_flags(options))
        return read_features(result["features"])

    def map(self, slides: PathLike, encoder: PathLike, out: PathLike, **options: Any) -> "list[dict[str, Any]]":
        """Phenotype maps of slides: per slide the files written, names and areas of the phenotypes."""
        return self.run("map", slides, "--encoder", encoder, "--out", out, *_flags(options))["maps"]

    def report(self, run: Run, **options: Any) -> Path:
        """Writes the run's page and says where it is."""
        return Path(self.run("report", run, *_flags(options))["report"])

    def export(self, format: str, encoder: PathLike, out: PathLike, **options: Any) -> "dict[str, Any]":
        """Writes the encoder as `onnx`, `torchscript`, `timm`, ... for other programs."""
        return self.run("export", "--encoder", encoder, "--format", format, "--out", out, *_flags(options))

    def doctor(self) -> "dict[str, Any]":
        """What works here and what is missing."""
        return self.run("doctor")


def _encoders(encoder: Union[PathLike, Iterable[PathLike]]) -> "list[Any]":
    encoders = [encoder] if isinstance(encoder, (str, os.PathLike)) else list(encoder)
    return [word for one in encoders for word in ("--encoder", one)]


def _flags(options: Mapping[str, Any]) -> "list[Any]":
    """`target_mpp=0.5` as `--target-mpp 0.5`; True as the bare flag; a list as the flag once per entry."""
    words: "list[Any]" = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(flag)
            continue
        entries = [value] if isinstance(value, (str, os.PathLike)) or not isinstance(value, (list, tuple)) else value
        for entry in entries:
            words += [flag, entry]
    return words

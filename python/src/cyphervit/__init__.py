"""Drives CypherViT for the JVM: its commands as functions, its files as arrays and tables."""

from .app import App, PathLike
from .errors import CommandError, NotFoundError
from .features import Features, read_features
from .run import Run

__all__ = ["App", "CommandError", "Features", "NotFoundError", "PathLike", "Run", "read_features"]

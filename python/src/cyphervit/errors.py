"""What can go wrong."""

from __future__ import annotations


class NotFoundError(RuntimeError):
    """The program is not installed where it was looked for."""


class CommandError(RuntimeError):
    """A command ended with an error; the text is what it said.

    Attributes:
        exit_code: 1 failed, 2 wrong usage, as the program documents.
        command: the words that were run.
    """

    def __init__(self, message: str, exit_code: int, command: list[str]) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.command = command

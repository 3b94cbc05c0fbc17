"""What the demonstration says when it cannot go on. Imported by every module of `demo`."""

from __future__ import annotations


class DemoFailed(Exception):
    """A step of the day did not happen: a fault of the program, exit code 2.

    Attributes:
        step: which one, as it is announced; empty until the day knows.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.step = ""

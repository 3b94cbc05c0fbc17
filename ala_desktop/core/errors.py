"""Errors that the person at the keyboard can mend. Every module may raise them; `cli` and `ui` show them.

Anything else that escapes is a fault of the program and is reported as such (exit code 2).
"""

from __future__ import annotations


class Mendable(Exception):
    """Something the clerk can mend, told in Italian.

    Attributes:
        title: what happened, in a few words.
        cause: why, as far as the program knows.
        next_step: what to do now.
    """

    def __init__(self, title: str, cause: str, next_step: str) -> None:
        super().__init__(title)
        self.title = title
        self.cause = cause
        self.next_step = next_step

    def __str__(self) -> str:
        """Title, cause and next step in one line each."""
        return f"{self.title}\n{self.cause}\n{self.next_step}"

    def as_json(self) -> dict[str, str]:
        """The shape that scripts read: title, cause, next_step."""
        return {"title": self.title, "cause": self.cause, "next_step": self.next_step}

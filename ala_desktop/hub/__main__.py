"""`ala-hub`, or `python -m ala_desktop.hub`."""

from __future__ import annotations

import sys

from ala_desktop.hub.admin import run


def main() -> int:
    """Run the command line; returns the exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

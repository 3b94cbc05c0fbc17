"""Commands on sittings: close, minutes."""

from __future__ import annotations

from argparse import Namespace

from ala_desktop.cli.context import Context
from ala_desktop.core.console import Answer
from ala_desktop.services.sittings.course import Sittings


def close(context: Context, arguments: Namespace) -> Answer:
    """Close a sitting: its minutes take their number and never change again."""
    with context.desk() as desk:
        approved = Sittings(desk).close(arguments.sitting)
    data = {"id": approved.sitting.id, **approved.sitting.values, "number": approved.number}
    return Answer(data, f"Seduta chiusa: verbale n. {approved.number}. Da ora non si può più modificare.")


def minutes(context: Context, arguments: Namespace) -> Answer:
    """Print the minutes of a sitting as PDF."""
    # What draws PDFs takes long to load, and every other command does without.
    from ala_desktop.services.sittings.minutes import Minutes

    target = context.target(arguments.out)
    with context.desk() as desk:
        Minutes(desk).print(arguments.sitting, target)
    return Answer({"out": str(arguments.out)}, f"Verbale scritto in {arguments.out}.")

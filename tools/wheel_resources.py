"""Puts `resources/` into the wheel, as `ala_desktop/_resources`. Called by hatchling; imported by nothing of ours.

An editable installation leaves them where they stand: `ala_desktop.core.resources` looks in both places.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelResources(BuildHookInterface[Any]):
    """hatchling's way to add files to one kind of build only."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the resources when `version` is "standard", a wheel to carry elsewhere."""
        if version == "standard":
            build_data["force_include"]["resources"] = "ala_desktop/_resources"

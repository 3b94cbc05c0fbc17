"""Whether there is a screen to open a window on. Asked before Qt, which would end the program without a word."""

from __future__ import annotations

import os
import sys

_SIGNS = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


def screen_is_missing() -> bool:
    """Whether this session has no screen: on Linux, when nothing names one; elsewhere there always is one."""
    return sys.platform.startswith("linux") and not any(os.environ.get(sign) for sign in _SIGNS)

"""How the window looks: colours and spacing of Designers Italia, fonts, light and dark. Imported by the prompt.

Only QtGui and QtWidgets are imported here, and nothing of ours but `core.resources`: the prompt paints first. For the
same reason nothing here names `Qt`: the first use builds all 100 enumerations of that class (40 ms).
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from ala_desktop.core.resources import resource

STEP = 8
"""Spacing goes in steps of eight pixels (Designers Italia)."""

_TEXT_FONT, _TEXT_FILE = "Noto Sans", "fonts/NotoSans-Regular.ttf"
_HEADING_FONT, _HEADING_FILE = "Titillium Web", "fonts/TitilliumWeb-SemiBold.ttf"
_BOLD_FILE, _SIGNS_FILE = "fonts/NotoSans-Bold.ttf", "fonts/DejaVuSansMono.ttf"


class Colours(NamedTuple):
    """The colours of one scheme, as `#rrggbb`; text on its ground has a contrast of at least 4.5 : 1.

    Attributes:
        window, surface, raised: the ground of the window, of lists and fields, of headings and bars.
        text, muted: what is read first, and what explains it.
        line, edge: thin separations, and the edges of fields (3 : 1 on `surface`).
        accent, on_accent: what can be pressed, and the text on it.
        chosen, on_chosen: the row or entry that is chosen.
        side, on_side: the navigation. side_chosen: its chosen entry.
        error, warning, success: always beside a word or a sign, never alone.
        notice: the ground of a strip that tells something.
        arrow, tick: the pictures of the arrow of a list to choose from, and of the tick in a box.
    """

    window: str
    surface: str
    raised: str
    text: str
    muted: str
    line: str
    edge: str
    accent: str
    on_accent: str
    chosen: str
    on_chosen: str
    side: str
    on_side: str
    side_chosen: str
    error: str
    warning: str
    success: str
    notice: str
    arrow: str
    tick: str


LIGHT = Colours(
    window="#f5f7fa", surface="#ffffff", raised="#ebeff4", text="#17324d", muted="#4c6173", line="#d6dce3",
    edge="#7a8b9c", accent="#0066cc", on_accent="#ffffff", chosen="#cfe3f8", on_chosen="#0b2a4a", side="#0b3156",
    on_side="#e4edf6", side_chosen="#0f4a86", error="#b3182d", warning="#8a5200", success="#006b47", notice="#fff4d9",
    arrow="icons/chevron-on-light.svg", tick="icons/tick-light.svg",
)  # fmt: skip
DARK = Colours(
    window="#141d26", surface="#1b2733", raised="#233240", text="#e6edf4", muted="#a9b9c8", line="#314252",
    edge="#71869a", accent="#4da3ff", on_accent="#06182b", chosen="#23527f", on_chosen="#ffffff", side="#0c151d",
    on_side="#d5e0ea", side_chosen="#1d4a78", error="#ff8a96", warning="#f5bf62", success="#5fd3a5", notice="#3a3116",
    arrow="icons/chevron-on-dark.svg", tick="icons/tick-dark.svg",
)  # fmt: skip


CONTRAST = Colours(
    window="#000000", surface="#000000", raised="#000000", text="#ffffff", muted="#ffffff", line="#ffffff",
    edge="#ffffff", accent="#ffff00", on_accent="#000000", chosen="#ffff00", on_chosen="#000000", side="#000000",
    on_side="#ffffff", side_chosen="#3d3d00", error="#ff9aa5", warning="#ffd27f", success="#8cf0c6", notice="#000000",
    arrow="icons/chevron-on-dark.svg", tick="icons/tick-contrast.svg",
)  # fmt: skip


def colours(app: QApplication) -> Colours:
    """The colours that go with the system's scheme, which the style's own palette follows."""
    ground = app.style().standardPalette().window().color()
    return DARK if ground.lightness() < 128 else LIGHT


def dress_prompt(app: QApplication) -> Colours:
    """What the first window needs: style, fonts for text and headings, palette. Costs about ten milliseconds."""
    app.setStyle("Fusion")
    for name in (_TEXT_FILE, _HEADING_FILE):
        QFontDatabase.addApplicationFont(str(resource(name)))
    app.setFont(QFont(_TEXT_FONT, 10))
    return recolour(app)


def dress(app: QApplication) -> None:
    """What the rest of the window needs besides: bold text, rare signs; and colours that follow the system."""
    for name in (_BOLD_FILE, _SIGNS_FILE):
        QFontDatabase.addApplicationFont(str(resource(name)))
    hints = app.styleHints()
    hints.colorSchemeChanged.connect(lambda _: recolour(app))
    if wants_contrast(app):
        recolour(app, CONTRAST)


def wants_contrast(app: QApplication) -> bool:
    """Whether the system asks for high contrast; an older Qt cannot tell."""
    hints = app.styleHints()
    asked = hints.accessibility().contrastPreference() if hasattr(hints, "accessibility") else None
    return asked is not None and asked.name == "HighContrast"


def recolour(app: QApplication, tones: Colours | None = None) -> Colours:
    """Apply these colours, or those of the system's scheme, to every window."""
    tones = tones or colours(app)
    app.setPalette(_palette(tones))
    app.setStyleSheet(_sheet(tones))
    return tones


def heading_font(points: int = 16) -> QFont:
    """The font of headings: fixed Italian words only, since it lacks half of Europe's letters."""
    return QFont(_HEADING_FONT, points, QFont.Weight.DemiBold)


def name_font(text: QFont) -> QFont:
    """The font of headings that name a person or a place: bold text, which has the letters of all Europe."""
    font = QFont(text)
    font.setPointSize(14)
    font.setBold(True)
    return font


def _palette(tones: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, tone in {
        role.Window: tones.window, role.WindowText: tones.text, role.Base: tones.surface,
        role.AlternateBase: tones.window, role.Text: tones.text, role.Button: tones.raised,
        role.ButtonText: tones.text, role.ToolTipBase: tones.surface, role.ToolTipText: tones.text,
        role.Highlight: tones.chosen, role.HighlightedText: tones.on_chosen, role.Link: tones.accent,
        role.PlaceholderText: tones.muted, role.BrightText: tones.error, role.Accent: tones.accent,
        role.Mid: tones.line, role.Midlight: tones.line, role.Dark: tones.edge, role.Light: tones.surface,
    }.items():  # fmt: skip
        palette.setColor(where, QColor(tone))
    for where in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(tones.muted))
    return palette


def _sheet(tones: Colours) -> str:
    """The few things that the palette cannot say."""
    sheet = _SHEET
    for name in ("arrow", "tick"):
        sheet = sheet.replace(f"@{name};", resource(getattr(tones, name)).as_posix())
    for name in Colours._fields:
        sheet = sheet.replace(f"@{name};", f"{getattr(tones, name)};")
    return sheet


_SHEET = """
QPushButton { padding: 5px 14px; border: 1px solid @edge; border-radius: 4px; background: @surface; color: @text; }
QPushButton:hover { border-color: @accent; color: @accent; }
QPushButton:focus { border: 2px solid @accent; padding: 4px 13px; }
QPushButton:pressed, QPushButton:checked { background: @chosen; color: @on_chosen; }
QPushButton:disabled { color: @muted; border-color: @line; background: @window; }
QPushButton[main="true"] { background: @accent; border-color: @accent; color: @on_accent; font-weight: bold; }
QPushButton[main="true"]:hover { background: @on_chosen; border-color: @on_chosen; color: @surface; }
QPushButton[main="true"]:focus { border: 2px solid @text; }
QPushButton[main="true"]:disabled { background: @line; border-color: @line; color: @muted; }
QPushButton[link="true"], QPushButton[link="tight"] { border: 2px solid transparent; background: transparent;
  color: @accent; padding: 3px 4px; text-align: left; }
QPushButton[link="tight"] { padding: 0 4px; }
QPushButton[link="true"]:hover, QPushButton[link="tight"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus, QPushButton[link="tight"]:focus { border-color: @accent; }
QPushButton[link="true"]:disabled, QPushButton[link="tight"]:disabled { color: @muted; }
QCheckBox, QRadioButton { border: 2px solid transparent; border-radius: 4px; padding: 2px 4px; outline: none; }
QCheckBox:focus, QRadioButton:focus { border-color: @accent; }
QCheckBox::indicator, QListView::indicator { width: 14px; height: 14px; border: 1px solid @edge; border-radius: 3px;
  background: @surface; }
QCheckBox::indicator:checked, QListView::indicator:checked { border-color: @accent; background: @accent;
  image: url("@tick;"); }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @edge; border-radius: 8px;
  background: @surface; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid @accent; background: @on_accent; }
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox { padding: 4px 6px; border: 1px solid @edge; border-radius: 4px;
  background: @surface; color: @text; selection-background-color: @chosen; selection-color: @on_chosen; }
QPlainTextEdit { padding: 2px; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus { border: 2px solid @accent; padding: 3px 5px; }
QPlainTextEdit:focus { padding: 1px; }
QComboBox::drop-down { border: none; width: 24px; subcontrol-origin: padding; subcontrol-position: center right; }
QComboBox::down-arrow { image: url("@arrow;"); width: 16px; height: 16px; }
QComboBox QAbstractItemView, QListView[role="offers"] { border: 1px solid @edge; background: @surface;
  selection-background-color: @chosen; selection-color: @on_chosen; outline: none; }
QComboBox QAbstractItemView::item, QListView[role="offers"]::item { min-height: 26px; padding: 0 6px; }
QListView[role="offers"]::item:selected { background: @chosen; color: @on_chosen; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @line; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @edge; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: @window; border-color: @line; }
QLineEdit:disabled, QComboBox:disabled, QPlainTextEdit:disabled { color: @muted; background: @window;
  border-color: @line; }
QLineEdit[wrong="true"], QComboBox[wrong="true"], QPlainTextEdit[wrong="true"] { border: 2px solid @error;
  padding: 3px 5px; }
QLineEdit[odd="true"], QComboBox[odd="true"] { border: 2px solid @warning; padding: 3px 5px; }
QLineEdit[wrong="true"]:focus, QComboBox[wrong="true"]:focus, QPlainTextEdit[wrong="true"]:focus,
QLineEdit[odd="true"]:focus, QComboBox[odd="true"]:focus { border-color: @accent; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="error"] { color: @error; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="success"] { color: @success; }
QFrame[role="card"] { background: @surface; border: 1px solid @line; border-radius: 6px; }
QFrame[role="notice"] { background: @notice; border: 1px solid @line; border-left: 4px solid @warning;
  border-radius: 4px; }
QFrame[role="trouble"] { background: @surface; border: 1px solid @error; border-left: 4px solid @error;
  border-radius: 4px; }
QFrame[role="bar"] { background: @raised; border: none; border-top: 1px solid @line; }
QFrame[role="band"] { background: @surface; border: none; border-bottom: 1px solid @line; }
QFrame[role="option"] { background: @window; border: 1px solid @line; border-radius: 4px; }
QFrame[role="option"][chosen="true"] { background: @chosen; border: 1px solid @accent; }
QFrame[role="option"][chosen="true"] QLabel { color: @on_chosen; }
QFrame[role="rule"] { background: @line; border: none; max-height: 1px; min-height: 1px; }
QTableView { border: 1px solid @line; border-radius: 4px; padding: 1px; background: @surface; gridline-color: @line;
  alternate-background-color: @window; selection-background-color: @chosen; selection-color: @on_chosen;
  outline: none; }
QTableView:focus { border: 2px solid @accent; padding: 0; }
QHeaderView { background: @raised; border: none; }
QHeaderView::section { background: @raised; color: @text; border: none; border-right: 1px solid @line;
  border-bottom: 1px solid @line; padding: 5px 4px; font-weight: bold; }
QTabBar::tab { padding: 7px 16px; border: none; border-bottom: 3px solid transparent; color: @muted;
  background: transparent; }
QTabBar::tab:selected { color: @text; border-bottom: 3px solid @accent; }
QTabBar::tab:hover { color: @accent; }
QTabBar { outline: none; }
QTabBar::tab:selected:focus { border: 2px solid @accent; border-radius: 4px; padding: 5px 14px 6px 14px; }
QTabWidget::pane { border: none; }
QListWidget { border: 1px solid @line; border-radius: 4px; padding: 1px; background: @surface; outline: none;
  selection-background-color: @chosen; selection-color: @on_chosen; }
QListWidget:focus { border: 2px solid @accent; padding: 0; }
QListWidget::item { padding: 5px 6px; }
QListWidget::item:selected { background: @chosen; color: @on_chosen; }
QListWidget#navigation { background: @side; color: @on_side; border: none; border-radius: 0; outline: none;
  padding: 4px 0; }
QListWidget#navigation::item { padding: 9px 12px 9px 14px; border-left: 4px solid transparent; }
QListWidget#navigation::item:focus { border: 2px solid #7fb8f0; border-left-width: 4px; padding: 7px 10px 7px 14px; }
QListWidget#navigation::item:hover { background: @side_chosen; }
QListWidget#navigation::item:selected { background: @side_chosen; color: #ffffff; border-left: 4px solid #7fb8f0; }
QWidget#side { background: @side; }
QWidget#side QLabel { color: @on_side; }
QStatusBar { background: @raised; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QToolTip { padding: 4px 6px; border: 1px solid @edge; background: @surface; color: @text; }
QTableView QTableCornerButton::section, QAbstractScrollArea::corner { background: @surface; border: none; }
QScrollArea { border: none; background: transparent; }
QProgressBar { border: 1px solid @edge; border-radius: 4px; background: @surface; text-align: center; }
QProgressBar::chunk { background: @chosen; border-radius: 3px; }
"""

"""The question before another PC may read what is kept to the comune: are the digits the same on both screens?"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ala_desktop.services.sharing.exchange import OfficeDevice
from ala_desktop.ui.theme import STEP, heading_font

_BY_FILE = " La chiave che le apre parte con il prossimo file per ALA; quel PC la riceve con il suo scambio."


class ConfirmDevice(QDialog):
    """Tells how to compare, shows the digits, and takes one of three answers.

    Attributes:
        differ: the clerk said that the digits are different.
    """

    def __init__(
        self, device: OfficeDevice, here: OfficeDevice, parent: QWidget | None = None, *, by_file: bool = False
    ) -> None:
        super().__init__(parent)
        self.differ = False
        if here.confirmed:
            what = f"Da confermato, «{device.name}» può leggere anche le note riservate del comune."
            what += _BY_FILE if by_file else ""
        else:
            what = (
                f"Confermato da entrambe le parti, questo PC riceve da «{device.name}» la chiave delle note riservate."
            )
        self.setWindowTitle("Conferma di un PC")
        column = QVBoxLayout(self)
        column.setContentsMargins(STEP * 3, STEP * 3, STEP * 3, STEP * 2)
        column.setSpacing(STEP)
        title = QLabel(f"Confermare «{device.name}»?", self)
        title.setFont(heading_font(15))
        column.addWidget(title)
        for line in (
            what,
            f"Telefonare a chi è davanti a «{device.name}» e aprire insieme «Scambio con ALA», scheda «PC del comune». "
            f"Lì, accanto a «{here.name}», devono comparire queste stesse cifre: leggerle ad alta voce, gruppo per "
            "gruppo. La conferma si dà su entrambi i PC.",
        ):
            label = QLabel(line, self)
            label.setWordWrap(True)
            column.addWidget(label)
        digits = QLabel(device.fingerprint, self)
        digits.setFont(QFont("DejaVu Sans Mono", 18))
        digits.setAlignment(Qt.AlignmentFlag.AlignCenter)
        digits.setContentsMargins(0, STEP, 0, STEP)
        digits.setAccessibleName("Cifre da confrontare: " + device.fingerprint)
        column.addWidget(digits)
        column.addLayout(self._buttons())
        self.setMinimumWidth(600)

    def _buttons(self) -> QHBoxLayout:
        later = QPushButton("Più tardi", self)
        later.clicked.connect(self.reject)
        other = QPushButton("Sono diverse", self)
        other.clicked.connect(self._differ)
        same = QPushButton("Sono uguali: conferma", self)
        same.setProperty("main", "true")
        same.clicked.connect(self.accept)
        later.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(STEP)
        row.addWidget(later)
        row.addStretch(1)
        row.addWidget(other)
        row.addWidget(same)
        return row

    def _differ(self) -> None:
        self.differ = True
        self.reject()

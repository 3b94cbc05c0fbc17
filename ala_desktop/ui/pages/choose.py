"""The pages of the window, in the order of the navigation, and how each is made."""

from __future__ import annotations

from dataclasses import dataclass

from ala_desktop.services.forms import Forms
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Page, Surroundings
from ala_desktop.ui.pages.exchange.page import ExchangePage
from ala_desktop.ui.pages.records import ApplicationsPage, GrantsPage, PeoplePage, UnitsPage
from ala_desktop.ui.pages.sittings.page import SittingsPage
from ala_desktop.ui.pages.today import TodayPage
from ala_desktop.ui.records_page import RecordsPage

PAGES: tuple[type[Page], ...] = (
    TodayPage, UnitsPage, PeoplePage, ApplicationsPage, GrantsPage, SittingsPage, ExchangePage,
)  # fmt: skip


@dataclass(frozen=True)
class Making:
    """What pages are made of."""

    around: Surroundings
    forms: Forms
    means: Means
    exchange: Exchange

    def make(self, page: type[Page]) -> Page:
        """A new page of this class."""
        if issubclass(page, RecordsPage):
            return page(self.around, self.forms, self.means)
        if page is ExchangePage:
            return ExchangePage(self.around, self.forms, self.means, self.exchange)
        return TodayPage(self.around)

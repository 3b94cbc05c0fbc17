"""The pages of the window, in the order of the navigation, and how each is made."""

from __future__ import annotations

from dataclasses import dataclass

from ala_desktop.core.tenants import ALA
from ala_desktop.services.forms import Forms
from ala_desktop.services.sharing.exchange import Exchange
from ala_desktop.ui.editors.base import Means
from ala_desktop.ui.page import Page, Surroundings
from ala_desktop.ui.pages.exchange.page import ExchangePage
from ala_desktop.ui.pages.records import ApplicationsPage, GrantsPage, PeoplePage, UnitsPage
from ala_desktop.ui.pages.requests.asking import AskAlaPage
from ala_desktop.ui.pages.requests.receiving import ComuniRequestsPage
from ala_desktop.ui.pages.sittings.page import SittingsPage
from ala_desktop.ui.pages.today import TodayPage
from ala_desktop.ui.records_page import RecordsPage

PAGES: tuple[type[Page], ...] = (
    TodayPage, UnitsPage, PeoplePage, ApplicationsPage, GrantsPage, SittingsPage, ExchangePage, AskAlaPage,
)  # fmt: skip
AGENCY_PAGES: tuple[type[Page], ...] = (*PAGES[:-1], ComuniRequestsPage)


def pages_of(tenant: str) -> tuple[type[Page], ...]:
    """The pages of an office: a comune asks ALA, ALA receives what the comuni ask."""
    return AGENCY_PAGES if tenant == ALA else PAGES


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
        if page is AskAlaPage:
            return AskAlaPage(self.around, self.means)
        return TodayPage(self.around) if page is TodayPage else page(self.around)

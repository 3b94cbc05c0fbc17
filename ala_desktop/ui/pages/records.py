"""The pages that show registers: units, households and people, applications, grants."""

from __future__ import annotations

from ala_desktop.services import lists
from ala_desktop.ui.panels.attachments import AttachmentsPanel
from ala_desktop.ui.panels.history import HistoryPanel
from ala_desktop.ui.panels.links import LinksPanel
from ala_desktop.ui.panels.members import MembersPanel
from ala_desktop.ui.records_page import RecordsPage


class UnitsPage(RecordsPage):
    """Housing units and the buildings that hold them."""

    name, title = "units", "Alloggi"
    kinds = ("housing_unit", "building")
    specs = (lists.UNITS, lists.BUILDINGS)
    panels = {"housing_unit": (AttachmentsPanel, HistoryPanel, LinksPanel), "building": (LinksPanel,)}
    register = "housing_unit"
    about = (
        "Qui si tengono gli alloggi dell'ufficio e i fabbricati in cui si trovano.",
        "La ricerca trova gli alloggi per codice, indirizzo o civico, anche con una parte della parola.",
        "Ogni cambio di destinazione, occupazione, condizione o disponibilità resta nella storia con la sua data.",
    )


class PeoplePage(RecordsPage):
    """Households, and the people in them."""

    name, title = "people", "Nuclei e persone"
    kinds = ("household", "person")
    specs = (lists.HOUSEHOLDS, lists.PEOPLE)
    panels = {"household": (MembersPanel, AttachmentsPanel, LinksPanel), "person": (LinksPanel,)}
    register = "household"
    about = (
        "Un nucleo si trova anche con il nome di uno dei suoi componenti.",
        "Il codice fiscale compila data, luogo di nascita e sesso, se sono vuoti.",
        "Togliere una persona da un nucleo non elimina la sua scheda.",
        "«Possibili duplicati» elenca le persone che forse sono registrate due volte, e le collega.",
    )


class ApplicationsPage(RecordsPage):
    """Applications for any service."""

    name, title = "applications", "Domande"
    kinds = ("housing_application",)
    specs = (lists.APPLICATIONS,)
    panels = {"housing_application": (AttachmentsPanel, LinksPanel)}
    register = "housing_application"
    about = (
        "Le domande SAP si presentano sulla piattaforma regionale: qui se ne registrano numero, punteggio ed esito.",
        "Il codice fiscale del richiedente collega da solo la domanda alla persona e al suo nucleo.",
        "Le domande in istruttoria si portano all'ordine del giorno dalla pagina Commissioni e verbali.",
    )


class GrantsPage(RecordsPage):
    """Grants and other interventions, and the measures that they come from."""

    name, title = "grants", "Contributi"
    kinds = ("intervention", "measure")
    specs = (lists.INTERVENTIONS, lists.MEASURES)
    panels = {"intervention": (AttachmentsPanel,), "measure": (LinksPanel,)}
    register = "intervention"
    about = (
        "Contributi, accompagnamenti, mediazioni e colloqui; nella seconda scheda le misure con i loro parametri.",
        "Limiti ISEE, contributi massimi e mensilità si scrivono nella misura: cambiano da un bando all'altro.",
        "L'IBAN viene controllato; se non torna c'è un avviso, ma si può salvare.",
    )

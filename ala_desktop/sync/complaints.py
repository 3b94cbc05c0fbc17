"""What the clerk is told when an exchange does not succeed: title, cause, next step, in Italian.

`declined` has the hub's errors by code; here are the words. Nothing that was saved on this PC is ever at stake, and
every text that could frighten says so.
"""

from __future__ import annotations

from ala_desktop.core.errors import Mendable
from ala_desktop.fields.spec import Catalog
from ala_desktop.sync.declined import Declined
from ala_desktop.sync.protocol import REASONS

_SAFE = "Quanto registrato su questo PC è al sicuro"
_CALL = f"{_SAFE}: avvisare ALA e continuare a lavorare."


class Away(Mendable):
    """The line or the hub is away for now: no error, and nobody needs to do anything but try again later."""


def away(reason: str) -> Away:
    """Nobody answers at the hub's address."""
    return Away(
        "La centrale di ALA non risponde",
        f"Non si riesce a raggiungerla: {reason}.",
        f"{_SAFE} e sarà inviato al prossimo scambio. Controllare la connessione e riprovare più tardi.",
    )


def unexpected(what: str) -> Mendable:
    """Something answered that is not the hub: a captive portal, a filter, a wrong address."""
    return Mendable(
        "La centrale di ALA non ha risposto come previsto",
        f"Al suo posto è arrivata {what}: di solito è la pagina di accesso della rete, un filtro o un altro sito.",
        f"{_SAFE}. Aprire il browser, accedere alla rete se viene chiesto, e riprovare.",
    )


def untrusted(reason: str) -> Mendable:
    """The hub's certificate does not hold."""
    return Mendable(
        "Il collegamento con la centrale di ALA non è sicuro",
        f"Il certificato presentato non è valido: {reason}.",
        f"{_SAFE}. Controllare data e ora del PC; se sono giuste, avvisare chi segue la rete.",
    )


def bad_address(url: str, reason: str) -> Mendable:
    """The address of the hub cannot be one."""
    return Mendable(
        "L'indirizzo della centrale non è valido",
        f"«{url}»: {reason}.",
        "Ricopiarlo dalla comunicazione di ALA, per esempio https://centrale.esempio.it.",
    )


def inconsistent(reason: str) -> Mendable:
    """The hub's log is not what it says; nothing of it was taken."""
    return Mendable(
        "I dati ricevuti dalla centrale non tornano",
        f"La verifica si è fermata: {reason}. Nulla di dubbio è stato registrato.",
        f"{_SAFE}. Riprovare; se l'avviso ritorna, segnalarlo ad ALA.",
    )


def broken_log(name: str, report: str) -> Mendable:
    """A fault of the program while the log of another tenant was exchanged."""
    return Mendable(
        f"Il registro di {name} non è stato aggiornato",
        f"Un guasto del programma lo ha impedito; il rapporto è in {report}.",
        f"{_SAFE}. Gli altri registri sono stati aggiornati: mandare il rapporto a chi assiste il programma.",
    )


def unasked() -> Mendable:
    """A file answers no question of this PC that still waits."""
    return Mendable(
        "La risposta non è per questo PC, o è già stata letta",
        "Non risponde a nessun file preparato da questo PC che sia ancora in attesa.",
        f"{_SAFE}. Controllare quale file è stato consegnato; se serve, preparare un nuovo file per ALA.",
    )


def gap() -> Mendable:
    """A file begins after what this PC has received so far."""
    return Mendable(
        "Manca una risposta precedente di ALA",
        "Questo file comincia dopo l'ultimo punto ricevuto: leggerlo adesso salterebbe qualcosa, e non è stato letto.",
        f"{_SAFE}. Leggere prima la risposta precedente, o preparare un nuovo file per ALA.",
    )


def without_bytes() -> Mendable:
    """A file holds only the names of frames that a copy of this store sent; the next letter asks for their bytes."""
    return Mendable(
        "Questa risposta di ALA non basta",
        "Da una copia di questo archivio sono partite modifiche che qui non ci sono, e il file non le contiene.",
        f"{_SAFE}. Preparare un nuovo file per ALA: la prossima risposta le conterrà.",
    )


def too_old(kinds: str) -> Mendable:
    """A colleague's newer program wrote what this one does not know."""
    return Mendable(
        "Il programma va aggiornato",
        f"Sono arrivate schede scritte come questa versione ancora non le conosce: {kinds}.",
        f"{_SAFE}. Installare la versione nuova e ripetere lo scambio.",
    )


def impostor(device_name: str) -> Mendable:
    """The hub names other keys for a device that was known already."""
    return Mendable(
        "Le chiavi di un PC del comune sono cambiate",
        f"La centrale presenta «{device_name}» con chiavi diverse da quelle già note.",
        "Non confermare quel PC e avvisare ALA: lo scambio resta fermo finché non si è chiarito.",
    )


def false_key(reason: str) -> Mendable:
    """What came as the comune's key is not."""
    return Mendable(
        "La chiave del comune ricevuta non è valida",
        f"Il controllo non è riuscito: {reason}. Le note riservate restano su questo PC, in attesa.",
        "Ripetere la conferma dall'altro PC del comune; se l'avviso ritorna, avvisare ALA.",
    )


def false_sheet(reason: str) -> Mendable:
    """What came from under a recovery sheet is not the comune's key."""
    return Mendable(
        "La chiave custodita presso ALA non è valida",
        f"Il controllo non è riuscito: {reason}. Su questo PC non è cambiato nulla.",
        f"{_SAFE}. Non riprovare con altri fogli e avvisare ALA.",
    )


def log_needed(faults: int) -> Mendable:
    """The log itself is damaged here, and only the hub has another copy of it."""
    return Mendable(
        "L'archivio di questo PC va rimesso a posto con uno scambio",
        f"Anche il registro conservato su questo PC è danneggiato (anomalie trovate: {faults}).",
        "Non cancellare nulla ed eseguire uno scambio con ALA: il registro viene ripreso da lì, e quanto è da inviare "
        "resta.",
    )


def unhealable(faults: int) -> Mendable:
    """The store is not as its log says, and the log alone does not put it right."""
    return Mendable(
        "L'archivio di questo PC non supera la verifica",
        f"Le schede non corrispondono al loro registro ({faults} anomalie) e non si possono rimettere a posto da sole.",
        "Non cancellare nulla: copiare la cartella dei dati e chiedere assistenza ad ALA.",
    )


def unfinished(transactions: int) -> Mendable:
    """What was pushed did not come back."""
    return Mendable(
        "Lo scambio non si è concluso",
        f"La centrale ha preso in carico {transactions} modifiche ma non le ha ancora restituite confermate.",
        f"{_SAFE} e sarà inviato di nuovo. Ripetere lo scambio tra qualche minuto.",
    )


def unsteady() -> Mendable:
    """The hub was put back again and again while this device followed it."""
    return Mendable(
        "La centrale di ALA è in manutenzione",
        "Durante lo scambio è stata ripristinata più volte da una copia.",
        f"{_SAFE} e sarà inviato al prossimo scambio. Riprovare più tardi.",
    )


_RESTORED = (
    "La centrale non riconosce il punto a cui era arrivato questo PC",
    "Probabilmente la centrale è stata ripristinata da una copia meno recente.",
    f"{_CALL} Non collegare di nuovo il PC e non cancellare nulla.",
)
_DECLINED = {
    "behind": _RESTORED,
    "unknown_position": _RESTORED,
    "broken_chain": (
        "La centrale aspettava altro da questo PC",
        "Quanto invia questo PC non segue quanto la centrale ha già ricevuto: una delle due parti è stata ripristinata "
        "da una copia, oppure la stessa cartella dei dati è in uso su due PC.",
        _CALL,
    ),
    "foreign_hub": (
        "A questo indirizzo risponde un'altra centrale",
        "Non è quella a cui il PC era stato collegato.",
        _CALL,
    ),
    "unknown_device": (
        "La centrale non conosce questo PC",
        "Il PC non risulta tra quelli collegati: la centrale potrebbe essere stata ripristinata da una copia.",
        _CALL,
    ),
    "revoked": (
        "Questo PC non è più abilitato allo scambio",
        "ALA lo ha escluso, per esempio perché risulta smarrito o sostituito: la centrale non riceve più nulla da "
        "questo PC e non gli invia nulla.",
        f"{_SAFE} e si può consultare, stampare ed esportare. Quanto è da inviare si può consegnare ad ALA con un file "
        "per lo scambio: deciderà una persona. Se è un errore, avvisare ALA.",
    ),
    "bad_code": (
        "Il codice di collegamento non è valido",
        "È stato scritto in modo errato, è già stato usato, è scaduto (vale 24 ore) o è stato sbagliato cinque volte.",
        "Ricontrollarlo; se non basta, chiedere ad ALA un codice nuovo.",
    ),
    "other_comune": (
        "Il codice è per un altro comune",
        "L'archivio di questo PC e il codice ricevuto non sono dello stesso comune.",
        "Chiedere ad ALA un codice per il proprio comune.",
    ),
    "other_keys": (
        "Questo PC risulta già collegato con altre chiavi",
        "La centrale conosce già un PC con lo stesso codice interno.",
        _CALL,
    ),
    "no_sheet": (
        "Nessun PC del comune ha lasciato la chiave ad ALA",
        "La chiave delle note riservate è custodita presso ALA, chiusa con il foglio di recupero di un PC che la "
        "possiede, dal primo scambio di quel PC: qui non è ancora avvenuto.",
        f"{_SAFE}. Se un altro PC del comune funziona, confermare questo da lì; altrimenti ripristinare quel PC da una "
        "copia di sicurezza.",
    ),
    "bad_sheet": (
        "Il codice non apre la chiave del comune",
        "Non è il codice dell'ultimo foglio di recupero di un PC di questo comune: può essere di un foglio già "
        "sostituito, di un altro comune, oppure di un PC che non aveva ancora scambiato con quel foglio.",
        "Cercare il foglio più recente del PC perso e riprovare. Ogni PC può sbagliare cinque volte al giorno.",
    ),
    "too_many_tries": (
        "Troppi codici errati per oggi",
        "Da questo PC sono stati provati cinque codici di recupero sbagliati.",
        f"{_SAFE}. Riprovare domani con il foglio più recente, gruppo per gruppo.",
    ),
    "busy": (
        "La centrale di ALA è occupata",
        "Sta servendo altri comuni e non è riuscita a rispondere in tempo.",
        f"{_SAFE} e sarà inviato al prossimo scambio. Riprovare tra qualche minuto.",
    ),
    "full": (
        "La centrale di ALA non può ricevere",
        "Il suo disco è pieno.",
        f"{_SAFE} e sarà inviato al prossimo scambio. Avvisare ALA.",
    ),
    "no_room": (
        "La centrale di ALA non ha più spazio per gli allegati del comune",
        "Gli allegati inviati finora occupano tutto lo spazio riservato al comune.",
        f"{_SAFE}: l'allegato resta su questo PC. Avvisare ALA.",
    ),
    "unknown_blob": (
        "L'allegato non è ancora arrivato alla centrale di ALA",
        "Il PC su cui è stato aggiunto non lo ha ancora inviato.",
        "Chiedere al collega di fare uno scambio su quel PC, poi riprovare.",
    ),
    "bad_upload": (
        "La centrale di ALA non ha ricevuto per intero quanto è stato inviato",
        "Quello che le è arrivato non corrisponde all'originale.",
        f"{_SAFE} e sarà inviato di nuovo al prossimo scambio.",
    ),
}


def declined(problem: Declined) -> Mendable:
    """What the hub's refusal means for the clerk."""
    words = _DECLINED.get(problem.code)
    if words is not None and problem.code == "busy":
        return Away(*words)
    if words is None:
        return Mendable(
            "La centrale non ha accettato lo scambio",
            f"Ha risposto con l'errore {problem.error.number} ({problem.code}).",
            f"{_SAFE}. Aggiornare il programma; se l'avviso ritorna, comunicare questo numero ad ALA.",
        )
    return Mendable(*words)


def refused(catalog: Catalog, code: str, detail: str) -> str:
    """Why the hub refused a save. The record that it rests on is named by whoever knows it, not by its id."""
    words = REASONS.get(code, "La centrale non lo ha accettato")
    if code == "unknown_kind" and detail in catalog:
        detail = catalog[detail].label
    return f"{words}: {detail}" if detail and code != "needs_refused" else words

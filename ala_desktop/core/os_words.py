"""Why the operating system did not do something, in Italian: its own words come in the language of the machine."""

from __future__ import annotations

import errno
import socket

_WORDS = {
    errno.ENOENT: "non esiste",
    errno.ENOTDIR: "una parte del percorso non è una cartella",
    errno.EISDIR: "è una cartella",
    errno.EEXIST: "esiste già, e non è una cartella",
    errno.EACCES: "il sistema non lo permette",
    errno.EPERM: "il sistema non lo permette",
    errno.EROFS: "il disco è in sola lettura",
    errno.ENOSPC: "il disco è pieno",
    errno.EDQUOT: "lo spazio concesso sul disco è finito",
    errno.EFBIG: "il file diventerebbe troppo grande",
    errno.ENAMETOOLONG: "il nome è troppo lungo",
    errno.ELOOP: "i collegamenti girano in tondo",
    errno.EBUSY: "è occupato da un altro programma",
    errno.EIO: "il disco non risponde",
    errno.ENXIO: "il dispositivo non c'è",
    errno.ENODEV: "il dispositivo non c'è",
    errno.EMFILE: "il programma ha aperto troppi file",
    errno.ENFILE: "il sistema ha aperto troppi file",
    errno.EADDRINUSE: "è già in uso",
    errno.EADDRNOTAVAIL: "non è un indirizzo di questo computer",
}


def why(problem: OSError) -> str:
    """The reason in a few words, without a full stop; the system's own words where there are no better ones."""
    if isinstance(problem, socket.gaierror):
        return "nessun computer ha questo nome"
    return _WORDS.get(problem.errno or 0) or problem.strerror or str(problem) or type(problem).__name__

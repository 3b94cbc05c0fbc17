"""What the system refuses, told in Italian."""

import errno
import os
import socket

import pytest

from ala_desktop.core.os_words import why


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EADDRINUSE])
def test_the_usual_refusals_have_italian_words(number: int):
    assert why(OSError(number, "in another language")) not in ("", "in another language")


def test_a_rare_one_keeps_the_words_of_the_system():
    assert why(OSError(errno.EXDEV, os.strerror(errno.EXDEV))) == os.strerror(errno.EXDEV)
    assert why(OSError("la corrente")) == "la corrente"
    assert why(TimeoutError()) == "TimeoutError"


def test_a_name_that_no_computer_has_is_told():
    assert "nessun computer" in why(socket.gaierror(-2, "Name or service not known"))

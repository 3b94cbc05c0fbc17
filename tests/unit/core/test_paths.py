"""Where a store may not live."""

import sys
from pathlib import Path

import pytest

from ala_desktop.core import paths
from ala_desktop.core.errors import Mendable

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
//server/casa /mnt/unità\\040di\\040rete cifs rw 0 0
server:/dati /srv/dati nfs4 rw 0 0
/dev/sdb1 /srv/dati/locale ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/piera/dati", "ext4"),
        ("/tmp/x", "tmpfs"),
        ("/tmpx", "ext4"),
        ("/mnt/unità di rete/ala", "cifs"),
        ("/srv/dati", "nfs4"),
        ("/srv/dati/ala", "nfs4"),
        ("/srv/dati/locale/ala", "ext4"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="drives are asked of the system there")
def test_a_folder_belongs_to_the_nearest_mount_above_it(folder: str, kind: str):
    assert paths._filesystem_in(MOUNTS, Path(folder)) == kind


def test_a_network_drive_is_refused_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    paths.refuse_network_drive(tmp_path)
    monkeypatch.setattr(paths, "_is_network", lambda folder: True)
    with pytest.raises(Mendable, match="unità di rete"):
        paths.refuse_network_drive(tmp_path)

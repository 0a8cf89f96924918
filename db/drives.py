"""Where a database may lie: not on a network drive, not on a stick (trust.md d). WAL needs shared memory and honest locks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

Drive = Literal["local", "network", "removable"]

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "davfs", "ceph", "glusterfs", "fuse.sshfs", "fuse.rclone"}
)
_WINDOWS_REMOVABLE, _WINDOWS_REMOTE = 2, 4  # GetDriveTypeW


def linux_drive(path: str, mounts: str, removable: bool) -> Drive:
    """Judge an absolute path by the text of ``/proc/mounts``; ``removable`` is what the kernel says of its block device.

    The longest mount point that holds the path decides; of two mounts on one point the later one hides the earlier.
    """
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = (
            fields[1].encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1", "replace").decode("utf-8", "replace")
        )
        if (path == point or path.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, fields[2]
    if kind in NETWORK_FILE_SYSTEMS:
        return "network"
    return "removable" if removable else "local"


def windows_drive(drive_type: int) -> Drive:
    """Judge the number that ``GetDriveTypeW`` gives for the root of a path."""
    return {_WINDOWS_REMOVABLE: "removable", _WINDOWS_REMOTE: "network"}.get(drive_type, "local")  # type: ignore[return-value]


def _block_device_is_removable(path: Path) -> bool:
    device = path.stat().st_dev
    block = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve()
    for folder in (block, block.parent):  # a partition has no such file, its disk has
        flag = folder / "removable"
        if flag.is_file():
            return flag.read_text(encoding="ascii").strip() == "1"
    return False


def drive_of(folder: Path) -> Drive:
    """Say on what kind of drive an existing folder lies; ``local`` where the system does not tell."""
    folder = folder.resolve()
    try:
        if sys.platform == "win32":
            import ctypes

            return windows_drive(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor))
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
        return linux_drive(str(folder), mounts, _block_device_is_removable(folder))
    except (OSError, AttributeError):
        return "local"

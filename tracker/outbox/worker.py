"""Who claims a mail or a lease: a name that tells whether its process still lives."""

from __future__ import annotations

import hashlib
import os
import socket
from functools import cache
from pathlib import Path
from uuid import uuid4


@cache
def _machine() -> str:
    """Name the machine, and its process table where containers have their own."""
    table = Path("/proc/self/ns/pid")
    space = str(table.stat().st_ino) if table.exists() else ""
    return hashlib.blake2s(f"{socket.gethostname()}/{space}".encode(), digest_size=6).hexdigest()


def this_worker() -> str:
    """Return a new name for a worker of this process."""
    return f"{_machine()}:{os.getpid()}:{uuid4().hex[:12]}"


def is_dead(worker: str) -> bool:
    """Tell whether a worker's process is known to be gone; of another machine nothing is known."""
    machine, _, rest = worker.partition(":")
    pid = rest.partition(":")[0]
    if os.name != "posix" or machine != _machine() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False

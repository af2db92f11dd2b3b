"""Ties a program's life to the process that started it, then becomes that program.

`python leash.py PARENT SIGNAL USER PROGRAM ARGUMENT...` runs in the child, so nothing has to be run between fork and
exec. On Linux the kernel sends SIGNAL when the thread that started the child ends. USER is a name, or "-" for ours. The
user is changed before the tie is made, because a change undoes the tie, and after all imports, because another user may
not be able to read this Python. PROGRAM is an absolute path. Run by path and without site packages, it starts within
hundredths of a second.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def become(user: str) -> None:
    """Takes on an ordinary user's identity, without the old one's groups and working folder."""
    account = pwd.getpwnam(user)
    os.chdir("/")
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def tie_to(parent: int, signal: int) -> None:
    """Asks the kernel for the signal at the parent's death; ends here if it is dead already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        raise SystemExit("the parent is gone")


def main(parent: str, signal: str, user: str, *command: str) -> None:
    """Never returns: the process becomes the command."""
    if user != "-":
        become(user)
    tie_to(int(parent), int(signal))
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main(*sys.argv[1:])

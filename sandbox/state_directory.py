"""What a sandbox keeps on disk, and the lock that says whose it is."""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sandbox.errors import NotOursError, SandboxError

ROOM_MB_MIN = 100
"""A new sandbox takes 70 of them; on a full disk no log would say what failed."""

LOCK_TRIES = 5
LOCK_TRY_S = 0.1


class StateDirectory:
    """The folders and files of one sandbox; two of them never share anything."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.logs = path / "logs"
        """`NAME.log` for each process, `supervisor.log` for the story of the whole."""
        self.kafka = path / "kafka"
        """A folder for each node."""
        self.postgres = path / "postgres"
        """The database's folder, if its user can reach it here."""
        self.postgres_elsewhere = path / "postgres.elsewhere"
        """Names the database's folder where it could not be in here."""
        self.mailbox = path / "mailbox"
        """One .eml file for each accepted message."""
        self.keylane = path / "keylane"
        """What Keylane's simulator keeps: its keys, and what it received."""
        self.presets_loaded = path / "presets.loaded"
        """Exists once the presets are in Postgres, so that a later start does not undo what was changed since."""
        self.policies = path / "policies.csv"
        """a.s.r.'s policy data, where none were given."""
        self.secrets = path / "secrets"
        """Generated passwords, mode 0600."""
        self.held = path / "held"
        """While a file NAME lies here the process NAME is not started again."""
        self.temporary = path / "tmp"
        """Temporary files of every process: what one that is killed leaves behind goes with the sandbox."""
        self.endpoints = path / "endpoints.json"
        """Where everything listens; exists while the sandbox is ready."""
        self.ports = path / "ports.json"
        """The ports of the last run."""
        self.supervisor_log = self.log("supervisor")
        """Starts, deaths and ends of all processes."""
        self.complaints = self.logs / "supervisor.err"
        """Why the last start failed, if it did."""
        self._lock = path / "supervisor.pid"

    def log(self, name: str) -> Path:
        """The log file of one process."""
        return self.logs / f"{name}.log"

    def prepare(self) -> None:
        """Makes the folders; others on the machine may pass through, not look around.

        Raises SandboxError for a folder that holds something else and on a disk without room, NotOursError for another
        user's.
        """
        self.refuse_another_users()
        self._check_room()
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(0o711)
        elif any(self.path.iterdir()) and not self._lock.exists():
            raise SandboxError(f"{self.path} holds something else: choose an empty --state DIR")
        self._lock.touch()
        for folder in (self.logs, self.kafka, self.keylane, self.secrets, self.mailbox, self.held, self.temporary):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)

    def lock(self) -> None:
        """Holds this directory until this process ends; raises SandboxError when another one does.

        Nothing else lets go of it: when it is free, its holder is gone, however that ended.
        """
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        if not _acquire(descriptor):
            raise self._taken(self.holder())
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())

    def clear_temporary(self) -> None:
        """Removes what killed processes left; only its holder may call this, while nothing runs in it."""
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(mode=0o700, exist_ok=True)

    def refuse_another_users(self) -> None:
        """Raises NotOursError if the directory is another user's and closed to us."""
        try:
            os.scandir(self.path).close()
        except PermissionError:
            if self.path.stat().st_uid != os.geteuid():
                raise NotOursError(
                    f"the sandbox in {self.path} belongs to another user: choose another --state DIR"
                ) from None
        except (FileNotFoundError, NotADirectoryError):
            pass

    def refuse_second(self) -> None:
        """Raises SandboxError when a sandbox runs here."""
        if holder := self.holder():
            raise self._taken(holder)

    def holder(self) -> int | None:
        """The process id of the supervisor that holds this directory, if one does."""
        try:
            with self._lock.open() as lock:
                if _acquire(lock.fileno(), tries=1):
                    return None
                return int(lock.read() or 0) or None
        except FileNotFoundError:
            return None

    def _check_room(self) -> None:
        there = next(folder for folder in (self.path, *self.path.parents) if folder.exists())
        if (free_mb := shutil.disk_usage(there).free >> 20) < ROOM_MB_MIN:
            raise SandboxError(
                f"the disk of {self.path} has {free_mb} MB left, and a sandbox needs {ROOM_MB_MIN}: "
                "make room there, or choose another --state DIR"
            )

    def _taken(self, holder: int | None) -> SandboxError:
        does = "already runs" if self.endpoints.exists() else "is starting or ending"
        return SandboxError(
            f"a sandbox {does} in {self.path} (process {holder}); "
            f"`koppeling down --state {self.path}` ends it, another `--state DIR` starts one beside it"
        )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises SandboxError if the block cannot write there because of the machine, not because of a bug."""
    try:
        yield
    except OSError as error:
        if error.errno not in _MACHINE_ERRNOS:
            raise
        raise SandboxError(
            f"{path} cannot be written ({error.strerror}): make room there, mend its rights, "
            "or choose another --state DIR"
        ) from error


def _acquire(descriptor: int, *, tries: int = LOCK_TRIES) -> bool:
    """Tries more than once, because whoever merely looks holds the lock for an instant."""
    for tried in range(tries):
        time.sleep(LOCK_TRY_S if tried else 0)
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


_MACHINE_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ENOENT, errno.ENOTDIR}

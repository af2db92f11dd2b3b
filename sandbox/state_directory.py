"""What a sandbox keeps on disk, and the lock that says whose it is."""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage

from sandbox.errors import AlreadyRunningError, NotOursError, SandboxError, StateUnwritableError

ROOM_MB_MIN = 100
"""A new sandbox takes 70 of them; on a full disk no log would say what failed."""

LOCK_TRIES = 5
LOCK_TRY_S = 0.1


@dataclass(frozen=True, slots=True)
class StateDirectory:
    """The folders and files of one sandbox; two of them never share anything."""

    path: Path

    @property
    def logs(self) -> Path:
        """`NAME.log` for each process, `supervisor.log` for the story of the whole."""
        return self.path / "logs"

    @property
    def kafka(self) -> Path:
        """A folder for each node."""
        return self.path / "kafka"

    @property
    def postgres(self) -> Path:
        """The database's folder, if its user can reach it here."""
        return self.path / "postgres"

    @property
    def postgres_elsewhere(self) -> Path:
        """Names the database's folder where it could not be in here."""
        return self.path / "postgres.elsewhere"

    @property
    def mailbox(self) -> Path:
        """One .eml file for each accepted message."""
        return self.path / "mailbox"

    @property
    def keylane(self) -> Path:
        """What Keylane's simulator keeps: its keys, and what it received."""
        return self.path / "keylane"

    @property
    def presets_loaded(self) -> Path:
        """Exists once the presets are in Postgres, so that a later start does not undo what was changed since."""
        return self.path / "presets.loaded"

    @property
    def policies(self) -> Path:
        """a.s.r.'s policy data, where none were given."""
        return self.path / "policies.csv"

    @property
    def secrets(self) -> Path:
        """Generated passwords, mode 0600."""
        return self.path / "secrets"

    @property
    def held(self) -> Path:
        """While a file NAME lies here the process NAME is not started again."""
        return self.path / "held"

    @property
    def temporary(self) -> Path:
        """Temporary files of every process: what one that is killed leaves behind goes with the sandbox."""
        return self.path / "tmp"

    def clear_temporary(self) -> None:
        """Removes what killed processes left; only its holder may call this, while nothing runs in it."""
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(mode=0o700, exist_ok=True)

    @property
    def endpoints(self) -> Path:
        """Where everything listens; exists while the sandbox is ready."""
        return self.path / "endpoints.json"

    @property
    def ports(self) -> Path:
        """The ports of the last run."""
        return self.path / "ports.json"

    @property
    def supervisor_log(self) -> Path:
        """Starts, deaths and ends of all processes."""
        return self.log("supervisor")

    @property
    def complaints(self) -> Path:
        """Why the last start failed, if it did."""
        return self.logs / "supervisor.err"

    def log(self, name: str) -> Path:
        """The log file of one process."""
        return self.logs / f"{name}.log"

    @property
    def _lock(self) -> Path:
        return self.path / "supervisor.pid"

    def prepare(self) -> None:
        """Makes the folders; others on the machine may pass through, not look around.

        Raises SandboxError for a folder that holds something else, NotOursError for another user's,
        StateUnwritableError on a disk without room.
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
        """Holds this directory until this process ends; raises AlreadyRunningError when another one does.

        Nothing else lets go of it: when it is free, its holder is gone, however that ended.
        """
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        if not _acquire(descriptor):
            raise self._taken(self.holder())
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())

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
        """Raises AlreadyRunningError when a sandbox runs here."""
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
        if (free_mb := disk_usage(there).free >> 20) < ROOM_MB_MIN:
            raise StateUnwritableError(
                f"the disk of {self.path} has {free_mb} MB left, and a sandbox needs {ROOM_MB_MIN}: "
                "make room there, or choose another --state DIR"
            )

    def _taken(self, holder: int | None) -> AlreadyRunningError:
        does = "already runs" if self.endpoints.exists() else "is starting or ending"
        return AlreadyRunningError(
            f"a sandbox {does} in {self.path} (process {holder}); "
            f"`koppeling down --state {self.path}` ends it, another `--state DIR` starts one beside it"
        )


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises StateUnwritableError if the block cannot write there because of the machine, not because of a bug."""
    try:
        yield
    except OSError as error:
        if error.errno not in _MACHINE_ERRNOS:
            raise
        raise StateUnwritableError(
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

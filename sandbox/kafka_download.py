"""Fetches Apache Kafka's own jars by Maven coordinates: `python -m sandbox.kafka_download`.

The resolver accepts a cut-off file in its cache and enforces no lock. So nothing here trusts it:
downloads that are not what the lock says are fetched again, and only a folder that is verified as
a whole gets its final name. `--lock` writes the lock anew, after a change of version.
"""

import fcntl
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import ParseError

import requests
from jgo.maven import Artifact, MavenContext
from jgo.parse import Endpoint

from sandbox.errors import SandboxError
from sandbox.kafka_jars import CACHE, KAFKA_VERSION, LOCK, JarStore, kafka_store, sha256

# The "!" takes the log binding as it is: its BOM would bring in an older kafka-clients.
ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!"
DOWNLOADS = CACHE / "maven"
REQUEST_TIMEOUT_S = 60


def ensure_jars() -> None:
    """Fetches Kafka's jars if they are not here. Raises SandboxError unless they are the locked ones."""
    store = kafka_store()
    with _only_one_at_a_time():
        if not store.directory.is_dir():
            _fetch(store)
    store.verify()


def _fetch(store: JarStore) -> None:
    _say(f"fetching Apache Kafka {KAFKA_VERSION}: {len(store.sha256_by_name)} jars")
    _forget_broken_downloads(store.sha256_by_name)
    partial = store.directory.with_name(f"{store.directory.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for jar in resolve(DOWNLOADS):
        shutil.copyfile(jar, partial / jar.name)
    replace(store, directory=partial).verify()
    partial.rename(store.directory)


def resolve(downloads: Path) -> Iterator[Path]:
    """Fetches every jar into that folder, and yields each when it is there. Raises SandboxError."""
    try:
        artifacts = _artifacts(downloads)
        for number, artifact in enumerate(artifacts, 1):
            jar = artifact.resolve()
            _say(f"  {number:>2}/{len(artifacts)} {jar.name} ({jar.stat().st_size:,} bytes)")
            yield jar
    except requests.ConnectionError as error:
        raise SandboxError(
            "Kafka's jars could not be fetched: the repository of Maven packages cannot be reached from here. "
            "Look at the network and at HTTPS_PROXY, and run `make setup` again."
        ) from error
    except (OSError, RuntimeError, ParseError) as error:
        raise SandboxError(
            f"Kafka's jars could not be fetched ({type(error).__name__}: {error}). "
            f"Try again; if it stays so, remove {downloads}."
        ) from error


def _artifacts(downloads: Path) -> list[Artifact]:
    maven = MavenContext(repo_cache=downloads, timeout=REQUEST_TIMEOUT_S)
    wanted = [
        maven.create_dependency(replace(coordinate, scope="compile"))
        for coordinate in Endpoint.parse(ENDPOINT).coordinates
    ]
    inputs, transitive = maven.resolver.resolve(wanted)
    at_run_time = [found for found in transitive if found.scope in {"compile", "runtime"}]
    return [found.artifact for found in (*inputs, *at_run_time)]


def _forget_broken_downloads(sha256_by_name: Mapping[str, str]) -> None:
    for jar in DOWNLOADS.rglob("*.jar"):
        if sha256(jar) != sha256_by_name.get(jar.name):
            jar.unlink()


@contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_lock() -> None:
    jars = sorted(resolve(DOWNLOADS), key=lambda jar: jar.name)
    LOCK.write_text("".join(f"{sha256(jar)}  {jar.name}\n" for jar in jars), "ascii")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """0 when the jars are here and verified, 1 with the reason on standard error, 2 wrong usage."""
    try:
        match arguments:
            case []:
                ensure_jars()
            case ["--lock"]:
                _write_lock()
            case _:
                sys.stderr.write("usage: python -m sandbox.kafka_download [--lock]\n")
                return 2
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

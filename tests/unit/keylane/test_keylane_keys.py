"""Keylane's keys and what its environment must say."""

import json
import stat
from pathlib import Path

import pytest
from joserfc.jwk import KeySet
from pydantic import ValidationError

from sandbox.keylane.keys import private_keys
from sandbox.keylane.settings import Settings
from schemas.sealing import Binding, seal, unseal
from stream.settings import faults_of

BINDING = Binding("r", 1, "client_secret")


def test_keys_are_made_once_and_what_is_published_seals_for_them(tmp_path: Path) -> None:
    private_keys(tmp_path)
    published = KeySet.import_key_set(json.loads((tmp_path / "jwks.json").read_text()))
    token = seal("x", published, BINDING)
    (tmp_path / "jwks.json").unlink()
    assert unseal(token, private_keys(tmp_path), BINDING) == "x"
    assert (tmp_path / "jwks.json").exists()


def test_nothing_private_is_published_and_nobody_else_reads_the_private_file(tmp_path: Path) -> None:
    private_keys(tmp_path)
    assert all("d" not in key for key in json.loads((tmp_path / "jwks.json").read_text())["keys"])
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_every_fault_of_the_environment_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOPPELING_KAFKA_BOOTSTRAP", "")
    monkeypatch.setenv("KOPPELING_KEYLANE_DELAY_S", "soon")
    monkeypatch.delenv("KOPPELING_KEYLANE_DIR", raising=False)
    with pytest.raises(ValidationError) as refusal:
        Settings()
    lines = faults_of(refusal.value).splitlines()
    assert {line.partition(":")[0] for line in lines} == {
        "KOPPELING_KAFKA_BOOTSTRAP",
        "KOPPELING_KEYLANE_DIR",
        "KOPPELING_KEYLANE_DELAY_S",
    }

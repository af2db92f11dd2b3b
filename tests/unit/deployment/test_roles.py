"""The services' logins: what makes them keeps their password to itself."""

import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).parents[3] / "deployment/postgres/roles.sh"


def test_the_logins_password_stands_on_no_command_line(tmp_path: Path) -> None:
    told = tmp_path / "told"
    psql = tmp_path / "psql"
    psql.write_text('#!/bin/sh\necho "$@" >>"$TOLD"\n')
    psql.chmod(0o700)
    login = {"POSTGRES_USER": "administrator", "POSTGRES_DB": "koppeling", "KOPPELING_LOCAL_PASSWORD": "hush"}
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["/bin/sh", SCRIPT], env={"PATH": path, "TOLD": str(told), **login}, check=True, timeout=30)
    assert "role=intake" in told.read_text()
    assert "hush" not in told.read_text()

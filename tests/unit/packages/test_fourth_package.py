"""A payroll package is one file: a fourth one goes from form to mail and nothing else was touched."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_a_fourth_package_is_one_file_from_form_to_mail(tmp_path: Path) -> None:
    shutil.copy(HERE / "verzonnen.py", tmp_path)
    driven = subprocess.run(
        [sys.executable, str(HERE / "fourth_package.py"), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert driven.returncode == 0, driven.stderr
    said = json.loads(driven.stdout)
    assert said["opened"] == [
        {
            "code": f"V00{number}",
            "identifiers": [["tenant", "verzinner-1"]],
            "secret": f"token-{number}",
            "rights": ["Lezen", "BSN lezen"],
        }
        for number in (1, 2)
    ]
    asked, first, second = said["mails"]
    assert "Verzonnen kent dit token niet." in asked
    assert "Maak een nieuw token." in asked
    assert all("Verzonnen Salaris" in mail and "dinsdag 5 januari 2027" in mail for mail in (first, second))
    assert ["V001" in first, "V002" in second] == [True, True]

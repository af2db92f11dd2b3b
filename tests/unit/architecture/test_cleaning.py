"""`make clean` leaves nothing that make or Python made here."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_no_compiled_module_of_ours_is_left(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for folder in (folder for folder in ROOT.iterdir() if not folder.name.startswith(".")):
        if any(folder.rglob("*.py")):
            compiled = tmp_path / folder.name / "below" / "__pycache__" / "module.pyc"
            compiled.parent.mkdir(parents=True)
            compiled.touch()
    subprocess.run(["make", "--silent", "clean"], cwd=tmp_path, check=True)  # noqa: S607  as it is typed
    assert list(tmp_path.rglob("__pycache__")) == []

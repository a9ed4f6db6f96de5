"""Make a Python environment, and put it first on the path of the job's later steps; `pip.py` is its pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

environment = Path(os.environ["RUNNER_TEMP"]) / "python"
subprocess.run(
    [Path(sys.executable).with_name("uv"), "venv", "--quiet", "--python", sys.executable, environment], check=True
)
[packages] = environment.glob("lib/python*/site-packages")
(packages / "pip").mkdir()
(packages / "pip" / "__init__.py").touch()
shutil.copy(Path(__file__).with_name("pip.py"), packages / "pip" / "__main__.py")
with Path(os.environ["GITHUB_PATH"]).open("a", encoding="utf-8") as path:
    path.write(f"{environment / 'bin'}\n")

"""Make a Python environment, and put it first on the path of the job's later steps; `pip.py` is its pip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PIP = """\
import os, sys

os.execv({python!r}, [{python!r}, {pip!r}, sys.executable, *sys.argv[1:]])
"""

pip = str(Path(__file__).with_name("pip.py"))
environment = Path(os.environ["RUNNER_TEMP"]) / "python"
subprocess.run([sys.executable, "-m", "uv", "venv", "--quiet", environment], check=True)
[packages] = environment.glob("lib/python*/site-packages")
(packages / "pip").mkdir()
(packages / "pip" / "__init__.py").touch()
(packages / "pip" / "__main__.py").write_text(PIP.format(python=sys.executable, pip=pip), encoding="utf-8")
with Path(os.environ["GITHUB_PATH"]).open("a", encoding="utf-8") as path:
    path.write(f"{environment / 'bin'}\n")

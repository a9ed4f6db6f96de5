"""Make a Python environment, and put it first on the path of the job's later steps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

environment = Path(os.environ["RUNNER_TEMP"]) / "python"
subprocess.run([sys.executable, "-m", "uv", "venv", "--quiet", "--seed", environment], check=True)
with Path(os.environ["GITHUB_PATH"]).open("a", encoding="utf-8") as path:
    path.write(f"{environment / 'bin'}\n")

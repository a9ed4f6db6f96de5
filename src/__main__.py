"""Run a module of the package where it is not installed, as `python -m` does: `python -I src MODULE …`."""

import runpy
import sys

del sys.argv[0]
runpy.run_module(f"pyrelease.{sys.argv[0]}", run_name="__main__", alter_sys=True)

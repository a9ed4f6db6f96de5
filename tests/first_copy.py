"""Make one project in the process that `tests/copier_processes.py` forks, when this is imported there.

More than half of a copy is loading the template's package and compiling its strings. Both are kept by their content, so
a fork has them from the start; one that copies a template of other content loads and compiles that.
"""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

from tools.workshop import Workshop

with tempfile.TemporaryDirectory() as scratch:
    Workshop(Path(scratch)).make({})

gc.collect()
gc.freeze()  # a fork that looks for garbage would copy all of this memory

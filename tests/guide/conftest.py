"""What the tests of the watch over the guide share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tools import watch_guide


@pytest.fixture
def reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """The command: give it the text of a workflow, and get its exit code and the lines that it printed."""

    def run(workflow: str, *options: str) -> tuple[int, list[str]]:
        (tmp_path / "workflow.yml").write_text(workflow, encoding="utf-8")
        code = watch_guide.main([str(tmp_path / "workflow.yml"), *options])
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).splitlines()

    return run

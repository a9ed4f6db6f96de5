"""A build that compiles something is seen in its hooks and scripts, which are never run; what cannot be seen is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adoption.test_existing_package import build_system, read

HOOK = "[tool.hatch.build.targets.wheel.hooks.custom]\n"
HATCH = build_system("hatchling", backend="hatchling.build")


@pytest.mark.parametrize(
    ("files", "compiled", "unknown"),
    [
        ({"pyproject.toml": build_system("maturin", backend="own") + 'backend-path = ["."]\n', "own.py": "import maturin\n"}, True, False),
        ({"pyproject.toml": build_system(backend="own") + 'backend-path = ["."]\n', "own.py": "x = cythonize('a.pyx')\n"}, True, False),
        ({"pyproject.toml": build_system(backend="own") + 'backend-path = ["."]\n', "own.py": "from setuptools import *\n"}, False, False),
        ({"pyproject.toml": HATCH + HOOK, "hatch_build.py": "build_data['infer_tag'] = True\n"}, True, False),
        ({"pyproject.toml": HATCH + HOOK, "hatch_build.py": "build_data['pure_python'] = False\n"}, True, False),
        ({"pyproject.toml": HATCH + HOOK, "hatch_build.py": "open('version.txt', 'w')\n"}, False, False),
        ({"pyproject.toml": HATCH + HOOK, "hatch_build.py": "subprocess.run(['npm', 'ci'])\n"}, False, True),
        ({"pyproject.toml": HATCH + HOOK}, False, True),
        ({"pyproject.toml": HATCH + HOOK + 'path = "hooks.py"\n', "hooks.py": "infer_tag = True\n"}, True, False),
        ({"pyproject.toml": HATCH + "[tool.hatch.build.targets.wheel.hooks.mypyc]\n"}, True, False),
        ({"pyproject.toml": HATCH + "[tool.hatch.build.hooks.cython]\n"}, True, False),
        ({"pyproject.toml": HATCH, "hatch.toml": "[build.targets.wheel.hooks.mypyc]\n"}, True, False),
        ({"pyproject.toml": '[tool.poetry]\nname = "x"\nbuild = "build.py"\n', "build.py": "Extension('a', ['a.c'])\n"}, True, False),
        ({"pyproject.toml": '[tool.poetry.build]\nscript = "b.py"\n', "b.py": "ext_modules = cythonize('a.pyx')\n"}, True, False),
        ({"pyproject.toml": '[tool.poetry.build]\nscript = "b.py"\n', "b.py": "print(1)\n"}, False, True),
        ({"pyproject.toml": '[tool.poetry.build]\nscript = "../b.py"\n'}, False, True),
        ({"pyproject.toml": build_system(backend="pdm.backend") + "[tool.pdm.build]\nrun-setuptools = true\n"}, True, False),
        ({"pyproject.toml": build_system("setuptools", "mypy")}, True, False),
    ],
)  # fmt: skip
def test_hooks_and_scripts_of_a_build_compile_or_are_asked(
    tmp_path: Path, files: dict[str, str], compiled: bool, unknown: bool
) -> None:
    found = read(tmp_path, files)
    assert (found.is_compiled, found.may_be_compiled) == (compiled, unknown)

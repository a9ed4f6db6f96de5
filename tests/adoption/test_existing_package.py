"""A package that exists already is understood from its files, which are never run; what is unknown stays empty."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pyrelease.found.package import FoundPackage, read_package

NOTHING_KNOWN = FoundPackage("", "", "", "setuptools", "static", "", "", is_compiled=False)

DYNAMIC = '[project]\nname = "demo"\ndynamic = ["version"]\n'


def read(folder: Path, files: Mapping[str, str | bytes]) -> FoundPackage:
    """Write files, and return the record of the package that they make."""
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    found = read_package(folder)
    assert found.exists
    return found


def build_system(*requires: str, backend: str = "setuptools.build_meta") -> str:
    """Return the table [build-system]."""
    return f'[build-system]\nbuild-backend = "{backend}"\nrequires = {list(requires)}\n'


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"pyproject.toml": "[tool.ruff]\n", "setup.cfg": "[flake8]\n", "README.md": "# Notes\n"},
        {"pyproject.toml": 'project = "a text"\nbuild-system = 3\ntool = []\n'},
        {"pyproject.toml": "[project\n", "setup.cfg": "no section\n"},
    ],
)
def test_a_folder_without_a_package_has_no_record(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert not read_package(tmp_path).exists
    assert not read_package(tmp_path / "not" / "there").exists


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "setup.py", "hatch.toml"])
def test_a_directory_in_place_of_a_file_is_no_package(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert not read_package(tmp_path).exists


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.py", ""),
        ("setup.cfg", "[metadata]\nversion = 1\n"),
        ("pyproject.toml", '[build-system]\nrequires = ["setuptools"]\n'),
        ("pyproject.toml", '[project]\nversion = "1"\n'),
        ("pyproject.toml", '[tool.poetry]\nversion = "1"\n'),
    ],
)
def test_each_way_to_describe_a_package_makes_one(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_package(tmp_path) == NOTHING_KNOWN


SOURCES = {
    "pyproject.toml": '[project]\nname = "Project"\ndescription = "From project"\nrequires-python = ">=3.12"\n',
    "setup.cfg": "[metadata]\nname = Cfg\ndescription = From cfg\n[options]\npython_requires = >=3.10\n",
    "setup.py": 'from setuptools import setup\nsetup(name="Py", description="From py", python_requires=">=3.9")\n',
}
POETRY = '[tool.poetry]\nname = "Poetry"\ndescription = "From poetry"\n[tool.poetry.dependencies]\npython = "^3.11"\n'


@pytest.mark.parametrize(
    ("files", "facts"),
    [
        (SOURCES, ("Project", "From project", "3.12")),
        ({**SOURCES, "pyproject.toml": SOURCES["pyproject.toml"] + POETRY}, ("Project", "From project", "3.12")),
        ({**SOURCES, "pyproject.toml": POETRY}, ("Poetry", "From poetry", "3.11")),
        ({**SOURCES, "pyproject.toml": '[project]\nname = "Project"\n' + POETRY}, ("Project", "From poetry", "3.11")),
        ({**SOURCES, "pyproject.toml": "broken"}, ("Cfg", "From cfg", "3.10")),
        ({"setup.py": SOURCES["setup.py"]}, ("Py", "From py", "3.9")),
        ({**SOURCES, "pyproject.toml": "", "setup.cfg": "[metadata]\nname = Cfg\n"}, ("Cfg", "From py", "3.9")),
    ],
)
def test_the_file_that_counts_most_wins(tmp_path: Path, files: dict[str, str], facts: tuple[str, str, str]) -> None:
    found = read(tmp_path, files)
    assert (found.name, found.description, found.python_min) == facts


def test_a_description_is_one_line(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\ndescription = """\n  Two\n\tlines   of it\n"""\n'
    assert read(tmp_path, {"pyproject.toml": text}).description == "Two lines of it"


def test_setup_cfg_is_read_as_setuptools_does(tmp_path: Path) -> None:
    text = "[metadata]\ndescription = 100 % pure %(x)s\n[options]\npython-requires = >=3.9\n"
    found = read(tmp_path, {"setup.cfg": text})
    assert (found.description, found.python_min) == ("100 % pure %(x)s", "3.9")


@pytest.mark.parametrize(
    ("floor", "requirements"),
    [
        ("3.8", [">=3.8", ">=3.8,<4", ">=3.8,!=3.9.*", ">=3.8 <4.0", "^3.9 | ^3.8.1"]),
        ("3.9", ["~=3.9", "~=3.9.2", "^3.9", "~3.9", "3.9", "3.9.*"]),
        ("3.10", ["<4,>=3.10", ">= 3.10.2", ">=3.8,>=3.10"]),
        ("3.12", ["==3.12.*", "==3.12.1"]),
        ("3.7", [">3.7"]),  # 3.7.1 is newer than 3.7
        ("2.7", [">=2.7, !=3.0.*, !=3.1.*", "~2.7 || ^3.6"]),
        ("3.6", [">=3.6.*"]),
        ("3.0", [">=3", "^3"]),
        ("", ["<4", "<=3.12", "!=3.9.*", "*", "any", ""]),
        ("9999.0", [f">={'9' * 5000}"]),
    ],
)
def test_the_floor_is_read_from_what_the_package_requires(tmp_path: Path, floor: str, requirements: list[str]) -> None:
    for requirement in requirements:
        found = read(tmp_path, {"pyproject.toml": f'[project]\nname = "x"\nrequires-python = "{requirement}"\n'})
        assert found.python_min == floor, requirement


@pytest.mark.parametrize(
    ("distribution", "backends"),
    [
        ("hatchling", ["hatchling.build"]),
        ("setuptools", ["setuptools.build_meta", "setuptools.build_meta:__legacy__"]),
        ("flit-core", ["flit_core.buildapi"]),
        ("poetry-core", ["poetry.core.masonry.api", "poetry.masonry.api"]),
        ("pdm-backend", ["pdm.backend"]),
        ("uv-build", ["uv_build"]),
        ("scikit-build-core", ["scikit_build_core.build"]),
        ("meson-python", ["mesonpy"]),
        ("maturin", ["maturin", "maturin:hooks"]),
        ("other", ["pdm.pep517.api", "flit.buildapi", "sipbuild.api", "setuptools_wrapper", ""]),
    ],
)
def test_the_backend_is_known_by_its_distribution(tmp_path: Path, distribution: str, backends: list[str]) -> None:
    for backend in backends:
        assert read(tmp_path, {"pyproject.toml": build_system(backend=backend)}).build_backend == distribution


def test_no_backend_means_setuptools(tmp_path: Path) -> None:
    for text in (DYNAMIC, '[build-system]\nrequires = ["setuptools"]\n', POETRY):
        assert read(tmp_path, {"pyproject.toml": text}).build_backend == "setuptools"


COMPILERS = ("Cython>=3", "pybind11", "nanobind", "cffi", "setuptools_rust", "scikit-build")
MODULES = "setup(name='x', ext_modules=[Extension('x', ['x.c'])])\n"


@pytest.mark.parametrize(
    "files",
    [
        *({"pyproject.toml": build_system(backend=name)} for name in ("maturin", "mesonpy", "scikit_build_core.build")),
        *({"pyproject.toml": build_system("setuptools", name)} for name in COMPILERS),
        {"pyproject.toml": build_system() + "[[tool.setuptools.ext-modules]]\nname = 'x'\n"},
        {"setup.py": MODULES},
        {"setup.py": "modules = [Pybind11Extension('x', ['x.cpp'])]\nsetup(**known)\n"},
        {"setup.py": "from Cython.Build import cythonize\nsetup(**known)\n"},
        {"setup.py": MODULES, "pyproject.toml": build_system(backend="own_backend")},
    ],
)
def test_a_package_that_compiles_something_is_compiled(tmp_path: Path, files: dict[str, str]) -> None:
    assert read(tmp_path, files).is_compiled


@pytest.mark.parametrize(
    "text", ["# no cythonize, no ext_modules\nsetup()\n", "setup()  # no Extension() yet\n", MODULES]
)
def test_a_package_that_compiles_nothing_is_pure(tmp_path: Path, text: str) -> None:
    backend = "hatchling.build" if text == MODULES else "setuptools.build_meta"
    assert not read(tmp_path, {"setup.py": text, "pyproject.toml": build_system("wheel", backend=backend)}).is_compiled


HATCH_VCS = DYNAMIC + '[tool.hatch.version]\nsource = "vcs"\n'
SCM = DYNAMIC + "[tool.setuptools_scm]\n"
PROVIDER = '[tool.scikit-build]\nmetadata.version.provider = "scikit_build_core.metadata.setuptools_scm"\n'
VERSION_TOOLS = (
    "poetry-dynamic-versioning",
    "versioningit",
    "versioneer[toml]",
    "setuptools-git-versioning<3",
    "dunamai",
)
PROVIDERS = '[[tool.dynamic-metadata]]\nprovider = "scikit_build_core.metadata.setuptools_scm"\n'


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": build_system("setuptools", "setuptools_scm[toml]>=8") + SCM},
        {"pyproject.toml": build_system("setuptools", "setuptools-scm[simple]>=9.2") + DYNAMIC},
        {"pyproject.toml": build_system("hatchling", "hatch-vcs", backend="hatchling.build") + HATCH_VCS},
        {"pyproject.toml": build_system("hatch-vcs") + DYNAMIC, "hatch.toml": '[version]\nsource = "vcs"\n'},
        {"pyproject.toml": build_system("setuptools-scm", backend="scikit_build_core.build") + DYNAMIC + PROVIDER},
        {"pyproject.toml": build_system("setuptools-scm", backend="scikit_build_core.build") + DYNAMIC + PROVIDERS},
        {"setup.py": "setup(use_scm_version=options(), setup_requires=('setuptools_scm',))"},
        {"setup.py": "setup(use_scm_version={})", "setup.cfg": "[options]\nsetup_requires =\n  setuptools_scm\n"},
        {"setup.py": "setup(use_scm_version={})", "pyproject.toml": build_system("setuptools", "setuptools-scm>=6")},
    ],
)
def test_a_version_by_setuptools_scm_is_known(tmp_path: Path, files: dict[str, str]) -> None:
    assert read(tmp_path, files).version_source == "setuptools-scm"


@pytest.mark.parametrize(
    ("source", "requirements"),
    [
        ("setuptools-scm", ["", ">=8", "<11", "~=9.2", "==9.*", "==9.2.0", "==10.3.4", ">9.2.2", ">=8,!=9.2.0"]),
        ("setuptools-scm", [">=8,<10", ">=10.1,<10.2", " @ git+https://github.com/pypa/setuptools-scm"]),
        ("other-vcs", ["<9", "<9.2", "~=8.0", "==7.1.0", "==8.*", "===8.1.0", "===odd", ">=6,!=7.0,<8"]),
    ],
)
def test_a_cap_decides_whether_setuptools_scm_takes_a_number(
    tmp_path: Path, source: str, requirements: list[str]
) -> None:
    for requirement in requirements:
        scm = build_system("setuptools", f"setuptools-scm{requirement}") + SCM
        assert read(tmp_path, {"pyproject.toml": scm}).version_source == source, requirement
        hatch = build_system("hatch-vcs", f"setuptools_scm{requirement}", backend="hatchling.build") + HATCH_VCS
        assert read(tmp_path, {"pyproject.toml": hatch}).version_source == source, requirement


def test_a_cap_for_another_python_is_none(tmp_path: Path) -> None:
    old, new = "setuptools-scm<8; python_version < '3.7'", "setuptools-scm>=8; python_version >= '3.7'"
    assert read(tmp_path, {"pyproject.toml": build_system(old, new) + SCM}).version_source == "setuptools-scm"


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": build_system(backend="pdm.backend") + '[tool.pdm.version]\nsource = "scm"\n'},
        *({"pyproject.toml": build_system("setuptools", name) + DYNAMIC} for name in VERSION_TOOLS),
        {"pyproject.toml": POETRY + "[tool.poetry-dynamic-versioning]\nenable = true\n"},
        {"pyproject.toml": build_system("setuptools") + "[tool.versioneer]\nVCS = 'git'\n"},
        {"setup.py": "setup(version=versioneer.get_version())", "setup.cfg": "[versioneer]\nVCS = git\n"},
        {"pyproject.toml": build_system("flit_scm", backend="flit_scm:buildapi") + SCM},
        {"setup.py": "setup(setup_requires=['pbr'], pbr=True)"},
    ],
)
def test_a_version_by_another_tool_from_the_repository_is_known(tmp_path: Path, files: dict[str, str]) -> None:
    assert read(tmp_path, files).version_source == "other-vcs"


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": build_system("setuptools-scm") + '[project]\nversion = "1"\n[tool.setuptools_scm]\n'},
        {"pyproject.toml": build_system("setuptools-scm") + DYNAMIC},  # only to find the files
        {"pyproject.toml": build_system("setuptools") + SCM},  # nothing reads these settings
        {"pyproject.toml": build_system("hatch-vcs", backend="hatchling.build") + DYNAMIC},
        {"pyproject.toml": build_system("hatch-vcs") + '[tool.hatch.version]\nsource = "regex"\n'},
        {"pyproject.toml": build_system("hatch-regex-commit") + '[tool.hatch.version]\nsource = "regex_commit"\n'},
        {"pyproject.toml": build_system() + '[tool.setuptools.dynamic]\nversion = {attr = "x.__version__"}\n'},
        {"pyproject.toml": build_system(backend="pdm.backend") + '[tool.pdm.version]\nsource = "file"\n'},
        {"pyproject.toml": POETRY + "[tool.poetry-dynamic-versioning]\nenable = false\n"},
        {"setup.cfg": "[metadata]\nversion = attr: x.__version__\n", "setup.py": "setup(version='1')"},
    ],
)
def test_every_other_version_is_static(tmp_path: Path, files: dict[str, str]) -> None:
    assert read(tmp_path, files).version_source == "static"


EXTRA = "[project.optional-dependencies]\n"


@pytest.mark.parametrize(
    ("groups", "name"),
    [
        *((f"test = {items}", "test") for items in (["pytest"], ["PyTest>=8"], ["pytest-cov"])),
        *((f"test = {items}", "") for items in (["coverage"], ["xpytest", "pytestarch"], [3, [], "no requirement!"])),
        ('dev = ["pytest"]\ntesting = ["pytest>=8"]', "testing"),
        ('dev = ["pytest"]\ntests = ["coverage"]', "dev"),
        ('qa = ["pytest"]\ndev = ["ruff"]', "qa"),
        ('Tests = ["PyTest"]', "Tests"),
        ('unit_tests = ["pytest"]\ntest = [{include-group = "unit-tests"}]', "test"),
        ('test = [{include-group = "a"}]\na = [{include-group = "b"}]\nb = ["pytest"]', "test"),
        ('test = [{include-group = "dev"}]\ndev = [{include-group = "test"}]', ""),
        ("test = [\"pytest; sys_platform == 'none'\"]", ""),
        ('"; rm -rf /" = ["pytest"]', ""),
        ('test = [{}, {include-group = 3}, {include-group = "none"}]', ""),
        ('test = 3\ndev = "pytest"', ""),
    ],
)
def test_the_group_that_brings_pytest_is_found(tmp_path: Path, groups: str, name: str) -> None:
    (tmp_path / "tests").mkdir()
    found = read(tmp_path, {"pyproject.toml": f"{DYNAMIC}[dependency-groups]\n{groups}\n"})
    assert (found.test_group, found.test_extra) == (name, "")


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pyproject.toml": DYNAMIC + EXTRA + 'dev = ["pytest"]\ntest = ["pytest"]\n'}, "test"),
        ({"pyproject.toml": DYNAMIC + EXTRA + 'qa = ["pytest"]\n'}, ""),
        ({"pyproject.toml": DYNAMIC + EXTRA + 'test = ["coverage"]\n'}, ""),
        ({"pyproject.toml": POETRY + '[tool.poetry.extras]\ntests = ["pytest"]\n'}, "tests"),
        ({"setup.cfg": "[metadata]\nname = x\n[options.extras_require]\ntests =\n  coverage\n  pytest\n"}, "tests"),
        ({"setup.py": "setup(extras_require={'dev': ['pytest'], 3: 'pytest'})"}, "dev"),
        ({"setup.py": "setup(extras_require={'dev': PYTEST})"}, ""),
    ],
)
def test_the_extra_that_brings_pytest_is_found(tmp_path: Path, files: dict[str, str], name: str) -> None:
    (tmp_path / "test").mkdir()
    found = read(tmp_path, files)
    assert (found.test_group, found.test_extra) == ("", name)


@pytest.mark.parametrize(("file", "group"), [("test_demo.py", "dev"), ("tests", ""), ("conftest.py", "")])
def test_a_group_goes_before_an_extra_and_neither_counts_without_tests(tmp_path: Path, file: str, group: str) -> None:
    (tmp_path / file).touch()
    text = DYNAMIC + EXTRA + 'test = ["pytest"]\n[dependency-groups]\ndev = ["pytest"]\n'
    found = read(tmp_path, {"pyproject.toml": text})
    assert (found.test_group, found.test_extra) == (group, "")


def test_a_long_chain_of_groups_is_followed(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    chain = "".join(f'g{number} = [{{include-group = "g{number + 1}"}}]\n' for number in range(2000))
    text = f'{DYNAMIC}[dependency-groups]\ntest = [{{include-group = "g0"}}]\n{chain}g2000 = ["pytest"]\n'
    assert read(tmp_path, {"pyproject.toml": text}).test_group == "test"


def test_setup_py_is_never_run(tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    source = f"open({str(marker)!r}, 'w')\nsetup(name=open({str(marker)!r}, 'w').name, description='Known')\n"
    found = read(tmp_path, {"setup.py": source})
    assert (found.name, found.description) == ("", "Known")
    assert not marker.exists()


def test_the_outermost_call_of_setup_counts(tmp_path: Path) -> None:
    source = "def other():\n    setup(name='inner')\nsetuptools.setup(name='outer')\n"
    assert read(tmp_path, {"setup.py": source}).name == "outer"


def test_warnings_about_the_code_are_not_shown(tmp_path: Path) -> None:
    with warnings.catch_warnings(action="error"):
        assert read(tmp_path, {"setup.py": r"setup(name='demo', description='\d')"}).name == "demo"


@pytest.mark.parametrize(
    "source",
    [
        b"setup(",
        b"print 'Python 2'\nsetup(name='x')\n",
        b"\xff\xfe\x00",
        b"# coding: unknown\nsetup(name='x')\n",
        b"setup(name='x')\x00",
        *(b"setup(name=" + part * 20_000 + b"1)" for part in (b"(", b"-", b"1+")),
        b"setup(name={[]: 1}, description=3, python_requires=['>=3.9'], extras_require=[], setup_requires=3)",
        b"setup(*these, **those)",
    ],
)
def test_a_setup_py_that_cannot_be_read_is_unknown(tmp_path: Path, source: bytes) -> None:
    (tmp_path / "tests").mkdir()
    assert read(tmp_path, {"setup.py": source}) == NOTHING_KNOWN


@pytest.mark.parametrize(
    "text",
    [
        b"[project]\nname = 3\ndescription = []\nrequires-python = 3.9\noptional-dependencies = 'test'\nversion = {}\n",
        b"[project]\nversion = 1\noptional-dependencies = {test = 3, dev = {}}\n",
        b"dependency-groups = 3\n[build-system]\nrequires = 3\n",
        b"[build-system]\nrequires = [3, {}, '!', 'pytest; python_version ~= \"3\"', 'x; ((((']\n",
        b"tool = {poetry = {name = 3, dependencies = 3, extras = 3}}\n",
        b"[project]\nname = ''\n[tool]\nhatch = 3\npdm = 3\nscikit-build = 3\nsetuptools = 3\npoetry-dynamic-versioning = 3\n",
        b"[project]\nname = ' '\n[tool]\npdm = {version = 3}\nhatch = {version = 3}\ndynamic-metadata = 3\n",
    ],
)
def test_values_of_wrong_types_are_unknown(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "tests").mkdir()
    assert read(tmp_path, {"pyproject.toml": text}) == NOTHING_KNOWN


@pytest.mark.parametrize("text", [b"\xff", b"[a\n", b"a = " + b"[" * 100_000, b"a = " + b"9" * 5000, b"[a]\n[a]\n\x00"])
@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "hatch.toml"])
def test_a_broken_file_says_nothing(tmp_path: Path, name: str, text: bytes) -> None:
    (tmp_path / name).write_bytes(text)
    assert read(tmp_path, {"setup.py": "setup(name='demo')"}) == replace(NOTHING_KNOWN, name="demo")

"""What a command does, as the kernel sees it: the programs, files and addresses of it and of all that it starts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OPENING = "open|openat|openat2|creat"

CHANGING = (
    "rename(at2?)?|unlink(at)?|rmdir|mkdir(at)?|mknod(at)?|link(at)?|symlink(at)?|truncate|f?chmod(at2?)?"
    "|[fl]?chown(at)?|utimes?|utimensat|futimesat|[fl]?(set|remove)xattr"
)

# How strace prints them: a folder's descriptor with its path, and a path as in C.
CALL = re.compile(r"(?P<process>\d+) +(?P<name>\w+)\((?P<arguments>.*)")
FOLDER = re.compile(r"AT_FDCWD<(.*?)>")
PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)<(?P<folder>[^"]*?)>, )?"(?P<path>(?:[^"\\]|\\.)*)"')
DESCRIPTOR = re.compile(r"\d+<(.*?)>[,)]")
ADDRESS = re.compile(r'(?:AF|PF)_(?!UNIX|UNSPEC)\w+|(?<=sun_path=)@?"[^"]*"')


@dataclass(frozen=True)
class Trace:
    """What was executed, opened for reading, changed (written, made, renamed, removed, given other rights), and reached.

    Programs and files are absolute paths, tried in vain or not. `reached` has the families of sockets, but for unix
    sockets, whose quoted paths it has.
    """

    programs: frozenset[Path]
    read: frozenset[Path]
    changed: frozenset[Path]
    reached: frozenset[str]

    def changed_outside(self, *folders: Path) -> set[Path]:
        """Return what was changed that is not in one of these folders; `/dev/null` holds nothing."""
        return {path for path in self.changed if not in_one_of(path, folders)} - {Path(os.devnull)}


def in_one_of(path: Path, folders: tuple[Path, ...]) -> bool:
    """Say whether a path is one of these folders, or in one."""
    return any(path.is_relative_to(folder) for folder in folders)


def paths(arguments: str, here: str) -> Iterator[Path]:
    """Return the paths that a call names; relative ones start in the folder that it names, or `here`."""
    for found in PATH.finditer(arguments):
        name = found["path"].encode().decode("unicode_escape").encode("latin-1").decode(errors="replace")
        yield Path(os.path.normpath(Path(found["folder"] or here, name)))


def read_trace(text: str) -> Trace:
    """Return what strace's lines say; a process's folder is the one that it named last, or changed to."""
    programs, read, changed, reached = set[Path](), set[Path](), set[Path](), set[str]()
    folders: dict[str, str] = {}
    for call in filter(None, map(CALL.match, text.splitlines())):
        process, name, arguments = call.group("process", "name", "arguments")
        if current := FOLDER.search(arguments):
            folders[process] = current[1]
        named = list(paths(arguments, folders.get(process, "unknown")))
        if name in {"chdir", "fchdir"}:
            folders[process] = str(named[0]) if named else DESCRIPTOR.findall(arguments)[0]
        elif name.startswith("exec"):
            programs.add(named[0])
        elif re.fullmatch(OPENING, name):
            (changed if re.search("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", arguments) or name == "creat" else read).add(
                named[0]
            )
        elif re.fullmatch(CHANGING, name):
            # What a link points to stays as it is; a call without a path has a descriptor.
            changed.update(named[1:] if re.fullmatch("(sym)?link(at)?", name) else named)
            changed.update(map(Path, [] if named else DESCRIPTOR.findall(arguments)[:1]))
        else:
            reached.update(ADDRESS.findall(arguments))
    return Trace(frozenset(programs), frozenset(read), frozenset(changed), frozenset(reached))


def fetched_strace(folder: Path) -> list[str]:
    """Return the command of the distribution's strace, fetched with the libraries that are missing, and not installed."""
    for name in ("lists/partial", "cache/archives/partial", "strace"):
        (folder / name).mkdir(parents=True)
    places = [f"Dir::State::lists={folder}/lists", f"Dir::Cache={folder}/cache"]
    options = [f"-o{option}" for option in (*places, "Debug::NoLocking=true", "APT::Sandbox::User=")]
    for command in ("update", "install --yes --reinstall --download-only strace"):
        subprocess.run(["apt-get", "-qq", *options, *command.split()], check=True, capture_output=True)
    for package in (folder / "cache" / "archives").glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder / "strace"], check=True)
    libraries = ":".join({str(library.parent) for library in (folder / "strace").rglob("*.so*")})
    # With -E the traced program does not get the variable.
    return ["env", f"LD_LIBRARY_PATH={libraries}", str(folder / "strace/usr/bin/strace"), "-E", "LD_LIBRARY_PATH"]


def strace(folder: Path) -> list[str]:
    """Return the command of strace, which is fetched into a folder if it is not installed; fail if it cannot trace."""
    try:
        command = ["strace"] if shutil.which("strace") else fetched_strace(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        raise AssertionError(
            f"install strace: it is not on the PATH, and apt-get has not brought it ({error})"
        ) from error
    tried = subprocess.run([*command, "-f", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, (
        f"allow ptrace here, in a container with --cap-add=SYS_PTRACE: strace cannot trace a program: {tried.stderr}"
    )
    return command


def traced(strace: list[str], command: list[str | Path], folder: Path, env: Mapping[str, str], record: Path) -> Trace:
    """Run a command in a folder under strace, whose record goes to a file of its own; fail if the command fails."""
    watched = f"trace=/^({OPENING}|{CHANGING}|execve(at)?|chdir|fchdir)$,%network"
    options: list[str | Path] = ["-f", "-y", "--seccomp-bpf", "-e", watched, "-o", record]
    done = subprocess.run(
        [*strace, *options, "--", *command],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return read_trace(record.read_text(encoding="utf-8"))

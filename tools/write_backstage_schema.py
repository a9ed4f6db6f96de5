"""Take from Backstage's npm packages what a template of its must look like, for the test of docs/backstage.md.

python -m tools.write_backstage_schema
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tools.repository import ROOT

FILE = ROOT / "tests" / "repository" / "backstage.json"

MODULES = {
    "@backstage/plugin-scaffolder-common": ["dist/Template.v1beta3.schema.json.cjs.js"],
    "@backstage/catalog-model": [
        "dist/schema/Entity.schema.json.cjs.js",
        "dist/schema/EntityMeta.schema.json.cjs.js",
        "dist/schema/shared/common.schema.json.cjs.js",
    ],
}
"""The modules that say it, by their package."""

LICENCE = (
    "The Backstage Authors, Apache License 2.0, whose text is includes/licenses/Apache-2.0.txt. Changed: descriptions and"
    " examples are left out"
)


def without_words(value: Any) -> Any:
    """Return a schema without what checks nothing; a property may be called like a keyword."""
    if isinstance(value, list):
        return [without_words(part) for part in value]
    if not isinstance(value, dict):
        return value
    kept = {key: part for key, part in value.items() if not (key in ("description", "examples") and is_words(part))}
    return {key: without_words(part) for key, part in kept.items()}


def is_words(part: Any) -> bool:
    """Say whether a part is a text, or a list of examples."""
    return isinstance(part, str | list)


def schemas_of(package: str, folder: Path) -> tuple[str, list[Any]]:
    """Fetch a package into a folder, and return its version and its schemas."""
    packed = subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
    with tarfile.open(folder / packed.stdout.decode().strip()) as archive:
        archive.extractall(folder, filter="data")
    version = json.loads((folder / "package" / "package.json").read_text(encoding="utf-8"))["version"]
    found = []
    for module in MODULES[package]:
        script = f"const found = require('./package/{module}'); console.log(JSON.stringify(found.default ?? found))"
        shown = subprocess.run(["node", "--eval", script], cwd=folder, check=True, capture_output=True)
        found.append(without_words(json.loads(shown.stdout)))
    return f"{package} {version}", found


def main() -> None:
    """Fetch the packages, and write what is kept of them."""
    origins, schemas = [], []
    for package in MODULES:
        with tempfile.TemporaryDirectory() as folder:
            origin, found = schemas_of(package, Path(folder))
        origins.append(origin)
        schemas += found
    head = json.dumps(f"{' and '.join(origins)}: {LICENCE}.")
    lines = ",\n".join(json.dumps(schema, separators=(",", ":")) for schema in schemas)
    FILE.write_text(f'{{"$comment":{head},"schemas":[\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()

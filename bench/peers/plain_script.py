"""What one would write without a tool: plain_script.py PLAIN OUT yaml|json. Checks nothing, remembers no origin."""

import sys
from pathlib import Path
from typing import Any

import yaml


def load(path: Path) -> Any:
    """The file's data."""
    return yaml.load(path.read_bytes(), yaml.CSafeLoader)


def merge(lower: Any, upper: Any) -> Any:
    """Maps merge by key, anything else replaces."""
    merged = dict(lower)
    for key, value in upper.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if type(below) is dict and type(value) is dict else value
    return merged


def write_yaml(path: Path, document: Any) -> None:
    """The document through libyaml's emitter."""
    with path.with_suffix(".yaml").open("w") as file:
        yaml.dump(document, file, yaml.CSafeDumper, sort_keys=False)


def write_json(path: Path, document: Any) -> None:
    """The document through orjson."""
    import orjson

    path.with_suffix(".json").write_bytes(orjson.dumps(document))


def main(plain: Path, out: Path, form: str) -> None:
    """Renders every document; what lies under all environments is read and merged once."""
    write = {"yaml": write_yaml, "json": write_json}[form]
    shared = load(plain / "shared.yaml")
    services = {path.stem: merge(shared, load(path)) for path in (plain / "services").iterdir()}
    for path in (plain / "environments").iterdir():
        environment = load(path)
        folder = out / path.stem
        folder.mkdir(parents=True)
        for service, lower in services.items():
            override = load(plain / "overrides" / path.stem / path.with_stem(service).name)
            write(folder / service, merge(merge(lower, environment), override))


main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])

"""dynaconf: dynaconf_load.py DYNACONF OUT; one settings object a document, YAML out."""

import sys
import warnings
from pathlib import Path

import yaml
from dynaconf import Dynaconf


def main(tree: Path, out: Path) -> None:
    """Renders every document; dynaconf writes the top-level keys in capitals, which is undone here."""
    warnings.filterwarnings("ignore", message=".*does not need `@reset`")  # it does, where maps merge
    for path in (tree / "environments").iterdir():
        folder = out / path.stem
        folder.mkdir(parents=True)
        for service in (tree / "services").iterdir():
            layers = (tree / "shared.yaml", service, path, tree / "overrides" / path.stem / service.name)
            settings = Dynaconf(
                settings_files=[str(layer) for layer in layers],
                merge_enabled=True,
                environments=False,
                core_loaders=["YAML"],
                envvar_prefix="BENCH_DYNACONF",
            )
            document = {key.lower(): plain_data(value) for key, value in settings.as_dict().items()}
            with (folder / service.name).open("w") as file:
                yaml.dump(document, file, yaml.CSafeDumper, sort_keys=False)


def plain_data(value: object) -> object:
    """Dynaconf's own containers as the standard ones, which the dumper knows."""
    if isinstance(value, dict):
        return {key: plain_data(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain_data(member) for member in value]
    return value


main(Path(sys.argv[1]), Path(sys.argv[2]))

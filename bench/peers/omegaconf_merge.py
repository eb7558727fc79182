"""OmegaConf: omegaconf_merge.py PLAIN OUT; load, merge, YAML out. What can be loaded once is loaded once."""

import sys
from pathlib import Path

from omegaconf import OmegaConf


def main(plain: Path, out: Path) -> None:
    """Renders every document."""
    shared = OmegaConf.load(plain / "shared.yaml")
    services = {path.stem: OmegaConf.load(path) for path in (plain / "services").iterdir()}
    for path in (plain / "environments").iterdir():
        environment = OmegaConf.load(path)
        folder = out / path.stem
        folder.mkdir(parents=True)
        for service, layer in services.items():
            override = OmegaConf.load(plain / "overrides" / path.stem / f"{service}.yaml")
            document = OmegaConf.merge(shared, layer, environment, override)
            (folder / f"{service}.yaml").write_text(OmegaConf.to_yaml(document, resolve=True))


main(Path(sys.argv[1]), Path(sys.argv[2]))

"""hydra: hydra_compose.py HYDRA OUT; composes config groups, YAML out."""

import sys
from pathlib import Path

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf


def main(groups: Path, out: Path) -> None:
    """Renders every document."""
    with initialize_config_dir(str(groups.resolve()), version_base="1.3"):
        for path in (groups / "environments").iterdir():
            folder = out / path.stem
            folder.mkdir(parents=True)
            for service in (groups / "services").iterdir():
                layers = ("shared=all", f"services={service.stem}", f"environments={path.stem}")
                override = f"overrides/{path.stem}={service.stem}"
                document = compose("config", overrides=[f"+{layer}" for layer in (*layers, override)])
                (folder / service.name).write_text(OmegaConf.to_yaml(document, resolve=True))


main(Path(sys.argv[1]), Path(sys.argv[2]))

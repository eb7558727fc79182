"""gojsonnet: gojsonnet_evaluate.py JSONNET OUT; one evaluation an environment, JSON out."""

import sys
from pathlib import Path

import _gojsonnet


def main(jsonnet: Path, out: Path) -> None:
    """Writes one object of service to document for every environment."""
    out.mkdir(parents=True)
    for program in jsonnet.glob("*.jsonnet"):
        (out / f"{program.stem}.json").write_text(_gojsonnet.evaluate_file(str(program)))


main(Path(sys.argv[1]), Path(sys.argv[2]))

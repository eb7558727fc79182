"""Who takes part: for each tool its command, what it needs, and how its output is read back."""

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import yaml

from bench.measure import Job
from bench.model import Tree

Renders: TypeAlias = Mapping[str, Mapping[str, Tree]]

PEERS = Path(__file__).with_name("peers")


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool and its script `peers/SCRIPT TREE OUT OPTIONS...`, which renders every document of a tree into OUT."""

    name: str
    script: str
    tree: str
    read: Callable[[Path], Renders]
    module: str | None = None
    program: str | None = None
    options: Sequence[str] = ()

    def missing(self) -> str | None:
        """What is not installed here, when something is not."""
        if self.module and not find_spec(self.module):
            return f"the module {self.module}"
        if self.program and not shutil.which(self.program):
            return f"the program {self.program}"
        return None

    def job(self, corpus: Path, out: Path) -> Job:
        """The measured command."""
        interpreter = "sh" if self.script.endswith(".sh") else sys.executable
        command = (interpreter, str(PEERS / self.script), str(corpus / self.tree), str(out), *self.options)
        return Job(self.name, command, out)


def read_files(out: Path) -> Renders:
    """One file a document, YAML or JSON: ENVIRONMENT/.../SERVICE.FORMAT."""
    renders: dict[str, dict[str, Tree]] = {}
    for path in out.rglob("*.*"):
        if path.is_file() and not path.name.startswith("."):
            environment = path.relative_to(out).parts[0]
            text = path.read_text(encoding="utf-8")
            document = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)
            renders.setdefault(environment, {})[path.stem] = document
    return renders


def read_objects(out: Path) -> Renders:
    """One JSON object of service to document an environment: ENVIRONMENT.json."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in out.glob("*.json")}


def read_streams(out: Path) -> Renders:
    """One stream of Kubernetes resources an environment: ENVIRONMENT.yaml."""
    renders = {}
    for path in out.glob("*.yaml"):
        resources = yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        renders[path.stem] = {resource["metadata"]["name"]: resource["spec"] for resource in resources}
    return renders


def read_targets(out: Path) -> Renders:
    """One folder a document: compiled/ENVIRONMENT--SERVICE/document.json."""
    renders: dict[str, dict[str, Tree]] = {}
    for path in out.glob("compiled/*/document.json"):
        environment, _, service = path.parent.name.partition("--")
        renders.setdefault(environment, {})[service] = json.loads(path.read_text(encoding="utf-8"))
    return renders


def different(renders: Renders, expected: Renders) -> list[str]:
    """The documents, by `environment/service`, that differ in a value or a type, are absent or were not asked for."""
    left, right = _texts(renders), _texts(expected)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def _texts(renders: Renders) -> dict[str, str]:
    return {
        f"{environment}/{service}": json.dumps(document, sort_keys=True)
        for environment, documents in renders.items()
        for service, document in documents.items()
    }


PLAIN_YAML = Peer("plain script, YAML", "plain_script.py", "plain", read_files, options=("yaml",))
PLAIN_JSON = Peer("plain script, JSON", "plain_script.py", "plain", read_files, module="orjson", options=("json",))
PKL = Peer("pkl, JSON", "pkl.sh", "pkl", read_files, program="pkl")
GOJSONNET = Peer("gojsonnet, JSON", "gojsonnet_evaluate.py", "jsonnet", read_objects, module="_gojsonnet")
KUSTOMIZE = Peer("kubectl kustomize, YAML", "kustomize.sh", "kustomize", read_streams, program="kubectl")
KAPITAN = Peer("kapitan, JSON", "kapitan_compile.py", "kapitan", read_targets, module="kapitan")
OTHERS = (
    PKL,
    GOJSONNET,
    KUSTOMIZE,
    KAPITAN,
    Peer("OmegaConf, YAML", "omegaconf_merge.py", "plain", read_files, module="omegaconf"),
    Peer("dynaconf, YAML", "dynaconf_load.py", "dynaconf", read_files, module="dynaconf"),
    Peer("hydra, YAML", "hydra_compose.py", "hydra", read_files, module="hydra"),
)


def lamina(*arguments: str) -> tuple[str, ...]:
    """The lamina of this Python: its console script, or the module where the package is only on the path."""
    script = Path(sys.executable).with_name("lamina")
    return (str(script), *arguments) if script.exists() else (sys.executable, "-m", "lamina", *arguments)


def lamina_render(form: str, corpus: Path, out: Path, *options: str) -> Job:
    """Everything rendered: read, merged, validated, written; with `--at HEAD` from a commit."""
    command = lamina("-C", str(corpus / "lamina"), "render", "--all", "--format", form, "-o", str(out), *options)
    name = " ".join(options)
    return Job(f"lamina, {form.upper()}" + f", {name}" * bool(name), command, out)

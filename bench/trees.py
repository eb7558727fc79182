"""The one configuration as each tool wants it on disk: a tree is its files, path and text, in a fixed order."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import yaml

from bench.model import Model, Tree, merge, schema

Files: TypeAlias = Iterator[tuple[str, str]]


def lamina(model: Model) -> Files:
    """A repository of lamina's shape: documents of one kind, what they share in `_defaults.yaml`."""
    environments = {environment: {"extends": "base"} for environment in model.environments}
    yield "lamina.yaml", to_yaml({"environments": environments})
    yield "schemas/services/v1.schema.yaml", to_yaml(schema())
    yield from _layers(
        model,
        shared="environments/base/services/_defaults.yaml",
        service="environments/base/services/{service}.yaml",
        environment="environments/{environment}/services/_defaults.yaml",
        override="environments/{environment}/services/{service}.yaml",
    )


def plain(model: Model) -> Files:
    """The same layers in folders that need no convention; OmegaConf reads them too."""
    yield from _layers(
        model,
        shared="shared.yaml",
        service="services/{service}.yaml",
        environment="environments/{environment}.yaml",
        override="overrides/{environment}/{service}.yaml",
    )


def dynaconf(model: Model) -> Files:
    """The same layers, but a list that replaces another says so: dynaconf joins the lists of maps that it merges."""
    for path, text in plain(model):
        is_override = path.startswith("overrides/")
        yield path, to_yaml(_replacing(yaml.load(text, yaml.CSafeLoader))) if is_override else text


def hydra(model: Model) -> Files:
    """The same layers as hydra's config groups."""
    yield "config.yaml", "defaults:\n  - _self_\n"
    layers = _layers(
        model,
        shared="shared/all.yaml",
        service="services/{service}.yaml",
        environment="environments/{environment}.yaml",
        override="overrides/{environment}/{service}.yaml",
    )
    for path, text in layers:
        yield path, f"# @package _global_\n{text}"


def jsonnet(model: Model) -> Files:
    """One jsonnet program an environment, importing a library a layer; `+:` merges maps."""
    yield "shared.libsonnet", to_jsonnet(model.shared())
    for service in model.services:
        yield f"services/{service}.libsonnet", to_jsonnet(model.service(service))
    for environment in model.environments:
        yield f"environments/{environment}.libsonnet", to_jsonnet(model.environment(environment))
        for service in model.services:
            yield f"overrides/{environment}/{service}.libsonnet", to_jsonnet(model.override(environment, service))
        sums = (
            f"  '{service}': shared + (import 'services/{service}.libsonnet')"
            f" + environment + (import 'overrides/{environment}/{service}.libsonnet'),\n"
            for service in model.services
        )
        imports = f"shared = import 'shared.libsonnet', environment = import 'environments/{environment}.libsonnet'"
        yield f"{environment}.jsonnet", f"local {imports};\n{{\n{''.join(sums)}}}\n"


def kustomize(model: Model) -> Files:
    """Resources and a patch for each; a resource has no layer under it, so the two lower layers are merged here."""
    yield "base/kustomization.yaml", to_yaml({"resources": [f"{service}.yaml" for service in model.services]})
    for service in model.services:
        yield f"base/{service}.yaml", _resource(service, merge(model.shared(), model.service(service)))
    for environment in model.environments:
        patches = [{"path": f"{service}.yaml"} for service in model.services]
        kustomization = to_yaml({"resources": ["../../base"], "patches": patches})
        yield f"overlays/{environment}/kustomization.yaml", kustomization
        for service in model.services:
            patch = merge(model.environment(environment), model.override(environment, service))
            yield f"overlays/{environment}/{service}.yaml", _resource(service, patch)


def pkl(model: Model) -> Files:
    """Modules that amend the next lower; a module amends only one other, so the two upper layers are merged here."""
    top: Tree = {key: {} for key in model.service(model.services[0])}
    shared = (f"{key}: Dynamic = {to_pkl(value)}" for key, value in merge(top, model.shared()).items())
    yield "Shared.pkl", "open module Shared\n" + "\n".join(shared) + "\n"
    for service in model.services:
        yield f"services/{service}.pkl", f'amends "../Shared.pkl"\n{_pkl_members(model.service(service))}\n'
    for environment, service in model.pairs():
        patch = merge(model.environment(environment), model.override(environment, service))
        text = f'amends "../../services/{service}.pkl"\n{_pkl_members(patch)}\n'
        yield f"overrides/{environment}/{service}.pkl", text


def kapitan(model: Model) -> Files:
    """A target a document, of four classes; a list that replaces another says so, since kapitan joins them."""
    yield "components/document/__init__.py", _KADET
    layers = _layers(
        model,
        shared="shared",
        service="services/{service}",
        environment="environments/{environment}",
        override="overrides/{environment}/{service}",
    )
    for name, text in layers:
        layer = yaml.load(text, yaml.CSafeLoader)
        is_override = name.startswith("overrides/")
        yield f"inventory/classes/{name}.yml", to_yaml({"parameters": _overriding(layer) if is_override else layer})
    compiled = {
        "output_path": ".",
        "input_type": "kadet",
        "output_type": "json",
        "input_paths": ["components/document"],
    }
    for environment, service in model.pairs():
        target = f"{environment}--{service}"
        classes = ["shared", f"services.{service}", f"environments.{environment}", f"overrides.{environment}.{service}"]
        own = {"vars": {"target": target}, "compile": [compiled]}
        parameters = {"target_name": target, "kapitan": own}
        yield f"inventory/targets/{target}.yml", to_yaml({"classes": classes, "parameters": parameters})


def documents(model: Model) -> Files:
    """The rendered documents, as a validator of files wants them, with their schema."""
    yield "schema.json", json.dumps(schema())
    for environment, service in model.pairs():
        document = model.document(environment, service)
        yield f"yaml/{environment}/{service}.yaml", to_yaml(document)
        yield f"json/{environment}/{service}.json", json.dumps(document)


TREES: Mapping[str, Callable[[Model], Files]] = {
    "lamina": lamina,
    "plain": plain,
    "dynaconf": dynaconf,
    "hydra": hydra,
    "jsonnet": jsonnet,
    "kustomize": kustomize,
    "pkl": pkl,
    "kapitan": kapitan,
    "documents": documents,
}


def to_yaml(tree: Tree) -> str:
    """Block style, keys in their order, no folded lines."""
    return yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False, width=1000)


def to_jsonnet(value: Any, indent: str = "\n") -> str:
    """A jsonnet object whose maps merge with what lies below."""
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = f"{indent}  "
    members = (
        f"{inner}{json.dumps(key)}{'+' if isinstance(member, dict) else ''}: {to_jsonnet(member, inner)},"
        for key, member in value.items()
    )
    return f"{{{''.join(members)}{indent}}}"


def to_pkl(value: Any) -> str:
    """A pkl expression; maps are objects that another module can amend."""
    if isinstance(value, dict):
        return f"new Dynamic {{\n{_pkl_members(value)}\n}}"
    if isinstance(value, list):
        return f"List({', '.join(map(to_pkl, value))})"
    return json.dumps(value)


def _pkl_members(tree: Tree) -> str:
    return "\n".join(
        f"`{key}` {{\n{_pkl_members(value)}\n}}" if isinstance(value, dict) else f"`{key}` = {to_pkl(value)}"
        for key, value in tree.items()
    )


def _replacing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _replacing(member) for key, member in value.items()}
    return f"@reset {json.dumps(value)}" if isinstance(value, list) else value


def _overriding(value: Any) -> Any:
    """Keys of lists as kapitan wants them where the list replaces the one below."""
    if not isinstance(value, dict):
        return value
    return {f"~{key}" if isinstance(member, list) else key: _overriding(member) for key, member in value.items()}


def _layers(model: Model, *, shared: str, service: str, environment: str, override: str) -> Files:
    yield shared, to_yaml(model.shared())
    for name in model.services:
        yield service.format(service=name), to_yaml(model.service(name))
    for name in model.environments:
        yield environment.format(environment=name), to_yaml(model.environment(name))
    for place, name in model.pairs():
        yield override.format(environment=place, service=name), to_yaml(model.override(place, name))


def _resource(service: str, spec: Tree) -> str:
    head = {"apiVersion": "bench.example.com/v1", "kind": "Service", "metadata": {"name": service}}
    return to_yaml({**head, "spec": spec})


_KADET = """\
from kapitan.inputs.kadet import BaseObj, inventory

OWN = ("kapitan", "target_name", "_reclass_", "_kapitan_")


def main():
    document = BaseObj()
    document.root.document = {key: value for key, value in inventory().parameters.items() if key not in OWN}
    return document
"""

"""Bundles: a schema file with every file that it refers to, read into one graph of subschemas."""

from collections.abc import Callable
from dataclasses import dataclass, field
from posixpath import dirname, normpath
from typing import TypeVar

from lamina.thought.schema.faults import Place, SchemaFault
from lamina.thought.schema.subschema import Resource, Subschema, mark
from lamina.thought.schema.vocabulary import DRAFT, MANY, NAMED, ONE
from lamina.words.node import Data, Path

Fetch = Callable[[str], "Data | None"]
K = TypeVar("K", str, int)

_HOME = "https://lamina.invalid/"
_META = DRAFT.removesuffix("schema")


@dataclass(eq=False, slots=True)
class Bundle:
    """Every file that a schema reaches and the subschemas in them; `root` is None when the file holds no schema."""

    files: dict[str, Data] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    nodes: dict[tuple[str, Path], Subschema] = field(default_factory=dict)
    faults: list[SchemaFault] = field(default_factory=list)
    root: Subschema | None = None


def read_bundle(file: str, raw: Data, fetch: Fetch) -> Bundle:
    """The bundle of a schema file; `fetch` gives the data of another file of the repository, or None."""
    reader = _Reader(Bundle(), fetch, file.split("/")[0] + "/" if "/" in file else "")
    reader.bundle.root = reader.add_file(file, raw)
    reader.link()
    mark(list(reader.bundle.nodes.values()))
    return reader.bundle


def uri_of(file: str) -> str:
    """The URI under which a schema file of the repository is known to the validators."""
    from urllib.parse import quote

    return _HOME + quote(file)


@dataclass(eq=False, slots=True)
class _Reader:
    bundle: Bundle
    fetch: Fetch
    fence: str
    linked: int = 0

    def add_file(self, file: str, raw: Data) -> Subschema | None:
        self.bundle.files[file] = raw
        resource = Resource(uri_of(file), Place(file))
        self.bundle.resources[resource.uri] = resource
        return self.walk(raw, Place(file), resource)

    def walk(self, raw: Data, place: Place, resource: Resource, role: str = "") -> Subschema | None:
        """The subschema at a place with every one that its keywords hold; None for what is no schema."""
        if not isinstance(raw, dict | bool):
            return None
        node = self.node(raw, place, resource, role)
        for keyword, part in node.keywords.items():
            if keyword in ONE:
                self.attach(node, keyword, {keyword: part}, (), node.one)
            elif keyword in MANY and isinstance(part, list):
                listed: dict[int, Subschema] = {}
                self.attach(node, keyword, dict(enumerate(part)), (keyword,), listed)
                node.many[keyword] = list(listed.values())
            elif keyword in NAMED and isinstance(part, dict):
                self.attach(node, keyword, part, (keyword,), node.named.setdefault(keyword, {}))
        return node

    def attach(self, node: Subschema, role: str, parts: dict[K, Data], way: Path, target: dict[K, Subschema]) -> None:
        for name, part in parts.items():
            place = Place(node.place.file, (*node.place.path, *way, name))
            if (child := self.walk(part, place, node.resource, role)) is not None:
                child.holder = node
                target[name] = child

    def node(self, value: "dict[str, Data] | bool", place: Place, resource: Resource, role: str) -> Subschema:
        keywords = value if isinstance(value, dict) else {}
        if isinstance(identity := keywords.get("$id"), str):
            resource = self.add_resource(identity, place, resource)
        node = Subschema(place, role, resource, keywords, refuses=value is False)
        self.bundle.nodes[place.file, place.path] = node
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(name := keywords.get(keyword), str):
                resource.anchors[name] = node
        return node

    def add_resource(self, identity: str, place: Place, outer: Resource) -> Resource:
        from urllib.parse import urldefrag, urljoin

        resource = Resource(urldefrag(urljoin(outer.uri, identity)).url, place)
        self.bundle.resources.setdefault(resource.uri, resource)
        if not place.path:
            self.bundle.resources[outer.uri] = resource
        return resource

    def link(self) -> None:
        """Follows every reference, reading more files as they are referred to, until none is left."""
        nodes = self.bundle.nodes
        late: list[tuple[Subschema, str, str]] = []
        while self.linked < len(nodes):
            fresh = list(nodes.values())[self.linked :]
            self.linked = len(nodes)
            for node in fresh:
                for keyword in ("$ref", "$dynamicRef"):
                    if isinstance(text := node.keywords.get(keyword), str) and not self.follow(node, keyword, text):
                        late.append((node, keyword, text))
        for node, keyword, text in late:
            if not self.follow(node, keyword, text):
                self.refuse_remote(node.keyword(keyword), text)

    def follow(self, node: Subschema, keyword: str, text: str) -> bool:
        """Links one reference; False when it may only be told once all files are read whether it is a remote one."""
        resource: Resource | None = node.resource
        fragment = text[1:]
        if not text.startswith("#"):
            from urllib.parse import urldefrag, urljoin, urlsplit

            uri, fragment = urldefrag(urljoin(node.resource.uri, text))
            resource = self.bundle.resources.get(uri)
            if resource is None and uri.startswith(_META):
                node.ref_uri = f"{uri}#{fragment}"
                return True
            parts = urlsplit(text)
            if resource is None and (parts.scheme or parts.netloc or parts.query):
                return False
            resource = resource or self.beside(node, keyword, parts.path)
        if resource is not None:
            self.join(node, keyword, text, resource, fragment)
        return True

    def beside(self, node: Subschema, keyword: str, reference: str) -> Resource | None:
        """The file that a relative reference means, read now if it was not before; None with a fault."""
        from urllib.parse import unquote

        path = normpath(f"{dirname(node.place.file)}/{unquote(reference)}").lstrip("/")
        if reference.startswith("/") or path.startswith("..") or not path.startswith(self.fence):
            self.refuse_remote(node.keyword(keyword), reference)
            return None
        if path not in self.bundle.files:
            raw = self.fetch(path)
            if raw is None:
                message = f"{path} does not exist, but this $ref needs it"
                hint = "a $ref to another file is relative to the file in which it stands"
                self.fault("dangling-schema-reference", message, node.keyword(keyword), hint)
                return None
            self.add_file(path, raw)
        return self.bundle.resources[uri_of(path)]

    def join(self, node: Subschema, keyword: str, text: str, resource: Resource, fragment: str) -> None:
        target = self.find(resource, fragment)
        if target is None:
            message = f'"{text}" leads nowhere: {resource.root.file} has no schema at "#{fragment}"'
            self.fault("dangling-schema-reference", message, node.keyword(keyword))
        elif keyword == "$ref":
            node.ref = target
            node.ref_uri = f"{resource.uri}#{fragment}"

    def find(self, resource: Resource, fragment: str) -> Subschema | None:
        """The subschema that a fragment of a resource names: all of it, a JSON pointer into it, or an anchor."""
        file, path = resource.root.file, resource.root.path
        if not fragment:
            return self.bundle.nodes.get((file, path))
        if not fragment.startswith("/"):
            return resource.anchors.get(fragment)
        raw = _data_at(self.bundle.files[file], path)
        for step in _pointer(fragment):
            if isinstance(raw, list) and step.isdigit() and int(step) < len(raw):
                raw, path = raw[int(step)], (*path, int(step))
            elif isinstance(raw, dict) and step in raw:
                raw, path = raw[step], (*path, step)
            else:
                return None
            if (file, path) in self.bundle.nodes:
                resource = self.bundle.nodes[file, path].resource
        return self.bundle.nodes.get((file, path)) or self.walk(raw, Place(file, path), resource)

    def refuse_remote(self, place: Place, text: str) -> None:
        message = f'"{text}" lies outside {self.fence or "this repository"} and is never fetched'
        self.fault("remote-reference", message, place, "copy that schema into schemas/ and refer to it by its path")

    def fault(self, rule: str, message: str, place: Place, hint: str | None = None) -> None:
        self.bundle.faults.append(SchemaFault(rule, message, place, hint))


def _pointer(fragment: str) -> list[str]:
    from urllib.parse import unquote

    return [step.replace("~1", "/").replace("~0", "~") for step in unquote(fragment).split("/")[1:]]


def _data_at(raw: Data, path: Path) -> Data:
    for step in path:
        raw = raw[step]  # type: ignore[index]
    return raw

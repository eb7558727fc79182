"""Spans: where the time of a command goes, told by the few functions that all work goes through.

While a profile is taken, those functions are replaced by ones that look at the clock; at any other time nothing is, so that a
command pays nothing for it.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial, wraps
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from threading import get_ident
from types import ModuleType
from typing import Any, cast

# By module what in it belongs to which span; of what is called inside of another, the time is not the other's.
SEAMS: dict[str, dict[str, str]] = {
    "lamina.world.sources.worktree": {"WorkTree.list": "list", "WorkTree.read": "read"},
    "lamina.world.sources.commit": {"CommitTree.list": "list", "CommitTree.read": "read"},
    "lamina.world.sources.indexed": {"IndexedTree.identity": "identify"},
    "lamina.world.index": {"read_index": "identify"},
    "lamina.project.caching.rows": {"Rows.get": "cache", "Rows.one": "cache", "Rows.put": "cache", "Rows.close": "cache"},
    "lamina.project.kept": {"Kept.topology": "survey"},
    "lamina.project.tree": {
        "Tree.reading": "parse", "Tree.take": "parse", "Tree.schema_of": "schemas", "Tree.versions": "schemas",
        "Tree.opened": "unseal", "Tree.place": "place",
    },
    "lamina.thought.schema.dialects": {"fast_validator": "schemas", "slow_validator": "schemas"},
    "lamina.project.road": {"Road.stage": "merge", "Road.resolved": "refer"},
    "lamina.thought.schema.compile": {"Schema.verdict": "validate"},
    "lamina.project.gate": {"check": "rules"},
    "lamina.thought.export": {"EXPORTS.yaml": "export", "EXPORTS.json": "export", "EXPORTS.env": "export"},
    "lamina.project.folder.making": {"add_file": "write"},
    "lamina.project.folder.writing": {"add_link": "write", "add_last_file": "write", "write_file": "write"},
    "lamina.project.folder.former": {"stamps": "identify"},
    "lamina.changes.writing": {"write_file": "write", "write_files": "write"},
    "lamina.world.workers": {"_Copy.result": "wait"},
    "subprocess": {"Popen.__init__": "wait", "Popen.communicate": "wait", "Popen.wait": "wait"},
}  # fmt: skip


class Spans:
    """The time that went by in each span, without that of the spans inside of it, and how often each was begun."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._thread = get_ident()
        self._open = ["other"]
        self._since = clock()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """A span, from here to where it is left."""
        self._turn()
        self._open.append(name)
        self.calls[name] += 1
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def _turn(self) -> None:
        now = self._clock()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def end(self) -> None:
        """Nothing more is to be counted."""
        self._turn()

    def timed(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """A function whose calls are a span; those of other threads go by beside it."""

        @wraps(function)
        def inner(*words: Any, **named: Any) -> Any:
            if get_ident() != self._thread:
                return function(*words, **named)
            with self.span(name):
                return function(*words, **named)

        return inner


@contextmanager
def spanned(clock: Callable[[], float]) -> Iterator[Spans]:
    """Spans of all that is done inside; modules that are imported meanwhile are a span too, and have theirs."""
    spans = Spans(clock)
    undo: list[Callable[[], None]] = []
    finder = _Finder(spans, lambda module: undo.extend(_seamed(module, spans)))
    sys.meta_path.insert(0, cast(Any, finder))
    try:
        for name in SEAMS.keys() & sys.modules.keys():
            undo += _seamed(sys.modules[name], spans)
        yield spans
    finally:
        sys.meta_path.remove(cast(Any, finder))
        for one in reversed(undo):
            one()
        spans.end()


def _seamed(module: ModuleType, spans: Spans) -> Iterator[Callable[[], None]]:
    """Replace what is a seam in a module; each of these takes one back."""
    for path, name in SEAMS.get(module.__name__, {}).items():
        *above, last = path.split(".")
        home: Any = module
        for step in above:
            home = getattr(home, step, None)
        # A table of functions is one of a module's values, and they are replaced in it.
        is_table = isinstance(home, dict)
        put = home.__setitem__ if is_table else partial(setattr, home)
        function = home.get(last) if is_table else getattr(home, last, None)
        if function is not None:  # of one that is gone the time is told elsewhere; a test finds it
            put(last, spans.timed(function, name))
            yield partial(put, last, function)


class _Finder:
    """Finds modules as all others would, and has their import be a span."""

    def __init__(self, spans: Spans, imported: Callable[[ModuleType], None]) -> None:
        self._spans = spans
        self._imported = imported

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        with self._spans.span("import"):
            others = (finder for finder in sys.meta_path if finder is not self)
            found = (finder.find_spec(name, path, target) for finder in others)
            spec = next((one for one in found if one is not None), None)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Loader(cast(Loader, spec.loader), self._spans, self._imported)
        return spec


class _Loader(Loader):
    """Loads a module as its own loader would, and gives the module that loader back."""

    def __init__(self, loader: Loader, spans: Spans, imported: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._spans = spans
        self._imported = imported

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        with self._spans.span("import"):
            self._loader.exec_module(module)
        self._imported(module)

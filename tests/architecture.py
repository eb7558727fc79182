"""The house rules, read off the source: floors, purity, sizes and names. `complaints` says what breaks them.

    words -> thought -> project -> changes -> cli        an arrow: may be imported by all that stand to its right
          -> world   ->

A thought, or a part of the world, is a family: the first name below its floor. Families of one floor do not know each
other. The package's own `__init__` is its face for Python: it may import all floors but `cli`.
"""

import ast
import builtins
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median, quantiles

HOUSE = Path(__file__).parents[1] / "tooling" / "lamina"
MOST_LINES, MOST_FUNCTION_LINES = 400, 60

# Which floors a floor may import; its own family, or the whole of a floor that has no families, it always may.
BELOW = {
    "words": (),
    "thought": ("words",),
    "world": ("words",),
    "project": ("words", "thought", "world"),
    "changes": ("words", "thought", "world", "project"),
    "": ("words", "thought", "world", "project", "changes"),
    "rules": ("words", "thought"),  # the face for packages that bring rules of their own
    "state": ("words", "thought", "world", "project", "changes", ""),  # the face for programs that keep run state
    "cli": ("words", "thought", "world", "project", "changes", ""),
    "__main__": ("cli",),
}
IN_FAMILIES = ("thought", "world")

# What a pure floor never touches: modules, and functions by their whole name.
PURE_FLOORS = ("words", "thought")
IMPURE = (
    *("os", "pathlib", "sqlite3", "time", "pygit2", "subprocess", "shutil", "tempfile", "glob", "fcntl", "signal"),
    *("socket", "ssl", "http", "urllib.request", "threading", "asyncio", "multiprocessing", "random", "secrets"),
    *("open", "io.open", "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow"),
)
# Environment variables, wall clock and terminal: only `cli` knows them, and hands on what is needed. A program that keeps
# run state has no command line above it: its face, `state`, reads the clock.
AMBIENT = (
    *("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.get_terminal_size", "os.isatty"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime"),
    *("datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "datetime.date.today"),
    *("print", "input", "breakpoint", "getpass", "shutil.get_terminal_size"),
    *("sys.stdin", "sys.stdout", "sys.stderr", "sys.argv", "sys.exit"),
)
CLOCK = tuple(name for name in AMBIENT if name.startswith(("time.", "datetime.")))
# Words that name no thing and no act.
EMPTY_WORDS = frozenset({"manager", "handler", "service", "factory", "impl", "util", "helper", "common", "misc"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A source file of the package: its dotted name below the package (`thought.merge.fold`), and its text."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @property
    def floor(self) -> str:
        """The floor it stands on: its name's first part."""
        return self.name.partition(".")[0]

    @property
    def family(self) -> str:
        """The floor, and on a floor of families the family: what it may import from its own floor."""
        return ".".join(self.name.split(".")[: 2 if self.floor in IN_FAMILIES else 1])

    @cached_property
    def lines(self) -> int:
        """How long the file is."""
        return self.text.count("\n")

    @cached_property
    def functions(self) -> list[tuple[_Function, int]]:
        """Every function, and how many lines it has."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, _Function)]
        return [(node, (node.end_lineno or node.lineno) - node.lineno + 1) for node in found]


def house(root: Path) -> dict[str, Module]:
    """Every module of the package in a folder, by name."""
    modules = {}
    for file in sorted(root.rglob("*.py")):
        name = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix("__init__").removesuffix(".")
        modules[name] = Module(name, file.read_text("utf-8"))
    return modules


def complaints(root: Path) -> list[str]:
    """What breaks the house rules, one sentence each."""
    modules = house(root)
    rules: tuple[Callable[[Module, dict[str, Module]], Iterator[str]], ...] = (_floors, _purity, _sizes, _names)
    found = [
        f"{module.name or '__init__'}: {text}"
        for module in modules.values()
        for rule in rules
        for text in rule(module, modules)
    ]
    return found + list(_cycles(modules))


def figures(root: Path) -> str:
    """The sizes, as a line to read."""
    modules = [module for module in house(root).values() if module.lines > 1]
    files = [module.lines for module in modules]
    functions = [lines for module in modules for _, lines in module.functions]
    return f"lamina: {_spread('files', files)}; {_spread('functions', functions)}"


def uses(tree: ast.Module) -> Iterator[str]:
    """The dotted names that a module imports, calls, or reads off an import: `os.environ`, `datetime.datetime.now`."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
            aliases |= {
                a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
                for a in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            yield from (f"{origin}.{alias.name}" for alias in node.names)
            aliases |= {alias.asname or alias.name: f"{origin}.{alias.name}" for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (name := _dotted(node)) and name.partition(".")[0] in aliases:
            first, dot, rest = name.partition(".")
            yield aliases[first] + dot + rest
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in aliases or hasattr(builtins, name):
                yield aliases.get(name, name)


def imports(module: Module, modules: dict[str, Module]) -> set[str]:
    """The modules of the package that a module imports, anywhere in its text."""
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, _, inner = name.partition(".")
            if package == "lamina":
                found.add(_longest(inner, modules))
    return found


def _floors(module: Module, modules: dict[str, Module]) -> Iterator[str]:
    if module.floor not in BELOW:
        yield f"stands on no floor: the floors are {', '.join(filter(None, BELOW))}"
        return
    if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(module.tree)):
        yield "imports relatively: write the whole name"
    for name in sorted(imports(module, modules)):
        other = Module(name, "")
        if other.family != module.family and other.floor not in BELOW[module.floor]:
            yield f"may not import lamina.{name}"


def _purity(module: Module, modules: dict[str, Module]) -> Iterator[str]:
    forbidden = (
        *(IMPURE if module.floor in PURE_FLOORS else ()),
        *(name for name in AMBIENT if module.floor not in ("cli", "__main__", "state" if name in CLOCK else "")),
    )
    pattern = re.compile(rf"({'|'.join(map(re.escape, forbidden))})(\.|$)") if forbidden else re.compile(r"(?!)")
    for name in sorted(set(uses(module.tree))):
        if pattern.match(name):
            yield f"uses {name}, which does not belong on this floor"


def _sizes(module: Module, modules: dict[str, Module]) -> Iterator[str]:
    if module.lines > MOST_LINES:
        yield f"has {module.lines} lines, more than {MOST_LINES}"
    for node, lines in module.functions:
        if lines > MOST_FUNCTION_LINES:
            yield f"{node.name} has {lines} lines, more than {MOST_FUNCTION_LINES}"


def _names(module: Module, modules: dict[str, Module]) -> Iterator[str]:
    named = [node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef | _Function)]
    for name in (*module.name.split(".")[-1:], *named):
        words = [word.lower().removesuffix("s") for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
        if EMPTY_WORDS.intersection(words) or name.endswith("Base"):
            yield f"the name {name} says nothing"


def _cycles(modules: dict[str, Module]) -> Iterator[str]:
    graph = {name: imports(module, modules) - {name} for name, module in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "imports go round: " + " -> ".join(name or "__init__" for name in error.args[1])


def _longest(name: str, modules: dict[str, Module]) -> str:
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


def _dotted(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    inner = _dotted(node.value) if isinstance(node, ast.Attribute) else None
    return f"{inner}.{node.attr}" if inner and isinstance(node, ast.Attribute) else None


def _spread(what: str, sizes: list[int]) -> str:
    if len(sizes) < 2:
        return f"{len(sizes)} {what}"
    p90 = quantiles(sizes, n=10)[-1]
    return f"{len(sizes)} {what}, lines median {median(sizes):.0f}, p90 {p90:.0f}, longest {max(sizes)}"

"""The check-up of a repository's set-up: what `lamina doctor` says beside the programs themselves."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from lamina.project.editors import REMAKE, outdated_editor_files
from lamina.project.protection import check_protection
from lamina.project.questions import Project
from lamina.project.tree import RequiresAnotherVersion
from lamina.thought.editors import EDITORS
from lamina.thought.hooks import HOOKS, is_ours
from lamina.thought.topology import SETTINGS
from lamina.words.check import Check, State
from lamina.words.errors import Failure, listing
from lamina.words.finding import Finding
from lamina.world import git
from lamina.world.identities import KeyPlace
from lamina.world.repository import NotARepository, asking_commit, find_root
from lamina.world.sources.worktree import WorkTree


def check_git() -> Check:
    """Whether git is here."""
    version = git.version()
    missing = Check("git", "problem", "there is no program git", "install git")
    return Check("git", "ok", version) if version else missing


def check_repository(start: Path, version: str, keys: Sequence[KeyPlace]) -> Iterator[Check]:
    """The checks of the repository that a folder stands in, as far as one can get; `keys` is where a key may be."""
    try:
        root = find_root(start)
    except NotARepository as failure:
        yield Check("repository", "problem", failure.message, failure.hint)
        return
    yield _place(root)
    try:
        project = Project(WorkTree(root), version, root)
    except RequiresAnotherVersion as failure:
        yield Check("requires", "problem", failure.message, failure.hint)
        return
    settings = _settings(project)
    yield settings
    if settings.state == "ok":
        yield _requires(project, version)
    yield _findings(project)
    yield from _sealed(project, keys, root)
    top = git.top(root)
    if top is not None:
        yield _hooks(root)
        yield from check_protection(top, project)
    yield _editors(project, root)


def _place(root: Path) -> Check:
    if git.top(root) is None:
        return Check("repository", "warning", f"{root}, in no git repository, so without a history", "git init")
    with asking_commit(root) as asked:
        commit = asked()
    if commit is None:
        return Check("repository", "ok", f"{root}, with nothing committed yet")
    return Check("repository", "ok", f"{root}, at commit {commit.id[:12]}{' with changes' if commit.dirty else ''}")


def _settings(project: Project) -> Check:
    if SETTINGS not in project.tree.files:
        return Check("settings", "ok", f"no {SETTINGS}, so all is as usual")
    wrong = [finding for finding in project.findings if finding.position.file == SETTINGS]
    if wrong:
        first = wrong[0]
        return Check("settings", "problem", f"{first.position}: {first.message}", first.fix)
    return Check("settings", "ok", f"{SETTINGS} is readable")


def _requires(project: Project, version: str) -> Check:
    wanted = project.tree.settings.requires
    return Check("requires", "ok", f"lamina {wanted}, and this is {version}" if wanted else "any version of lamina")


def _findings(project: Project) -> Check:
    findings = set(project.validate())
    if not findings:
        return Check("findings", "ok", f"none in {listing(project.concrete()) or 'the repository'}")
    state: State = "problem" if any(finding.severity == "error" for finding in findings) else "warning"
    return Check("findings", state, _counts(findings), "lamina validate shows them")


def _counts(findings: set[Finding]) -> str:
    """How many of each severity there are in each environment: `2 errors in prod, 1 warning in dev`."""
    counts = Counter((finding.environment or "", finding.severity) for finding in findings)
    return ", ".join(
        f"{count} {severity}{'s' * (count > 1)} in {environment or 'the repository as a whole'}"
        for (environment, severity), count in sorted(counts.items())
    )


def _sealed(project: Project, keys: Sequence[KeyPlace], root: Path) -> Iterator[Check]:
    layers = project.tree.topology.layers
    files = [of.file for documents in layers.values() for stack in documents.values() for of in stack if of.sealed]
    yield Check("sealed files", "ok", str(len(files) or "none"))
    if files:
        yield _key(keys)
        if git.top(root) is not None:
            yield _merging(root, files)


def _merging(root: Path, files: Sequence[str]) -> Check:
    """Whether git merges sealed files by what they hold; as text, two edits of one file nearly always clash."""
    if not git.setting(root, "merge.lamina.driver"):
        return Check("merges", "warning", "git merges sealed files as text", "lamina secrets git-setup")
    unnamed = [file for file in files if git.attribute(root, "merge", file) != "lamina"]
    if unnamed:
        message = f".gitattributes does not have git merge {listing(unnamed, 2)} by lamina"
        return Check("merges", "warning", message, "lamina secrets git-setup, and commit .gitattributes")
    return Check("merges", "ok", "git merges sealed files by what they hold")


def _key(keys: Sequence[KeyPlace]) -> Check:
    """Whether a key is to be found: one that is named must be there, and nobody else should be able to read it."""
    for key in keys:
        if key.found == "unreadable" or (key.variable and key.found == "absent"):
            found = "is not there" if key.found == "absent" else "is no file that you may read"
            return Check("age key", "problem", f"{key} {found}", "mend the name or the permissions")
        if key.found == "exposed":
            return Check("age key", "warning", f"{key} can be read by others", f"chmod 600 {key.name}")
        if key.found == "key":
            return Check("age key", "ok", str(key))
    message = "none, so sealed values stay sealed; validating and rendering without secrets need none"
    return Check("age key", "warning", message, f"put one into {keys[-1].name}, if you are to open them")


def _hooks(root: Path) -> Check:
    if git.runs_hook(root, "pre-commit"):
        outdated = _outdated_hooks(root)
        if outdated:
            return Check(
                "hooks", "warning", f"of another version of lamina: {listing(outdated)}", "lamina hooks install"
            )
        return Check("hooks", "ok", "a hook runs before every commit")
    message = "nothing checks a commit before it is made"
    if (root / ".pre-commit-config.yaml").is_file():
        return Check("hooks", "warning", message, "pip install pre-commit && pre-commit install")
    return Check("hooks", "warning", message, "lamina hooks install")


def _outdated_hooks(root: Path) -> list[str]:
    """The hooks of lamina that are not those of this version."""
    place = git.hooks_folder(root)
    files = {name: place.path / name for name in HOOKS if (place.path / name).is_file()} if place else {}
    texts = {name: file.read_bytes() for name, file in files.items()}
    return [name for name, text in texts.items() if is_ours(text) and text != HOOKS[name].encode()]


def _editors(project: Project, root: Path) -> Check:
    if not (root / EDITORS).exists():
        return Check("editors", "ok", f"no {EDITORS}/, so editors are told no schemas", f"{REMAKE} makes it")
    try:
        outdated = outdated_editor_files(project.tree, root)
    except Failure as failure:
        return Check("editors", "warning", failure.message, failure.hint)
    if outdated:
        return Check("editors", "warning", f"out of date: {listing(outdated)}", f"{REMAKE} makes them anew")
    return Check("editors", "ok", f"{EDITORS}/ is up to date")

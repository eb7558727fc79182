"""Verifying: `verify`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.options import at_commit, at_option, formats, keyring_of, project_of
from lamina.words.address import path_text
from lamina.words.errors import Failure, listing
from lamina.words.node import Path as NodePath

if TYPE_CHECKING:
    from lamina.project import Project
    from lamina.project.verifying import FileVerdict, RenderVerdict, Verification

_STATUS = {"same": 0, "differs": 1, "cannot-tell": 3}
_UNSEAL = "Open secrets with your key, in memory, to compare the files that hold them."
_MOST = 5


@click.command("verify", short_help="Whether a rendered folder is what was rendered, and would be today.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--unseal", is_flag=True, help=_UNSEAL)
@at_option
@formats("text", "json")
@click.pass_context
def verify_command(ctx: click.Context, folder: Path, unseal: bool, at: str | None, form: str) -> int:
    """Whether the files in DIR are still what its .lamina.json says, and whether the repository renders the same now.

    It says where they differ, not what stands there. Exit 0: the same; 1: something differs; 3: it cannot be told.

    Example: lamina verify out
    """
    from lamina.project.verifying import verify

    keyring = keyring_of(ctx) if unseal else None
    project = _project(ctx, at)
    verification = verify(folder, project, lambda commit: project_of(ctx, commit), keyring)
    if form == "json":
        output.result_json(_json(folder, project, verification))
    else:
        _text(folder, project, verification)
    return _STATUS[verification.state]


def _project(ctx: click.Context, at: str | None) -> "Project | Failure":
    """The project to compare with; why there is none, where a folder is verified far from its repository."""
    try:
        return project_of(ctx, at)
    except Failure as failure:
        if at is not None:
            raise
        return failure


def _json(folder: Path, project: "Project | Failure", found: "Verification") -> dict[str, Any]:
    record = found.record
    return {
        **({} if isinstance(project, Failure) else at_commit(project)),
        "folder": str(folder),
        "state": found.state,
        "record": {
            "lamina": record.lamina,
            "commit": record.commit,
            "dirty": record.dirty,
            "format": record.format,
            "secrets": record.secrets,
            "lost": found.lost,
        },
        "files": [_file_json(one) for one in found.files],
        "renders": [_render_json(one) for one in found.renders],
        "problem": found.problem,
    }


def _file_json(one: "FileVerdict") -> dict[str, Any]:
    of = {"environment": one.of.environment if one.of else None, "document": one.of.document if one.of else None}
    return {"file": one.file, **of, "state": one.state, "paths": [*map(path_text, one.paths)], "reason": one.reason}


def _render_json(one: "RenderVerdict") -> dict[str, Any]:
    of = {"environment": one.environment, "document": one.document}
    return {**of, "state": one.state, "paths": [*map(path_text, one.paths)], "reason": one.reason}


_FILE_WORDS = {
    "differs": "differs from the record",
    "missing": "is missing",
    "extra": "is not in the record",
    "cannot-tell": "cannot be told",
}
_RENDER_WORDS = {
    "differs": "is rendered otherwise",
    "gone": "is no longer rendered",
    "new": "is rendered too",
    "cannot-tell": "cannot be told",
}


def _text(folder: Path, project: "Project | Failure", found: "Verification") -> None:
    where = "now" if isinstance(project, Failure) or not project.commit else f"at {project.commit[:12]}"
    _note_record(found)
    for file in found.files:
        if file.state != "same":
            _line(f"{file.file} {_FILE_WORDS[file.state]}", file.paths, file.reason)
    for one in found.renders:
        if one.state != "same":
            _line(f"{one.environment} {one.document} {_RENDER_WORDS[one.state]} {where}", one.paths, one.reason)
    if found.problem:
        output.result(output.safe(f"what is rendered now cannot be told: {found.problem}"))
    output.result(output.safe(f"{folder}: {_summary(found, where)}"))


def _line(verdict: str, paths: tuple[NodePath, ...], reason: str | None) -> None:
    places = listing([path_text(path) or "the whole document" for path in paths], _MOST)
    output.result(output.safe(": ".join(filter(None, (verdict, places, reason)))))


def _note_record(found: "Verification") -> None:
    """What one should know of a record that is not as usual."""
    from lamina import __version__

    record = found.record
    if record.lamina != __version__:
        output.note(f"lamina {record.lamina} made this folder, and this is {__version__}")
    commit = (record.commit or "")[:12]
    if record.dirty:
        output.note(f"it was made from files that differed from the commit {commit}")
    if found.lost:
        output.note(f"it was made from the commit {commit}, which cannot be read here: {found.lost}")


def _summary(found: "Verification", where: str) -> str:
    files, renders = [one.state for one in found.files], [one.state for one in found.renders]
    recorded = len(found.record.documents)
    told = f"{recorded} document{'s' * (recorded != 1)}"
    if found.state == "same":
        return f"{told}, as recorded and as rendered {where}"
    unknown = files.count("cannot-tell"), renders.count("cannot-tell")
    other = len(files) - files.count("same") - unknown[0], len(renders) - renders.count("same") - unknown[1]
    told = f"{told}; files: {other[0]} differ, {unknown[0]} cannot be told"
    return told if found.problem else f"{told}; rendered {where}: {other[1]} differ, {unknown[1]} cannot be told"

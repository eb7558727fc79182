"""Deploying: `render`."""

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import cast

import click

from lamina import __version__
from lamina.cli import output
from lamina.cli.options import (
    SECRETS,
    at_option,
    formats,
    jobs_option,
    keyring_of,
    layer_option,
    overrides_of,
    project_of,
    shard_option,
    shown_shard,
)
from lamina.cli.progress import Progress, documents_in, told
from lamina.project import Project, Rendering, SecretsMode
from lamina.project.folder import HasErrors, Order, write_folder
from lamina.thought.export import EXPORTS, NoForm
from lamina.words.errors import Failure, Misuse
from lamina.words.finding import worst
from lamina.words.shards import Shard
from lamina.world.repository import Commit, asking_commit

_FOLDER = "Write one file a document into DIR, replaced whole."
_SECRETS = "Show a mark instead of a secret, leave its key out, or open it with your key."


@click.command("render", short_help="The finished documents of an environment.")
@click.argument("environment", required=False)
@click.argument("document", required=False)
@click.option("--all", "everything", is_flag=True, help="Every environment; needs -o.")
@click.option("-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), help=_FOLDER)
@formats(*EXPORTS, default="yaml")
@click.option("--secrets", type=click.Choice(SECRETS), help=_SECRETS)
@layer_option
@jobs_option
@at_option
@shard_option
@click.pass_context
def render_command(
    ctx: click.Context,
    environment: str | None,
    document: str | None,
    everything: bool,
    folder: Path | None,
    form: str,
    secrets: str | None,
    layers: tuple[str, ...],
    jobs: int,
    at: str | None,
    shard: Shard | None,
) -> int:
    """The merged, completed and validated documents of an ENVIRONMENT, or one DOCUMENT of it.

    Examples: lamina render prod; lamina render --all -o out --secrets omit
    """
    if everything == (environment is not None) or (everything and folder is None):
        raise Misuse("say which environment to render, or --all with -o DIR", "lamina list shows the environments")
    if shard is not None and (folder is None or document is not None):
        raise Misuse("a shard is rendered into a folder, of all documents", "such as --all -o DIR --shard 1/4")
    if shard is not None and layers:
        raise Misuse("a local layer is of one machine, and a shard is one of several", "leave out --layer or --shard")
    project = project_of(ctx, at)
    environments = project.concrete() if everything else [cast(str, environment)]
    if not environments:
        raise Failure("there is no environment to render", "make environments/NAME/, or mend what lamina list shows")
    if document is not None and ":" in document:
        raise Misuse(f"{document} is an address, and render takes a document", _one_value(environments[0], document))
    overrides, mode, keyring = overrides_of(layers), cast(SecretsMode | None, secrets), keyring_of(ctx)
    try:
        if folder is None:
            rendering = project.render(
                environments[0], document, secrets=mode or "redact", overrides=overrides, keyring=keyring
            )
            _print(project, rendering, document, form)
        else:
            order = Order(
                tuple(environments), form, everything, document, mode, tuple(overrides),
                keyring if mode == "unseal" else None, shard,
            )  # fmt: skip
            _write(project, order, folder, jobs)
    except HasErrors as failure:
        output.findings_text(failure.findings, project.excerpt, sys.stderr)
        raise
    return 0


def _one_value(environment: str, address: str) -> str:
    return f"lamina get {environment} {address} shows one value"


def _print(project: Project, rendering: Rendering, document: str | None, form: str) -> None:
    with told(project, "documents rendered", (rendering.environment,)):
        findings = rendering.findings
    if worst(findings) == "error":
        raise HasErrors(findings)
    data = rendering[document] if document is not None else dict(rendering)
    try:
        output.result_bytes(EXPORTS[form](data))
    except NoForm as failure:
        raise failure.of(document) if document is not None else failure from None


def _write(project: Project, order: Order, folder: Path, jobs: int) -> None:
    progress = Progress("documents rendered", lambda: documents_in(project, order.environments))
    with _asking_commit(project) as asked:
        try:
            count = write_folder(
                project, order, folder, version=__version__, asked=asked, advance=progress.advance, jobs=jobs
            )
        finally:
            progress.close()
    output.note(f"{counted(count, order.environments)} in {folder}{shown_shard(order.shard)}")


def counted(count: int, environments: Sequence[str]) -> str:
    """How many documents were written, of which environments."""
    return f"{count} document{'s' * (count != 1)} of {', '.join(environments)}"


def _asking_commit(project: Project) -> AbstractContextManager[Callable[[], Commit | None]]:
    """The commit that is rendered: known of a revision, and asked of git meanwhile for a work tree."""
    if project.commit is not None:
        commit = Commit(project.commit, dirty=False)
        return nullcontext(lambda: commit)
    return asking_commit(project.root) if project.root else nullcontext(lambda: None)

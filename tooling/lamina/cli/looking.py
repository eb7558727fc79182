"""Looking: `list`, `get` and `explain`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.options import (
    at_commit,
    at_option,
    folder_of,
    formats,
    keyring_of,
    layer_option,
    overrides_of,
    project_of,
    shown_commit,
)
from lamina.project import Explanation, NoSuchDocument, Project
from lamina.project.hiding import SecretsMode, hidden
from lamina.words.address import Address, parse_address
from lamina.words.node import Data

if TYPE_CHECKING:
    from lamina.project.blaming import Blame

_SECRETS = "Show a mark instead of a secret, or open it with your key."


@click.command("list", short_help="Environments, or the documents of one.")
@click.argument("environment", required=False)
@at_option
@formats("text", "json")
@click.pass_context
def list_command(ctx: click.Context, environment: str | None, at: str | None, form: str) -> int:
    """The environments; or the documents of one ENVIRONMENT.

    Example: lamina list prod
    """
    project = project_of(ctx, at)
    rows = _environments(project) if environment is None else _documents(project, environment)
    if form == "json":
        output.result_json({**at_commit(project), "environments" if environment is None else "documents": rows})
    elif environment is None:
        cells = [[row["name"], row["extends"] or "-", _kept(project, row), str(len(row["documents"]))] for row in rows]
        output.table(cells, ["ENVIRONMENT", "EXTENDS", "", "DOCUMENTS"])
    else:
        cells = [
            [row["name"], row["kind"], str(row["version"] or "-"), str(len(row["layers"])), "sealed" * row["sealed"]]
            for row in rows
        ]
        output.table(cells, ["DOCUMENT", "KIND", "VERSION", "LAYERS", ""])
    return 0


def _kept(project: Project, row: dict[str, Any]) -> str:
    one = project.environment(row["name"])
    marks = {"abstract": one.abstract, "protected": one.protected, "broken": one.broken}
    return ", ".join(mark for mark, said in marks.items() if said)


def _environments(project: Project) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "extends": one.extends,
            "abstract": one.abstract,
            "documents": project.documents(one.name),
        }
        for one in project.environments()
    ]


def _documents(project: Project, environment: str) -> list[dict[str, Any]]:
    return [
        {
            "name": entry.name,
            "kind": entry.kind,
            "version": entry.version,
            "layers": [of.file for of in entry.stack],
            "sealed": any(of.sealed for of in entry.stack),
        }
        for entry in project.entries(environment)
    ]


@click.command("get", short_help="One value.")
@click.argument("environment")
@click.argument("address")
@layer_option
@at_option
@formats("text", "json")
@click.option("--secrets", type=click.Choice(["redact", "unseal"]), default="redact", help=_SECRETS)
@click.pass_context
def get_command(
    ctx: click.Context,
    environment: str,
    address: str,
    layers: tuple[str, ...],
    at: str | None,
    form: str,
    secrets: SecretsMode,
) -> int:
    """One value of an ENVIRONMENT: a scalar as it is, a map or a list as YAML.

    Example: lamina get prod orchestrator:logging.level
    """
    project, asked = project_of(ctx, at), parse_address(address)
    keyring = keyring_of(ctx) if secrets == "unseal" else None
    with _telling_dots(project, environment, asked):
        value, secret = project.get(environment, asked, overrides_of(layers), secrets=secrets, keyring=keyring)
    print_value(value, form)
    if secret and secrets == "redact":
        output.tell(f"{address} holds secrets, which are not shown; --secrets unseal opens them")
    return 0


def print_value(value: Data, form: str) -> None:
    """One value: as JSON, or a scalar as it is, and a map or a list as YAML."""
    if form == "json":
        output.result_json(value)
    elif isinstance(value, dict | list):
        from lamina.thought.export import EXPORTS

        output.result_bytes(EXPORTS["yaml"](value))
    else:
        output.result_bytes(f"{_raw(value)}\n".encode())


@contextmanager
def _telling_dots(project: Project, environment: str, asked: Address) -> Iterator[None]:
    """Where no document has the name because a dot stands for the colon, the hint is the address that was meant."""
    try:
        yield
    except NoSuchDocument as failure:
        known = project.documents(environment)
        meant = [name for name in known if not asked.path and asked.document.startswith(f"{name}.")]
        if meant:
            document = max(meant, key=len)
            failure.hint = f"did you mean {document}:{asked.document[len(document) + 1 :]}?"
        raise


def _raw(value: Data) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    return str(value)


@click.command("explain", short_help="Where a value comes from.")
@click.argument("environment")
@click.argument("address")
@layer_option
@at_option
@click.option("--commits", is_flag=True, help="Say who set each word, and when.")
@formats("text", "json")
@click.pass_context
def explain_command(
    ctx: click.Context,
    environment: str,
    address: str,
    layers: tuple[str, ...],
    at: str | None,
    commits: bool,
    form: str,
) -> int:
    """Where a value of an ENVIRONMENT comes from: every layer's word on it, the winner first.

    `*` marks the winner, `+` what is merged into it; below stands what it refers to.

    Example: lamina explain prod orchestrator:logging.level
    """
    project, asked = project_of(ctx, at), parse_address(address)
    with _telling_dots(project, environment, asked):
        explanation = project.explain(environment, asked, overrides_of(layers))
    blame = _blame(project, ctx) if commits else None
    if form == "json":
        _explain_json(explanation, at_commit(project), blame)
    else:
        _explain_text(explanation, shown_commit(project), blame)
    return 0


def _blame(project: Project, ctx: click.Context) -> "Blame":
    from lamina.project.blaming import Blame

    return Blame(project, folder_of(ctx))


def _explain_json(explanation: Explanation, commit: dict[str, str], blame: "Blame | None") -> None:
    from lamina.cli.history import commit_json
    from lamina.words.address import path_text

    origins = [
        {
            "file": word.position.file,
            "line": word.position.line,
            "column": word.position.column,
            "value": hidden(word.value, word.secrets, "redact"),
            "wins": word.wins,
            **({"commit": commit_json(blame.commit(word.position))} if blame else {}),
        }
        for word in explanation.words
    ]
    output.result_json(
        {
            **commit,
            "environment": explanation.environment,
            "document": explanation.address.document,
            "path": path_text(explanation.address.path),
            "value": hidden(explanation.value, explanation.secrets, "redact"),
            "secret": explanation.secret,
            "origins": origins,
        }
    )


def _explain_text(explanation: Explanation, commit: str, blame: "Blame | None", indent: str = "") -> None:
    environment = explanation.environment
    value = hidden(explanation.value, explanation.secrets, "redact")
    wins = any(word.wins for word in explanation.words)
    shown = f"= {output.brief(value)}" if wins else "is set by no layer any more"
    output.result(output.safe(f"{indent}{explanation.address} in {environment}{commit} {shown}"))
    width = max(len(str(word.position)) for word in explanation.words)
    for word in explanation.words:
        said = hidden(word.value, word.secrets, "redact")
        text = "!unset" if word.note == "!unset" else output.brief(said)
        remark = f"  ({word.note})" if word.note and word.note != "!unset" else ""
        if blame:
            from lamina.cli.history import commit_cells

            remark += f"  [{output.safe(', '.join(commit_cells(blame.commit(word.position))))}]"
        mark = output.styled("*", "green") if word.wins else "+" if word.merged else " "
        output.result(f"{indent}  {mark} {output.safe(str(word.position)).ljust(width)}  {output.safe(text)}{remark}")
    for reference in explanation.references:
        _explain_text(reference, commit, blame, indent + "    ")

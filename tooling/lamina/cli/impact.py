"""Impact: what a change does to each environment."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.comparing import change_json, changes_text
from lamina.cli.impact_phrases import place_text, troubles_text, untouched_text
from lamina.cli.options import folder_of, formats
from lamina.words.errors import Failure, listing

if TYPE_CHECKING:
    from lamina.project.causes import Cause
    from lamina.project.impact import EnvironmentImpact, Impact

_SHORT = len("sha256:") + 12


class Unexpected(Failure):
    """A change that touches environments which --expect does not name."""

    status = 1

    def __init__(self, touched: Sequence[str], expected: Sequence[str]) -> None:
        wanted = f"only {', '.join(expected)} should be" if expected else "none should be"
        verb = "is" if len(touched) == 1 else "are"
        super().__init__(
            f"{', '.join(touched)} {verb} touched, and {wanted}", "what causes it stands beside each change"
        )


@click.command("impact", short_help="What a change does to each environment.")
@click.option("--base", metavar="REV", required=True, help="What the change is to be merged into.")
@click.option("--head", metavar="REV", help="The change itself; without it the work tree as it is.")
@click.option("--expect", metavar="ENV,...", help="Exit 1 when others are touched; an empty text expects none.")
@formats("text", "json", "markdown")
@click.pass_context
def impact_command(ctx: click.Context, base: str, head: str | None, expect: str | None, form: str) -> int:
    """Which addresses of which environments a change alters, and proof where it alters none.

    The change is what came since its history left that of --base: what others did there meanwhile does not count.

    Examples: lamina impact --base main; lamina impact --base origin/main --head my-branch --expect dev,staging
    """
    from lamina import __version__
    from lamina.project.impact import impact

    found = impact(folder_of(ctx), __version__, base, head)
    expected = [name.strip() for name in (expect or "").split(",") if name.strip()]
    unexpected = found.unexpected(expected) if expect is not None else []
    if form == "json":
        output.result_json(_impact_json(found, unexpected if expect is not None else None))
    elif form == "markdown":
        from lamina.cli.impact_comment import comment

        output.result(comment(found, unexpected))
    else:
        _text(found)
    if unexpected:
        raise Unexpected(unexpected, expected)
    return 0


def _impact_json(found: "Impact", unexpected: list[str] | None) -> dict[str, Any]:
    return {
        "base": found.base.id,
        "head": found.head.id if found.head else None,
        "environments": [environment_json(one) for one in found.environments],
        "changes": [
            {**change_json(one.name, caused.found), "cause": _cause_json(caused.cause)}
            for one in found.environments
            for caused in one.changes
        ],
        "files": [
            {"file": one.file, "change": one.change, "environments": list(one.environments)} for one in found.files
        ],
        "owners": [
            {"name": one.name, "files": list(one.files), "addresses": list(one.addresses)} for one in found.owners
        ],
        **({} if unexpected is None else {"unexpected": unexpected}),
    }


def environment_json(one: "EnvironmentImpact") -> dict[str, Any]:
    """The documented shape of what becomes of an environment."""
    return {
        "name": one.name,
        "state": one.state,
        "was": one.was,
        "protected": one.protected,
        "digest": {"of": one.digest.of, "before": one.digest.before, "after": one.digest.after},
        "errors": [
            {"side": error.side, "document": error.document, "finding": output.finding_json(error.finding)}
            for error in one.troubles
        ],
    }


def _cause_json(cause: "Cause") -> dict[str, Any]:
    place = cause.position
    return {"file": place.file, "line": place.line, "column": place.column, "side": cause.side}


def _text(found: "Impact") -> None:
    end = found.head.id[:12] if found.head else "the work tree"
    output.result(f"from {found.base.id[:12]} to {end}")
    for alike in alike_environments(found.environments):
        output.result(names_text(alike))
        _environment_text(alike)
    untouched = [one.name for one in found.environments if not one.touched]
    if untouched:
        output.result(untouched_text(untouched))
    shared = [one for one in found.files if len(one.environments) > 1]
    for one in shared:
        output.result(output.safe(f"{one.file} reaches {', '.join(one.environments)}"))
    if found.owners:
        output.result("needs the consent of")
    rows = [(one.name, listing((*one.files, *one.addresses))) for one in found.owners]
    width = max((len(output.safe(name)) for name, _ in rows), default=0)
    for name, reasons in rows:
        # A line that begins with a name from the repository could be a command to the runner of a workflow.
        output.result(f"  - {output.safe(name).ljust(width)}  {output.safe(reasons)}")


def _environment_text(alike: "Sequence[EnvironmentImpact]") -> None:
    one = alike[0]
    told = {"added": "a new environment", "removed": "is no more", "renamed": f"was {one.was}, and renders the same"}
    if one.state in told:
        output.result(f"  {told[one.state]}")
    changes_text([caused.found for caused in one.changes], "  ", [place_text(caused.cause) for caused in one.changes])
    for documents, error in troubles_text(one.troubles):
        output.result(output.styled(output.safe(f"  {documents or one.name} {error}"), "red"))
    for each in alike:
        sides = [digest[:_SHORT] if digest else "nothing" for digest in (each.digest.before, each.digest.after)]
        prefix = f"{each.name} " if len(alike) > 1 else ""
        output.result(output.styled(f"  {prefix}{sides[0]} -> {sides[1]}", "bright_black"))


def names_text(environments: "Sequence[EnvironmentImpact]") -> str:
    """The names of environments as a line above what happens to them."""
    return ", ".join(
        output.styled(output.safe(one.name), "green") + " (protected)" * one.protected for one in environments
    )


def alike_environments(environments: "Iterable[EnvironmentImpact]") -> "list[list[EnvironmentImpact]]":
    """The environments that are touched, those together to which the same happens."""
    groups: list[tuple[tuple[object, ...], list[EnvironmentImpact]]] = []
    for one in (one for one in environments if one.touched):
        errors = [(error.side, error.document, error.finding.position, error.finding.message) for error in one.troubles]
        key = (one.state, one.was, one.changes, errors)
        like = next((group for known, group in groups if known == key), None)
        if like is None:
            groups.append((key, [one]))
        else:
            like.append(one)
    return [group for _, group in groups]

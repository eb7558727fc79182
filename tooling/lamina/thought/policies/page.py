"""The page of a policy: what its author says, whom it is about, what must hold, and where it stands."""

from collections.abc import Iterator

from lamina.thought.policies.policy import Match, Policy


def page(policy: Policy) -> str:
    """The page, in the form of those of other rules."""
    parts = [policy.description.strip(), f"About: {', '.join(_about(policy.match)) or 'every document'}."]
    parts += ["\n".join([f"Where variables.{one.name} is:", "", *_code(one.expression)]) for one in policy.variables]
    parts += [
        "\n".join(["Must hold:", "", *_code(one.expression), *([f"    # {one.message}"] if one.message else [])])
        for one in policy.validations
    ]
    return "\n\n".join([*parts, f"This is a policy of the repository: {policy.file}."]) + "\n"


def _about(match: Match) -> Iterator[str]:
    for what, names in (("kind", match.kinds), ("document", match.documents), ("environment", match.environments)):
        if names is not None:
            yield f"{what}{'s' * (len(names) > 1)} {' or '.join(names)}"
    if match.protected is not None:
        yield "protected environments" if match.protected else "environments that are not protected"


def _code(text: str) -> list[str]:
    return [f"    {line}" for line in text.strip().splitlines()]

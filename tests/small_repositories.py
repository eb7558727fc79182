"""Small repositories at random, with something for every part of the gate: in memory, file by file."""

from held import APP_SCHEMA, Held
from hypothesis import strategies as st

from lamina.project import Project

TEAMS = """
type: object
additionalProperties: false
properties:
  size: {type: integer, x-environments: same}
  lead: {type: string, default: '${app:name}'}
  note: {type: string}
  next: {type: string, x-refers: teams}
"""
NOTED = TEAMS.replace("size:", "# lamina: allow undocumented-key -- clear\n  size:")
POLICY = "description: A policy.\nmatch: {{kinds: [teams]}}\nvalidations: [{{expression: '{}'}}]\n"
ALLOW = "  # lamina: allow redundant-override -- on purpose"
# What each file may be; None is that it is not there.
CHOICES: dict[str, list[str | None]] = {
    "schemas/app/v1.schema.yaml": [APP_SCHEMA, APP_SCHEMA.replace("minimum: 0", "minimum: 3")],
    "schemas/teams/v1.schema.yaml": [TEAMS, TEAMS.replace("size: {", "size: {minimum: 2, "), NOTED],
    "environments/base/app.yaml": [
        "name: a\nretries: 2\n",
        "name: a\n",
        "nome: a\n",
        "name: ${teams/red:note}\n",
        "name: [",
    ],
    "environments/prod/app.yaml": [None, "retries: 2\n", f"retries: 2{ALLOW}\n", "retries: 4\n", "!unset"],
    "environments/dev/app.yaml": [None, "retries: 1\n", "level: loud\n"],
    "environments/base/teams/_defaults.yaml": [None, "size: 1\n", f"note: x{ALLOW}\n"],
    "environments/base/teams/red.yaml": ["size: 1\nnote: n\n", "note: ${teams/blue:note}\n", None],
    "environments/base/teams/blue.yaml": ["note: n\n", "next: red\n", "note: ${app:name}\n", None],
    "environments/prod/teams/red.yaml": [None, "size: 1\n", f"size: 1{ALLOW}\n", "size: 2\n"],
    "environments/qa/teams/blue.yaml": [None, "note: n\n"],
    "policies/few.policy.yaml": [
        None,
        POLICY.format("document.size < 2"),
        POLICY.format("document.size <"),
        "validations: [",
    ],
    "policies/known.policy.yaml": [
        None,
        POLICY.format("documents.app.name != document.note"),
        POLICY.format("documents == {}"),
    ],
    "lamina.yaml": [None, "rules: {redundant-override: note}\n", "environments: {dev: {extends: prod}}\n"],
}
REPOSITORY = st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in CHOICES.items()})


def project(files: dict[str, str | None]) -> Project:
    """A project of the files that are there."""
    return Project(Held({name: text for name, text in files.items() if text is not None}), "0.1.0")

"""The project's chores, each in an environment of its own under .nox; `nox` alone runs what a merge must pass."""

import os
import shutil
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["lint", "types", "tests", "docs", "workflows"]
nox.options.reuse_venv = "yes"

# What others wrote and lamina is held against: the variable that tells the tests its folder, and the script that fetches it.
JUDGES = {
    "LAMINA_SUITES": "tests/conformance/fetch_suites.py",
    "LAMINA_YAML_LANGUAGE_SERVER": "tests/editor/install_server.py",
}

# The files of CI systems, and the schemas that check-jsonschema has for them.
WORKFLOWS = {
    ".github/workflows/*.yml": "vendor.github-workflows",
    "ci/shards.yml": "vendor.github-workflows",
    ".github/dependabot.yml": "vendor.dependabot",
    ".github/ISSUE_TEMPLATE/[!c]*.yml": "vendor.github-issue-forms",
    ".github/ISSUE_TEMPLATE/config.yml": "vendor.github-issue-config",
    "action.yml": "vendor.github-actions",
    "ci/gitlab.yml": "vendor.gitlab-ci",
}

# npm would wait many minutes for a registry that does not answer.
PATIENCE = {"npm_config_fetch_timeout": "60000", "npm_config_fetch_retries": "2"}


@nox.session
def render(session: nox.Session) -> None:
    """Render production of this repository, secrets redacted; `-- ENV [OPTION...]` renders otherwise."""
    session.install("-e", ".")
    session.run("lamina", "render", *(session.posargs or ["prod"]))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests, the conformance suites of others among them; `-- ARGUMENT...` goes to pytest."""
    session.install("-e", ".", "--group", "tests")
    session.run("pytest", "-n", "2", *session.posargs, env=_judges(session))


@nox.session
def long(session: nox.Session) -> None:
    """Run the tests with many more examples, 500 sealed files of each format against sops; `-- ARGUMENT...` for pytest."""
    session.install("-e", ".", "--group", "tests")
    session.run("pytest", "-n", "2", *session.posargs, env={"LAMINA_LONG": "1"})


@nox.session
def torture(session: nox.Session) -> None:
    """Kill, starve and cut off from power what keeps run state, soak what is live, for 40 minutes, and print the outcome."""
    session.install("-e", ".", "--group", "tests")
    long = sorted(str(one) for one in Path("tests").rglob("test_*.py") if "LAMINA_TORTURE" in one.read_text("utf-8"))
    tests = session.posargs or ["tests/torture", *long]
    session.run("pytest", "-n", "2", "-q", "--durations=15", *tests, env={"LAMINA_TORTURE": "1"})


@nox.session
def docs(session: nox.Session) -> None:
    """Run every example of README.md and docs/, and check the pages that are generated."""
    session.install("-e", ".", "--group", "tests")
    session.run("pytest", "tests/docs", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format; `-- --fix` mends what can be mended."""
    session.install("--group", "lint")
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", *([] if fix else ["--diff"]))


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install("-e", ".", "--group", "types")
    session.run("mypy", *session.posargs)


@nox.session
def workflows(session: nox.Session) -> None:
    """Check the files of CI systems, those here and those that `lamina init` writes, by their schemas and with zizmor."""
    session.install("-e", ".", "--group", "workflows")
    begun = Path(session.create_tmp(), "begun")
    shutil.rmtree(begun, ignore_errors=True)
    session.run("lamina", "init", str(begun))
    for root in (Path(), begun):
        for pattern, schema in WORKFLOWS.items():
            if files := sorted(map(str, root.glob(pattern))):
                session.run("check-jsonschema", "--builtin-schema", schema, *files)
        more = sorted(map(str, root.glob("ci/shards.yml")))
        session.run("zizmor", "--offline", "--pedantic", "--strict-collection", "--no-progress", str(root), *more)


@nox.session
def bench(session: nox.Session) -> None:
    """Time lamina beside its peers and print the ratios; `-- ARGUMENT...` goes to the benchmark."""
    session.install(".", "--group", "bench")
    session.run("python", "-m", "bench", *session.posargs)


def _judges(session: nox.Session) -> dict[str, str]:
    """The variables that name the judges, each fetched once; one that cannot be fetched is missing, or an error in CI."""
    found = {}
    if not shutil.which("npm"):
        session.install("--group", "node")
    for variable, script in JUDGES.items():
        folder = Path(session.cache_dir, variable.lower()).resolve()
        try:
            session.run("python", script, str(folder), env=PATIENCE)
            found[variable] = str(folder)
        except CommandFailed:
            if os.environ.get("CI") == "true":
                raise
            session.warn(f"{script} failed, so the tests that need what it fetches are skipped")
    return found

"""`lamina backup ...`: run state in one file, signed; whether it is sound; and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lamina.cli import output
from lamina.cli.clock import now
from lamina.cli.groups import help_alone, table_group
from lamina.cli.options import folder_of, formats, project_of
from lamina.cli.snapshot.places import of_archive, trusts_of
from lamina.cli.state.places import of_store
from lamina.words.times import instant, lasting, second_of, size_text

if TYPE_CHECKING:
    from lamina.changes.backup.drilling import Drill
    from lamina.project import Project
    from lamina.project.backups.verifying import Verified
    from lamina.project.state.opening import StatePlace
    from lamina.project.state.snapshots import ArchivePlace

COMMANDS = {"create": "backup", "verify": "backup", "restore": "backup", "drill": "backup"}
_SIGNERS = click.option(
    "--signers",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Who may sign (of ssh's form allowed_signers), in place of archive.signers of lamina.yaml.",
)


@table_group("backup", COMMANDS, "lamina.cli", "Run state in one signed file, and the way back.")
@click.pass_context
def backup_command(ctx: click.Context) -> None:
    """Back run state up to one file, with its log, its configuration and its archive; verify it, and restore it.

    Example: lamina backup create prod -o prod.tar
    """
    help_alone(ctx)


@click.command("create", short_help="Back a store up to a file.")
@of_store
@click.option(
    "-o", "--output", "file", metavar="FILE", required=True, type=click.Path(path_type=Path), help="The backup."
)
@click.option("--key", metavar="FILE", help="The SSH key that signs it, in place of git's user.signingKey.")
@formats("text", "json")
@click.pass_context
def create_command(ctx: click.Context, place: "StatePlace", file: Path, key: str | None, form: str) -> None:
    """Back the state of an ENVIRONMENT up to FILE, while programs go on writing: log, records, blobs, configuration, archive.

    It is read back and proved before it gets its name. It may hold whatever programs put into state: keep it as you keep that.

    Example: lamina backup create prod -o prod-2026-11-21.tar --key ~/.ssh/id_ed25519
    """
    from lamina import __version__
    from lamina.changes.backup.creating import create

    project = project_of(ctx) if place.environment else None
    root = project.home if project else None
    made = create(place, file, root, key or _signing_key(root or folder_of(ctx)), now, __version__)
    if form == "json":
        output.result_json(_verified_json(file, made.verified))
    else:
        _verified_text(file, made.verified)
    if made.verified.word.key is None:
        output.note("it is not signed: --key FILE, or git config user.signingKey, names a key")
    if made.commit and made.commit.dirty:
        output.note("what is not committed of the configuration is not in it")


@click.command("verify", short_help="Whether a backup is whole and sound.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_SIGNERS
@formats("text", "json")
@click.pass_context
def verify_command(ctx: click.Context, file: Path, signers: Path | None, form: str) -> None:
    """Whether a backup is what was written: every byte, the signature, the log, and that it adds up to the records.

    Exit 0: it is; 1: it is not, or not signed by one who may.

    Example: lamina backup verify prod.tar --signers allowed_signers
    """
    from lamina.project.backups.trust import signers_from
    from lamina.project.backups.verifying import verify

    found = verify(file, signers_from(signers, _project(ctx)))
    if form == "json":
        output.result_json(_verified_json(file, found))
    else:
        _verified_text(file, found)
    _doubt(found)


@click.command("restore", short_help="Restore a backup into a new place.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--into",
    metavar="PATH",
    required=True,
    type=click.Path(path_type=Path),
    help="Where: a file that ends in .sqlite, or a folder; nothing may be there.",
)
@click.option("--as-of", metavar="POINT", help="Up to an event's number, a time, or a commit of the configuration.")
@_SIGNERS
@formats("text", "json")
@click.pass_context
def restore_command(
    ctx: click.Context, file: Path, into: Path, as_of: str | None, signers: Path | None, form: str
) -> None:
    """Restore a backup into a place that held nothing, after it was verified; the store there can be gone on with.

    With --as-of its log ends there: with that event, with the last one by that time, or with the last one under that commit.

    Example: lamina backup restore prod.tar --into .lamina/state.sqlite
    """
    from lamina.changes.backup.restoring import restore
    from lamina.project.backups.trust import signers_from

    project = _project(ctx)
    done = restore(file, into, as_of, signers_from(signers, project), now, output.note, project)
    if form == "json":
        said = {"store": done.store, "seq": done.seq, "runs": done.runs, "home": str(done.home), "lost": [*done.lost]}
        bundle = str(done.configuration) if done.configuration else None
        output.result_json({**said, "configuration": bundle, "backup": _verified_json(file, done.verified)})
    else:
        manifest = done.verified.manifest
        of = f" of {manifest.head.seq:,}" if done.seq < manifest.head.seq else ""
        runs = f"{done.runs:,} run{'s' * (done.runs != 1)}"
        output.result(output.safe(f"{into}: the store {done.store}, up to event {done.seq:,}{of}, {runs}"))
        if done.configuration:
            output.result(output.safe(f"  its configuration: git clone {done.configuration}"))
        if done.store != manifest.store:
            output.note(f"it has a new name, since there are other events elsewhere under {manifest.store}")
        for one in done.lost:
            output.result(output.safe(f"  lacks {one}, as the backup does"))
    _doubt(done.verified)


@click.command("drill", short_help="What a disaster would cost now.")
@of_archive()
@click.option("--file", metavar="FILE", type=click.Path(path_type=Path), help="From this backup, not from the archive.")
@_SIGNERS
@formats("text", "json")
@click.pass_context
def drill_command(
    ctx: click.Context, place: "ArchivePlace", file: Path | None, signers: Path | None, form: str
) -> None:
    """Restore the state of an ENVIRONMENT from the archive's remote, as a new machine would, and compare it with what is there.

    It tells what would be lost, and how long it took; the folder for this is thrown away. Nothing else is touched.

    Examples: lamina backup drill prod; lamina backup drill prod --file prod.tar
    """
    from lamina.changes.backup.drilling import drill_archive, drill_backup
    from lamina.project.backups.trust import signers_from

    if file is not None:
        done = drill_backup(place.home, file, signers_from(signers, _project(ctx)), now, output.note)
    else:
        done = drill_archive(place, trusts_of(ctx), now, output.note)
    if form == "json":
        output.result_json(_drill_json(done))
    else:
        _drill_text(done)


def _drill_text(done: "Drill") -> None:
    runs = f"{done.runs:,} run{'s' * (done.runs != 1)}"
    output.result(output.safe(f"{done.store}: restored up to event {done.restored.seq:,}, {runs}"))
    behind = lasting(max(0, instant(done.present.time) - instant(done.restored.time)))
    lost = f"{done.lost:,} event{'s' * (done.lost != 1)}, the last {behind}" if done.lost else "nothing"
    output.result(f"  would be lost (RPO): {lost}")
    output.result(f"  took (RTO): {done.seconds:.1f} s")


def _drill_json(done: "Drill") -> dict[str, Any]:
    ends = (done.restored, done.present)
    restored, present = ({"seq": one.seq, "time": one.time} for one in ends)
    said = {"store": done.store, "restored": restored, "present": present, "lost": done.lost}
    return {**said, "runs": done.runs, "seconds": round(done.seconds, 3)}


def _project(ctx: click.Context) -> "Project | None":
    """The project, if there is one here: a backup is looked at anywhere."""
    from lamina.world.repository import NotARepository

    try:
        return project_of(ctx)
    except NotARepository:
        return None


def _signing_key(folder: Path) -> str | None:
    """The SSH key that git signs with here, if it has one."""
    from lamina.world.signing import signing_key

    key = signing_key(folder)
    return key if key and (key.startswith("key::") or Path(key).is_file()) else None


def _doubt(found: "Verified") -> None:
    """What a backup that is sound does not show."""
    if found.word.key is None:
        output.note("it is not signed: it is whole, and nobody says whose it is")
    elif found.word.signer is None:
        output.note("nobody here says who may sign: --signers FILE, or archive.signers in lamina.yaml")


def _verified_text(file: Path, found: "Verified") -> None:
    manifest = found.manifest
    log = f"events {manifest.first:,} to {manifest.head.seq:,}" if manifest.first else "no log"
    blobs = sum(one.name.startswith("blobs/") for one in manifest.members)
    counts = f"{found.runs:,} run{'s' * (found.runs != 1)}, {blobs:,} blob{'s' * (blobs != 1)}"
    output.result(output.safe(f"{file}: the store {manifest.store}, {log}, {counts}, {size_text(found.size)}"))
    output.result(output.safe(f"  taken {second_of(manifest.taken)}Z with lamina {manifest.tool}"))
    commit = manifest.configuration.commit
    if commit:
        output.result(f"  configuration at {commit[:12]}")
    if manifest.archive:
        output.result(output.safe(f"  archive {manifest.archive}"))
    if found.word.key:
        output.result(output.safe(f"  signed by {' '.join(filter(None, (found.word.signer, found.word.key)))}"))
    for one in manifest.missing:
        output.result(f"  lacks {one}, which was not there or damaged")


def _verified_json(file: Path, found: "Verified") -> dict[str, Any]:
    manifest = found.manifest
    return {
        "file": str(file),
        "size": found.size,
        "store": manifest.store,
        "environment": manifest.environment,
        "taken": manifest.taken,
        "tool": manifest.tool,
        "first": manifest.first,
        "head": {"seq": manifest.head.seq, "hash": manifest.head.hash},
        "runs": found.runs,
        "configuration": {"commit": manifest.configuration.commit, "digest": manifest.configuration.digest},
        "archive": manifest.archive,
        "key": found.word.key,
        "signer": found.word.signer,
        "missing": [*manifest.missing],
        "members": len(manifest.members),
    }

"""What an audit finds wrong: small records, a function for each kind, so that every message stands in one place."""

from lamina.words.errors import listing
from lamina.words.finding import Severity
from lamina.words.values import dataclass

_RESTORE = "compare it with the archive (lamina snapshot list), find out who could write here, and restore what was pushed last"
_ASK = "ask who made it; if nobody did, treat the archive as tampered with"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong: its kind, the sentence that says so, where (a file, an event), how bad, and the way out."""

    kind: str
    message: str
    file: str | None = None
    seq: int | None = None
    severity: Severity = "error"
    fix: str | None = None


def broken_chain(file: str, line: int, seq: int, what: str) -> Flaw:
    """A line of the log that is not what was written, or does not continue from the one before."""
    message = f"line {line} {what}; the log is sound up to event {seq - 1}, and nothing after it can be told"
    return Flaw("broken-chain", message, file, seq, fix=_RESTORE)


def missing_beginning(file: str, first: int, what: str) -> Flaw:
    """A log that begins later than with its first event, and not as retention leaves one."""
    return Flaw("missing-beginning", f"the log begins with event {first}, and {what}", file, first, fix=_RESTORE)


def foreign_log(file: str, found: str, store: str) -> Flaw:
    """The log of another store."""
    return Flaw("foreign-log", f"this is the log of {found}, not of {store}", file, 1, fix=_RESTORE)


def damaged_anchor(file: str, why: str) -> Flaw:
    """A file that should hold an anchor."""
    return Flaw("damaged-anchor", f"this is no anchor: {why}", file, fix=_ASK)


def foreign_anchor(file: str, found: str, store: str) -> Flaw:
    """The anchor of another store's log."""
    return Flaw("foreign-anchor", f"this anchors the log of {found}, not of {store}", file, fix=_ASK)


def misnamed_anchor(file: str, seq: int) -> Flaw:
    """An anchor under the name of another."""
    return Flaw("misnamed-anchor", f"this is the anchor of event {seq}, under the name of another", file, seq, fix=_ASK)


def replaced_anchor(file: str, seq: int, other: str) -> Flaw:
    """Two anchors of one event that do not say the same."""
    return Flaw("replaced-anchor", f"the anchor of event {seq} does not say what {other} says", file, seq, fix=_ASK)


def unsigned_anchor(file: str, seq: int, before: bool) -> Flaw:
    """An anchor without a signature; `before` any other had one."""
    if before:
        message = f"the anchor of event {seq} is not signed, and does not count; later ones are"
        return Flaw("unsigned-anchor", message, file, seq, "note")
    fix = "sign what is pushed: git config user.signingKey names the key"
    return Flaw("unsigned-anchor", f"the anchor of event {seq} is not signed, and does not count", file, seq, fix=fix)


def bad_signature(file: str, seq: int, why: str) -> Flaw:
    """A signature that is not of this text by that key."""
    return Flaw(
        "bad-signature", f"the signature of the anchor of event {seq} does not hold: {why}", file, seq, fix=_ASK
    )


def unknown_signer(file: str, seq: int, key: str, why: str) -> Flaw:
    """A signature by a key that may not sign, or not then."""
    fix = "a key that was retired keeps its line, with valid-before; if nobody knows this one, the archive was tampered with"
    return Flaw("unknown-signer", f"the anchor of event {seq} is signed by {key}: {why}", file, seq, fix=fix)


def time_back(file: str, seq: int, time: str, before: int, earlier: str) -> Flaw:
    """Anchors whose times do not follow the events."""
    message = f"the anchor of event {seq} is of {time}, and that of event {before} of {earlier}, which is later"
    return Flaw("time-back", message, file, seq, fix=_ASK)


def missing_anchor(file: str, seq: int) -> Flaw:
    """An anchor that was pushed, and is no longer in the archive."""
    message = f"the anchor of event {seq} was pushed, and is not in the archive: its branch was moved back or rewritten"
    fix = "see who moved the branch (the log of the server), and push again what is here: lamina snapshot push"
    return Flaw("missing-anchor", message, file, seq, fix=fix)


def archive_rewound(seq: int, end: int) -> Flaw:
    """An archive that ends before what was pushed, by the log's own word."""
    message = f"the log says that it was pushed up to event {seq}, and the archive ends with event {end}"
    return Flaw(
        "archive-rewound",
        message,
        None,
        seq,
        fix="lamina snapshot pull fetches what the remote has, and tells what it lost",
    )


def log_cut(file: str, seq: int, end: int) -> Flaw:
    """A log that ends before an event that was anchored."""
    return Flaw(
        "log-cut", f"the log ends with event {end}, and it was anchored up to event {seq}", file, seq, fix=_RESTORE
    )


def other_log(file: str, seq: int, since: int) -> Flaw:
    """A log that is not the one that was anchored."""
    message = f"the log up to event {seq} is not the one that was anchored; what is other lies after event {since}"
    return Flaw("other-log", message, file, seq, fix=_RESTORE)


def out_of_reach(file: str, seqs: list[int]) -> Flaw:
    """Anchors that lie before where the log begins, so that their trees cannot be made again."""
    message = (
        f"the log begins after the events {listing([*map(str, seqs)])}: of their anchors only the signatures are judged"
    )
    return Flaw("out-of-reach", message, file, seqs[-1], "note")


def projection_ahead(seq: int, end: int) -> Flaw:
    """Records of runs that know more events than the log holds."""
    message = f"the records of runs hold event {seq}, and the log ends with event {end}: its end was cut off"
    return Flaw("projection-ahead", message, None, seq, fix=_RESTORE)


def projection_other(seq: int) -> Flaw:
    """Records of runs that were made from another log."""
    fix = "lamina state rebuild makes the records anew from the log, once it is known that the log is the right one"
    return Flaw("projection-other", f"the records of runs were made from another event {seq}", None, seq, fix=fix)


def bad_signers(file: str, line: int, why: str) -> Flaw:
    """A line of the file of signers that allows nobody."""
    return Flaw("bad-signers", f"line {line} allows nobody: {why}", file, None, "warning", "mend the line")


def no_file_of_signers(file: str, why: str) -> Flaw:
    """A file of signers that cannot be read, so that nobody may sign."""
    return Flaw(
        "bad-signers",
        f"the file of signers cannot be read: {why}",
        file,
        fix="commit the file, or mend archive.signers",
    )


def unreadable_records(file: str, why: str) -> Flaw:
    """Records of runs that cannot be read, so that they tell nothing of the log."""
    return Flaw(
        "unreadable-records",
        f"the records of runs cannot be read: {why}",
        file,
        None,
        "warning",
        "lamina state rebuild",
    )


def no_signers() -> Flaw:
    """No file of signers, so that anybody could have made the anchors."""
    fix = "name the file of ssh's form allowed_signers in lamina.yaml: archive: {signers: .allowed_signers}"
    message = "lamina.yaml names no signers, so that no anchor counts: anybody who can write the archive can make one"
    return Flaw("no-signers", message, "lamina.yaml", None, "warning", fix)


def no_anchor() -> Flaw:
    """An archive without anchors."""
    return Flaw(
        "no-anchor",
        "nothing was anchored yet",
        None,
        None,
        "note",
        "lamina snapshot push makes an anchor, with a key of git (user.signingKey)",
    )

"""What is seen without a key of the files that sops made, and of those that were tampered with afterwards."""

from datetime import UTC, datetime

import pytest
from thought.sealed.golden_files import Case, cases

from lamina.thought.sealed.inspecting import inspected, looks_sealed
from lamina.thought.sealed.inspecting.seeing import Inspection

NOW = datetime(2027, 1, 1, tzinfo=UTC)
POSITIVE = {name: case for name, case in cases().items() if case.file("encrypted") is not None}
NEGATIVE = {name: case for name, case in cases("negative").items() if case.file("encrypted") is not None}
# What leaves a sign that needs no key: the rule of the finding, and its place.
SIGNS = {
    "added-plain-comment": ("plain-comment", "2:1"),
    "added-plain-key": ("plain-value", "2:8"),
    "age-enc-corrupt": ("bad-wrapped-key", "17:22"),
    "age-enc-empty": ("bad-wrapped-key", "17:22"),
    "lastmodified-missing": ("bad-lastmodified", "15:1"),
    "mac-from-other-value": ("bad-mac", "27:5"),
    "merge-conflict-in-metadata": ("merge-conflict", "26:1"),
    "not-utf8": ("syntax", "1:1"),
    "suffix-rule-changed": ("plain-value", "7:19"),
    "truncated-file-mid-metadata": ("bad-mac", "27:5"),
    "truncated-file-mid-value": ("no-metadata", "1:1"),
    "two-rules": ("several-selections", "29:5"),
    "type-bytes": ("bad-ciphertext", "2:7"),
    "type-unknown": ("bad-ciphertext", "2:7"),
    "value-bad-base64": ("bad-ciphertext", "2:7"),
    "value-base64-with-spaces": ("bad-ciphertext", "2:7"),
    "value-trailing-garbage-after-bracket": ("bad-ciphertext", "2:7"),
    "value-truncated-enc": ("bad-ciphertext", "2:7"),
    "version-garbage": ("odd-metadata", "29:5"),
    "version-missing": ("odd-metadata", "15:1"),
}
# What only a key can tell, or nobody; and runs that are about the command, whose file is sound.
SILENT = {
    "added-empty-string-key", "already-encrypted", "b2-list-merge", "b2-ok", "b2-rename-unencrypted-key",
    "changed-unencrypted-value", "extract-index-oob", "extract-ok-int", "extract-ok-list-item", "key-env-with-spaces",
    "lastmodified-changed", "lastmodified-unquoted", "renamed-key", "set-bad-json", "suffix-rule-removed",
    "swapped-list-items", "tampered-data", "tampered-tag", "tampered-type-str-to-int", "type-int-to-float",
    "type-int-to-str", "value-nulled", "version-newer",
}  # fmt: skip


def seen(case: Case) -> Inspection:
    file = case.file("encrypted")
    assert file is not None
    assert looks_sealed(file.read_bytes(), file.name)
    return inspected(file.read_bytes(), file.name, NOW)


def test_every_tampered_file_is_known() -> None:
    assert NEGATIVE.keys() - {"file-missing"} == SIGNS.keys() | SILENT


@pytest.mark.parametrize("name", SIGNS)
def test_a_tampered_file_with_a_sign(name: str) -> None:
    rule, place = SIGNS[name]
    found = {(one.rule, f"{one.position.line}:{one.position.column}") for one in seen(NEGATIVE[name]).findings}
    assert (rule, place) in found


@pytest.mark.parametrize("name", sorted(SILENT))
def test_a_tampered_file_without_a_sign(name: str) -> None:
    assert {one.rule for one in seen(NEGATIVE[name]).findings} <= {"outside-mac"}
    assert seen(NEGATIVE[name]).sound


@pytest.mark.parametrize("name", POSITIVE)
def test_what_sops_wrote_is_sound(name: str) -> None:
    # sops takes a pattern that it cannot read, and the same recipient twice; nobody should.
    allowed = {"bad-pattern"} if name.endswith(("regex-invalid", "lookahead")) else set()
    allowed |= {"repeated-recipient"} if "dup-cli" in name else set()
    found = [one for one in seen(POSITIVE[name]).findings if one.severity != "note"]
    assert {one.rule for one in found} == allowed


@pytest.mark.parametrize("name", [*NEGATIVE, *POSITIVE])
def test_no_message_quotes_a_value(name: str) -> None:
    case = (NEGATIVE | POSITIVE)[name]
    plain = "hunter2" if case.folder.parent.name == "negative" else "canary"
    if name == "file-missing":
        return
    for one in seen(case).findings:
        assert plain not in one.message + (one.fix or "")
        assert "visible" not in one.message

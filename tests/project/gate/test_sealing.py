"""Sealed files in the check: what `secrets check` finds, of any tree, and without a key."""

from datetime import UTC, datetime

from held import project, told
from sealing import NOW, VERSION_PLAIN, Person, sealed_for

from lamina.project.gate import check

ALICE, BOB = Person(), Person()
RULES = """
    creation_rules:
      - path_regex: ^environments/prod/.+\\.sops\\.yaml$
        unencrypted_regex: ^schemaVersion$
        age: {alice}
      - path_regex: ^deploy/.*secret.*
        age: {alice}
"""
PLAIN = {"environments/base/app.yaml": "name: a\n", "environments/prod/app.yaml": "level: info\n"}
SEALED = sealed_for(ALICE, text="db:\n  password: x\n", rule=VERSION_PLAIN)


def found(files: dict[str, str | bytes], now: datetime = NOW) -> list[str]:
    rules = {".sops.yaml": RULES.format(alice=ALICE.recipient)}
    return told(check(project({**PLAIN, **rules, **files}), now=now).findings)


def test_a_sound_repository_has_no_findings() -> None:
    assert found({"environments/prod/app.sops.yaml": SEALED}) == []


def test_a_ciphertext_that_was_changed_is_found() -> None:
    cut = SEALED.replace(b"ENC[AES256_GCM,data:", b"ENC[AES256_GCM,dta:", 1)
    assert "environments/prod/app.sops.yaml:2:13 bad-ciphertext" in found({"environments/prod/app.sops.yaml": cut})


def test_a_plain_file_under_a_sealed_name_is_found_always() -> None:
    assert found({"environments/prod/app.sops.yaml": "db: {host: x}\n"}).count(
        "environments/prod/app.sops.yaml:1:1 not-sealed"
    )


def test_a_file_that_a_creation_rule_is_meant_for_is_found_wherever_it_stands() -> None:
    assert found({"deploy/secret.env": "PASSWORD=x\n"}) == ["deploy/secret.env:1:1 not-sealed"]
    assert found({"deploy/other.env": "MODE=x\n"}) == []


def test_who_can_open_it_is_compared_with_the_rule() -> None:
    other = sealed_for(ALICE, BOB, text="db:\n  password: x\n", rule=VERSION_PLAIN)
    assert "wrong-recipients" in " ".join(found({"environments/prod/app.sops.yaml": other}))
    unmatched = {"environments/base/app.sops.yaml": SEALED}
    assert found(unmatched) == ["environments/base/app.sops.yaml:1:1 no-creation-rule"]


def test_the_time_is_told_by_who_asks() -> None:
    files: dict[str, str | bytes] = {"environments/prod/app.sops.yaml": SEALED}
    assert "future-lastmodified" in " ".join(found(files, datetime(2020, 1, 1, tzinfo=UTC)))
    assert told(check(project({**PLAIN, **files})).findings) == []


def test_what_is_wrong_with_the_rules_is_found() -> None:
    assert found({".sops.yaml": "creation_rules:\n  - {path_regex: x, agee: y}\n"})[0].startswith(".sops.yaml:2:")


def test_rules_of_a_folder_are_for_the_files_below_it() -> None:
    rules = f"creation_rules:\n  - path_regex: secret\n    age: {BOB.recipient}\n"
    sealed = sealed_for(ALICE, text="a: b\n")
    assert "wrong-recipients" in " ".join(
        found({"environments/prod/.sops.yaml": rules, "environments/prod/secret.sops.yaml": sealed})
    )


def test_only_the_layers_of_the_environment_are_judged_where_one_is_asked_about() -> None:
    files = {**PLAIN, "environments/dev/app.sops.yaml": "db: {host: x}\n", "deploy/secret.env": "PASSWORD=x\n"}
    assert told(check(project(files), ("prod",)).findings) == []

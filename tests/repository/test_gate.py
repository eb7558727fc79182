"""The check of this repository: nothing but notes, and those of sealed layers whose keys are held elsewhere."""

from datetime import UTC, datetime

from repository.schema_files import ROOT

import lamina
from lamina.project.gate import check


def test_there_is_no_false_alarm() -> None:
    found = check(lamina.open(ROOT), now=datetime.now(UTC)).findings
    assert [f"{one.position} {one.rule}" for one in found if one.severity != "note"] == []
    notes = {(one.rule, one.position.file.endswith(".sops.yaml")) for one in found}
    assert notes <= {("outdated-version", True)}

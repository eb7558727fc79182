"""Golden files changed at random: each opens, or is refused as what it is; never a bug's traceback."""

import os
from datetime import UTC, datetime
from random import Random

import pytest
from thought.sealed.golden_files import ALICE, cases, keys

from lamina.thought.sealed.keys import Sharing
from lamina.thought.sealed.opening import look, opened
from lamina.thought.sealed.plaintext import plain_text
from lamina.thought.sealed.rekeying import rotated
from lamina.thought.sealed.sealing import resealed
from lamina.words.errors import Failure

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EACH = 1000 if os.environ.get("LAMINA_LONG") else 15
SEALED = {name: case for name, case in cases().items() if case.file("encrypted") and name != "bin-random"}
PARTS = [
    b"[",
    b"]",
    b"{",
    b"}",
    b":",
    b"- ",
    b"\n",
    b"  ",
    b"#",
    b"&a ",
    b"*a",
    b"!!int ",
    b"|",
    b"---\n",
    b"? ",
    b'"',
    b"'",
    b"\t",
    b"\r",
    b"\xff",
    b"\0",
    b"sops",
    b"null",
    b"=",
    b";",
    b"[sops]\n",
    b"sops_",
    b"__list_",
    b"__map_",
    b",",
    b"\\",
    b"`",
    b'"""',
]


@pytest.mark.parametrize("name", SEALED)
def test_a_broken_file_opens_or_is_refused(name: str) -> None:
    case, random = SEALED[name], Random(name)
    people, file = keys(*case.meta["keys"]), f"f.{case.kind}"
    for _ in range(EACH):
        try:
            found = opened(
                look(changed(case.data("encrypted"), random), file, case.kind), people, random.random() < 0.5
            )
            rotated(found, Sharing(((ALICE,),)), os.urandom, NOW)
            resealed(found, changed(plain_text(found), random), os.urandom, NOW)
        except Failure:
            continue


def changed(data: bytes, random: Random) -> bytes:
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(data))
        end = min(len(data), at + random.randint(0, 40))
        put = random.choice((random.choice(PARTS), b"", data[at:end] * 2))
        data = data[:at] + put + data[random.choice((at, end)) :]
    return data

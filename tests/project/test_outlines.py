"""Positions in sealed files go by the data, which has no comments."""

import pytest
from conftest import Builder, Lamina
from sealing import Person, sealed_for

ANN = Person()
SCHEMA = "type: object\nproperties: {l: {type: array, items: {type: integer, x-secret: true}}}\n"


@pytest.mark.parametrize("comment", ["", "  # about the first\n", "  # one\n  # two\n"])
def test_an_item_after_comments_is_where_it_stands(comment: str, repository: Builder, lamina: Lamina) -> None:
    data = sealed_for(ANN, text=f"l:\n{comment}  - 1\n  - wrong\n")
    root = repository({"schemas/app/v1.schema.yaml": SCHEMA, "environments/dev/app.sops.yaml": data})
    line = 1 + next(i for i, text in enumerate(data.decode().splitlines()) if "type:str" in text)
    assert f"environments/dev/app.sops.yaml:{line}:5: error" in lamina("validate", cwd=root).out

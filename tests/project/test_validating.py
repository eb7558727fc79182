"""Several processes find what one does."""

import pytest
from conftest import Builder

import lamina
from lamina.project.validating import validated
from lamina.words.finding import in_order
from lamina.words.shards import Shard

SCHEMA = "$schema: https://json-schema.org/draft/2020-12/schema\nproperties: {a: {type: integer}, b: {default: 1}}\n"
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "schemas/lone/v1.schema.yaml": SCHEMA.replace("integer", "nothing"),
    "environments/base/app/_defaults.yaml": "a: 1\n",
    "environments/base/lone/_defaults.yaml": "a: [\n",
    "environments/prod/app/gone.yaml": "!unset\n",
    **{f"environments/base/app/n{number}.yaml": f"a: {number if number % 3 else 'x'}\n" for number in range(120)},
    **{f"environments/prod/app/n{number}.yaml": "b: ${app/n0:a}\n" for number in range(0, 120, 7)},
    "environments/dev/app/n1.yaml": "a: y\n",
}


@pytest.mark.parametrize("jobs", [2, 3])
@pytest.mark.parametrize("environments", [(), ("prod",), ("dev", "prod")])
def test_several_processes_find_what_one_does(jobs: int, environments: tuple[str, ...], repository: Builder) -> None:
    root = repository(FILES)
    alone = in_order(lamina.open(root).validate(environments))
    assert validated(lamina.open(root), environments, jobs=jobs) == alone
    assert len(alone) > 40


@pytest.mark.parametrize("of", [2, 3])
def test_several_processes_find_what_one_does_of_a_shard(
    of: int, repository: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lamina.project.validating._WORTH_SHARING", 0)
    root = repository(FILES)
    for shard in (Shard(number, of) for number in range(1, of + 1)):
        alone = in_order(lamina.open(root).validate(shard=shard))
        assert validated(lamina.open(root), jobs=2, shard=shard) == alone != []

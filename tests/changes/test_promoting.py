"""Promoting: the smallest edits of the other environment's layers, and what is held back."""

from collections.abc import Mapping

import pytest
from held import APP_SCHEMA, project

from lamina.changes.plan import WouldNotHold
from lamina.changes.promoting import AbstractSource, Promotion, promoted
from lamina.project import Broken, NoSuchDocument, NoSuchEnvironment
from lamina.project.explaining import NoSuchValue
from lamina.words.address import parse_address
from lamina.words.errors import Misuse

SCHEMA = APP_SCHEMA.replace("level: {", "level: {x-environments: [dev], ").replace(
    "labels: {type: object,", "labels: {type: object, properties: {region: {x-environments: own}},"
)
SEALED = "db: {password: 'ENC[AES256_GCM,data:%s==,iv:QQ==,tag:QQ==,type:str]'}\nsops: {mac: x}\n"
FILES = {
    "schemas/app/v1.schema.yaml": SCHEMA,
    "environments/base/app.yaml": "name: shop\nretries: 1\nhosts: [a]\nlabels: {team: core}\n",
    "environments/staging/app.yaml": "retries: 4\nhosts: [b]\nlabels: {region: us, tier: web}\ndb: {host: staging.db}\n",
    "environments/prod/app.yaml": "# prod\nretries: 2 # for now\nlabels: {region: eu}\n",
}


def moved(files: Mapping[str, str | bytes], *addresses: str, source: str = "staging", to: str = "prod") -> Promotion:
    return promoted(project(files), source, to, [parse_address(one) for one in addresses])


def text(found: Promotion) -> str:
    (one,) = found.plan.files
    return (one.after or b"").decode()


def held(found: Promotion) -> dict[str, str]:
    return {str(one.address): one.reason for one in found.held}


def test_everything_that_differs() -> None:
    found = moved(FILES)
    assert text(found) == (
        "# prod\nretries: 4 # for now\nlabels: {region: eu, tier: web}\nhosts:\n  - b\ndb:\n  host: staging.db\n"
    )
    assert list(held(found)) == ["app:labels.region"]
    assert "x-environments: own" in held(found)["app:labels.region"]


def test_one_address_alone() -> None:
    found = moved(FILES, "app:labels")
    assert text(found) == FILES["environments/prod/app.yaml"].replace("eu}", "eu, tier: web}")
    assert [str(one) for one in found.promoted] == ["app:labels.tier"]


def test_what_lies_below_says_it_already() -> None:
    files = {**FILES, "environments/staging/app.yaml": "labels: {region: us}\n"}
    assert text(moved(files)) == "# prod\nlabels: {region: eu}\n"
    away = {**FILES, "environments/staging/app.yaml": "labels: {region: us}\nhosts: !unset\n"}
    assert text(moved(away, "app:hosts")).endswith("hosts: !unset\n")


def test_nothing_comes_from_what_is_abstract() -> None:
    with pytest.raises(AbstractSource, match="base is abstract"):
        moved(FILES, source="base")
    assert text(moved(FILES, "app:retries", to="base")) == str(FILES["environments/base/app.yaml"]).replace("1", "4")


def test_a_map_that_the_other_has_not_goes_as_a_whole() -> None:
    prod = "deep:\n  er: {a: 1, b: 2}\nkept: 1\n"
    files = {"schemas/app/v1.schema.yaml": "type: object\n", "environments/prod/app.yaml": prod}
    files["environments/staging/app.yaml"] = "kept: 1\n"
    assert text(moved(files)) == "kept: 1\n"
    assert text(moved(files, "app:deep.er.a")) == prod.replace("a: 1, ", "")
    files["environments/staging/app.yaml"] = "kept: 1\ndeep: {er: {}}\n"
    assert text(moved(files)) == "deep:\n  er: {}\nkept: 1\n"


def test_nothing_to_do() -> None:
    found = moved({**FILES, "environments/prod/app.yaml": "", "environments/staging/app.yaml": "labels: {region: x}\n"})
    assert found.plan.files == ()
    assert list(held(found)) == ["app:labels.region"]
    assert moved(FILES, "app:name").plan.files == ()


def test_secrets_are_held_back_and_shown_nowhere() -> None:
    files = {
        **FILES,
        "environments/staging/app.sops.yaml": SEALED % "QQ",
        "environments/prod/app.sops.yaml": SEALED % "Qg",
    }
    found = moved(files, "app:db")
    assert list(held(found)) == ["app:db.password"]
    plain = {**FILES, "environments/staging/app.yaml": "db: {password: hunter2}\nusers: [{name: a, token: hunter2}]\n"}
    found = moved(plain, "app:db", "app:users")
    assert list(held(found)) == ["app:db.password", "app:users"]
    assert "hunter2" not in repr(found.held)


def test_where_only_some_environments_may_differ() -> None:
    files = {**FILES, "environments/staging/app.yaml": "level: debug\n", "environments/dev/app.yaml": "{}\n"}
    assert held(moved(files, "app:level")) == {"app:level": "only dev may differ from the others here (x-environments)"}
    assert text(moved(files, "app:level", to="dev")) == "level: debug\n"


def test_documents_that_one_side_lacks() -> None:
    kinds = {"schemas/web/v1.schema.yaml": "type: object\n"}
    new = moved({**FILES, **kinds, "environments/staging/web.yaml": "port: 1\n"}, "web")
    assert [(one.file, one.before, one.after) for one in new.plan.files] == [
        ("environments/prod/web.yaml", None, b"port: 1\n")
    ]
    alone = moved({**FILES, **kinds, "environments/prod/web.yaml": "port: 1\n"})
    assert "takes no document away" in held(alone)["web"]


def test_an_environment_that_extends_it_must_not_break() -> None:
    files = {
        **FILES,
        "lamina.yaml": "environments: {eu: {extends: prod}}\n",
        "environments/eu/app.yaml": "labels: {tier: !unset }\n",
        "environments/prod/app.yaml": "labels: {tier: x}\n",
        "environments/staging/app.yaml": "{}\n",
    }
    with pytest.raises(WouldNotHold, match="eu would have errors"):
        moved(files)


@pytest.mark.parametrize(
    ("words", "failure"),
    [
        (("staging", "staging"), Misuse),
        (("staging", "nowhere"), NoSuchEnvironment),
        (("nowhere", "prod"), NoSuchEnvironment),
        (("staging", "prod", "app:hosts[0]"), Misuse),
        (("staging", "prod", "app:nothing.here"), NoSuchValue),
        (("staging", "prod", "web"), NoSuchDocument),
    ],
)
def test_what_cannot_be_promoted(words: tuple[str, ...], failure: type[Exception]) -> None:
    source, to, *addresses = words
    with pytest.raises(failure):
        moved(FILES, *addresses, source=source, to=to)


def test_a_source_with_errors_gives_nothing() -> None:
    with pytest.raises(Broken):
        moved({**FILES, "environments/staging/app.yaml": "retries: many\n"}, "app:labels")

"""Rolling back, by the contents of two moments: what is written, what it proves, and what is refused."""

from collections.abc import Mapping

import pytest
from held import APP_SCHEMA, project
from sealing import VERSION_PLAIN, Person, sealed_for

from lamina.changes.plan import Plan, WouldNotHold
from lamina.changes.rewriting import NothingWritten
from lamina.changes.rolling.restoring import SecretReturns
from lamina.changes.rolling.rollback import rolled_back
from lamina.changes.rolling.target import ReadableByOthers
from lamina.project import NoSuchEnvironment, Project
from lamina.project.keyring import Keyring
from lamina.words.address import Address

SETTINGS = "environments: {prod: {}, dev: {}, prod-eu: {extends: prod}}\n"
THEN = {
    "lamina.yaml": SETTINGS,
    "environments/base/app.yaml": "name: shop\nlevel: info\nhosts: [a]\n",
    "environments/prod/app.yaml": "# for prod\nretries: 5 # as they asked\n",
    "environments/prod-eu/app.yaml": "labels: {region: eu}\n",
}
NOW = {
    "lamina.yaml": SETTINGS,
    "environments/base/app.yaml": "name: shop\nlevel: debug\nhosts: [a, b]\nlabels: {new: x}\n",
    "environments/prod/app.yaml": "retries: 9\n",
    "environments/prod-eu/app.yaml": "labels: {region: eu}\n",
}
V2 = {
    "schemas/app/v2.schema.yaml": APP_SCHEMA.replace(
        "retries: {type: integer, minimum: 0, default: 3, description: How often.}",
        "retry: {type: object, additionalProperties: false, properties: {limit: {type: integer, default: 3}}}",
    ),
    "schemas/app/v2.migration.yaml": "operations:\n- move: {from: retries, to: retry.limit}\n",
}
KEYS = Keyring({})


def rolled(
    now: Mapping[str, str | bytes], then: Mapping[str, str | bytes], to: str | None = "prod", **more: bool
) -> Plan:
    return rolled_back(project(now), project(then), to, KEYS, **more)


def texts(plan: Plan) -> dict[str, str | None]:
    return {one.file: one.after.decode() if one.after is not None else None for one in plan.files}


def effects(plan: Plan) -> dict[str, list[str]]:
    return {
        one.name: [str(Address(caused.found.document, caused.found.change.path)) for caused in one.changes]
        for one in plan.effects
    }


def test_one_environment_is_what_it_was_whatever_the_base_is_now() -> None:
    plan = rolled(NOW, THEN)
    assert texts(plan) == {
        "environments/prod/app.yaml": (
            "# for prod\nretries: 5 # as they asked\nlevel: info\nhosts: !replace\n  - a\nlabels: !unset\n"
        )
    }
    assert dict(project(THEN).render("prod")) == dict(plan.after.render("prod"))


def test_environments_that_extend_it_change_too_and_no_other_does() -> None:
    plan = rolled(NOW, THEN)
    found = effects(plan)
    assert found["dev"] == []
    assert found["prod"] == ["app:level", "app:hosts", "app:labels", "app:retries"]
    assert found["prod-eu"] == ["app:level", "app:hosts", "app:labels.new", "app:retries"]


def test_all_of_it_is_what_it_was() -> None:
    plan = rolled({**NOW, "environments/dev/app.yaml": "retries: 1\n"}, THEN, None)
    assert texts(plan) == {
        "environments/base/app.yaml": THEN["environments/base/app.yaml"],
        "environments/dev/app.yaml": None,
        "environments/prod/app.yaml": THEN["environments/prod/app.yaml"],
    }


def test_where_nothing_differs_nothing_is_done() -> None:
    assert rolled(THEN, THEN).files == ()
    now = {**THEN, "environments/prod/app.yaml": "retries: 5 # the same, said otherwise\nlevel: info\n"}
    assert rolled(now, THEN).files == ()


def test_across_a_change_of_format() -> None:
    now = {**NOW, **V2}
    for name in ("base", "prod", "prod-eu"):
        file = f"environments/{name}/app.yaml"
        now[file] = "schemaVersion: 2\n" + NOW[file].replace("retries: 9", "retry: {limit: 9}")
    plan = rolled(now, THEN)
    after = plan.after.render("prod")["app"]
    assert after == {"name": "shop", "level": "info", "hosts": ["a"], "retry": {"limit": 5}}
    assert plan.after.tree.layer(plan.after.road("prod").stack("app")[1]).version == 2
    text = texts(plan)["environments/prod/app.yaml"]
    assert text is not None
    assert text.startswith("# for prod\n")
    everything = rolled(now, THEN, None)
    assert everything.after.render("prod-eu")["app"]["labels"] == {"region": "eu"}


def test_a_reference_that_names_an_old_place_is_no_difference() -> None:
    kinds = {"schemas/web/v1.schema.yaml": "type: object\n"}
    then = {**THEN, **kinds, "environments/base/web.yaml": "tries: ${app:retries}\n"}
    now = {**NOW, **kinds, **V2, "environments/base/web.yaml": "tries: ${app:retry.limit}\n"}
    for name in ("base", "prod", "prod-eu"):
        text = NOW[f"environments/{name}/app.yaml"].replace("retries: 9", "retry: {limit: 9}")
        now[f"environments/{name}/app.yaml"] = f"schemaVersion: 2\n{text}"
    plan = rolled(now, then)
    assert list(texts(plan)) == ["environments/prod/app.yaml"]
    assert plan.after.render("prod")["web"] == {"tries": 5}
    own = {**then, "environments/prod/web.yaml": "tries: ${app:retries}\nmore: ${app:retries}\n"}
    assert texts(rolled(now, own))["environments/prod/web.yaml"] == (
        "tries: ${app:retry.limit}\nmore: ${app:retry.limit}\n"
    )


def test_documents_that_came_and_went() -> None:
    kinds = {"schemas/web/v1.schema.yaml": "type: object\n"}
    with_web = {**THEN, **kinds, "environments/base/web.yaml": "a: 1\n", "environments/prod/web.yaml": "b: 2\n"}
    without = {**THEN, **kinds}
    assert texts(rolled({**without, "environments/base/web.yaml": "a: 1\n"}, without)) == {
        "environments/prod/web.yaml": "!unset\n"
    }
    assert texts(rolled(with_web, without)) == {"environments/prod/web.yaml": "!unset\n"}
    assert texts(rolled(without, with_web)) == {"environments/prod/web.yaml": "b: 2\na: 1\n"}
    assert texts(rolled(with_web, without, None)) == {
        "environments/base/web.yaml": None,
        "environments/prod/web.yaml": None,
    }


def test_a_kind_that_is_no_more() -> None:
    then = {**THEN, "schemas/web/v1.schema.yaml": "type: object\n", "environments/prod/web.yaml": "a: 1\n"}
    with pytest.raises(WouldNotHold) as caught:
        rolled(THEN, then)
    assert {finding.rule for finding in caught.value.findings} == {"no-schema"}


def test_the_default_of_today_counts() -> None:
    now = {**THEN, "schemas/app/v1.schema.yaml": APP_SCHEMA.replace("default: 3", "default: 4")}
    now["environments/dev/app.yaml"] = "retries: 8\n"
    assert rolled(now, {**THEN, "environments/dev/app.yaml": "{}\n"}, "dev").after.render("dev")["app"]["retries"] == 4


def test_what_is_not_valid_today_is_refused() -> None:
    then = {**THEN, "environments/prod/app.yaml": "level: loud\n"}
    with pytest.raises(WouldNotHold, match="1 error under today's schemas") as caught:
        rolled(NOW, then)
    assert str(caught.value.findings[0].position) == "environments/prod/app.yaml:1:8"


def test_a_broken_environment_can_be_rolled_back() -> None:
    plan = rolled({**NOW, "environments/prod/app.yaml": "retries: much\n"}, THEN)
    assert plan.after.render("prod")["app"]["retries"] == 5
    (prod,) = [one for one in plan.effects if one.name == "prod"]
    assert [(error.side, error.document) for error in prod.troubles] == [("base", "app")]


def test_one_that_extends_it_must_not_break() -> None:
    now = {**NOW, "environments/prod/app.yaml": "users: [{name: ada, role: admin}]\n"}
    now["environments/prod-eu/app.yaml"] = "users: [!unset {name: ada}]\n"
    with pytest.raises(WouldNotHold, match="prod-eu would have errors that it has not"):
        rolled(now, THEN)


def test_environments_that_were_not_there() -> None:
    with pytest.raises(NoSuchEnvironment):
        rolled(NOW, {**THEN, "lamina.yaml": "environments: {dev: {}}\n", "environments/prod/app.yaml": "a"}, "nowhere")
    now = {**NOW, "lamina.yaml": SETTINGS.replace("prod-eu: {extends: prod}", "prod-eu: {extends: dev}")}
    plan = rolled(now, THEN, "prod-eu")
    assert plan.after.render("prod-eu")["app"] == project(THEN).render("prod-eu")["app"]
    assert [one.file for one in plan.files] == ["environments/prod-eu/app.yaml"]
    whole = rolled(now, THEN, None)
    assert "prod-eu: {extends: prod}" in (texts(whole)["lamina.yaml"] or "")


def test_the_settings_come_back_only_where_environments_extend_each_other() -> None:
    now = {
        **NOW,
        "lamina.yaml": "# today\nrules: {x: off}\nenvironments: {prod: {protected: true}, dev: {abstract: true}}\n",
    }
    text = texts(rolled(now, THEN, None))["lamina.yaml"]
    assert (
        text == "# today\nrules: {x: off}\nenvironments: {prod: {protected: true}, dev: {}, prod-eu: {extends: prod}}\n"
    )


def test_an_environment_is_abstract_again_though_no_document_differs() -> None:
    abstract = SETTINGS.replace("dev: {}", "dev: {abstract: true}")
    for now, then in ((abstract, SETTINGS), (SETTINGS, abstract)):
        plan = rolled({**THEN, "lamina.yaml": now}, {**THEN, "lamina.yaml": then}, None)
        assert texts(plan) == {"lamina.yaml": then}


def test_what_takes_a_document_away_is_of_no_version() -> None:
    away = {"environments/prod/app.yaml": "!unset\n", "environments/prod-eu/app.yaml": "schemaVersion: 2\nname: eu\n"}
    base = {"environments/base/app.yaml": "schemaVersion: 2\nname: shop\n"}
    now = {**NOW, **V2, **base, **away, "environments/prod-eu/app.yaml": "schemaVersion: 2\nname: us\n"}
    assert list(project(now).validate()) == []
    assert texts(rolled(now, {**NOW, **V2, **base, **away}, "prod-eu")) == {
        "environments/prod-eu/app.yaml": away["environments/prod-eu/app.yaml"]
    }
    before = {
        **THEN,
        **away,
        "environments/prod-eu/app.yaml": "name: eu\n",
    }  # when there was one version, none was stated
    assert rolled(now, before, None).after.render("prod-eu")["app"] == {"name": "eu"}


def test_one_that_is_not_rendered_today_goes_back_all_the_same() -> None:
    now = {**NOW, "lamina.yaml": SETTINGS.replace("prod: {}", "prod: {abstract: true}")}
    assert texts(rolled(now, THEN)) == texts(rolled(NOW, THEN))


def test_what_an_old_layer_took_away_or_replaced_may_be_gone_or_another_today() -> None:
    then = {**THEN, "environments/prod/app.yaml": "# mine\nlevel: !unset\nlabels: !unset\nretries: 5\n"}
    then["environments/base/app.yaml"] = "name: shop\nlevel: info\nlabels: {a: b}\n"
    now = {**NOW, "environments/base/app.yaml": "name: shop\nhosts: [a]\n"}
    plan = rolled(now, then)
    assert texts(plan) == {"environments/prod/app.yaml": "# mine\nretries: 5\nhosts: !unset\n"}
    alone = {"schemas/app/v1.schema.yaml": "type: object\n", "lamina.yaml": SETTINGS}
    one, other = ({**alone, "environments/base/app.yaml": f"a: {value}\n"} for value in ("2", "{b: 1}"))
    plan = rolled(other, {**one, "environments/prod/app.yaml": "a: 1 # one\n"})
    assert texts(plan) == {"environments/prod/app.yaml": "a: !replace 1 # one\n"}


class TestSecrets:
    ada, ben = Person(), Person()

    def files(self, password: str, *people: Person, rules: Person | None = None) -> dict[str, str | bytes]:
        named = (rules or self.ada).recipient
        text = f"db: {{password: {password}}}\n"
        return {
            "environments/prod/app.sops.yaml": sealed_for(*(people or (self.ada,)), text=text),
            ".sops.yaml": f"creation_rules:\n- age: {named}\n",
        }

    def test_sealed_files_stay_as_they_are(self) -> None:
        now, then = {**NOW, **self.files("new")}, {**THEN, **self.files("old")}
        assert [one.file for one in rolled(now, then).files] == ["environments/prod/app.yaml"]

    def test_the_old_ones_come_back_when_that_is_asked(self) -> None:
        now, then = {**NOW, **self.files("new")}, {**THEN, **self.files("old")}
        plan = rolled(now, then, secrets=True)
        files = {one.file: one.after for one in plan.files}
        assert files["environments/prod/app.sops.yaml"] == then["environments/prod/app.sops.yaml"]

    def test_recipients_that_today_s_rules_do_not_name_are_refused(self) -> None:
        now, then = {**NOW, **self.files("new")}, {**THEN, **self.files("old", self.ada, self.ben)}
        with pytest.raises(ReadableByOthers, match=self.ben.recipient):
            rolled(now, then, secrets=True)
        with pytest.raises(ReadableByOthers):
            rolled({**now, ".sops.yaml": "creation_rules: []\n"}, {**THEN, **self.files("old")}, secrets=True)

    def test_a_secret_that_stood_in_plain_text_does_not_return(self) -> None:
        then = {**THEN, "environments/prod/app.yaml": "retries: 5\ndb:\n  host: x\n  password: hunter2\n"}
        plan = rolled({**NOW, **self.files("new")}, then)
        text = texts(plan)["environments/prod/app.yaml"] or ""
        assert "retries: 5\ndb:\n  host: x\n" in text
        assert "hunter2" not in text
        with pytest.raises(SecretReturns, match=r"db\.password") as caught:
            rolled(NOW, then)
        assert "hunter2" not in str(caught.value)

    def test_an_old_sealed_layer_needs_its_key_where_its_form_is_old(self) -> None:
        sealed = sealed_for(self.ada, text="schemaVersion: 1\ndb: {password: old}\n", rule=VERSION_PLAIN)
        moved = {
            **V2,
            "schemas/app/v2.schema.yaml": V2["schemas/app/v2.schema.yaml"].replace("      db:\n", "      data:\n"),
            "schemas/app/v2.migration.yaml": V2["schemas/app/v2.migration.yaml"] + "- rename: {path: db, to: data}\n",
        }
        then = {**THEN, "environments/prod/app.sops.yaml": sealed}
        now: dict[str, str | bytes] = {**NOW, **moved, ".sops.yaml": f"creation_rules:\n- age: {self.ada.recipient}\n"}
        for name in ("base", "prod", "prod-eu"):
            text = str(NOW[f"environments/{name}/app.yaml"])
            now[f"environments/{name}/app.yaml"] = "schemaVersion: 2\n" + text.replace(
                "retries: 9", "retry: {limit: 9}"
            )
        with pytest.raises(NothingWritten) as caught:
            rolled(now, then, secrets=True)
        assert "environments/prod/app.sops.yaml" in caught.value.details[0]
        plan = rolled_back(project(now), project(then), "prod", Keyring(self.ada.env), secrets=True)
        assert b"data:" in {one.file: one.after or b"" for one in plan.files}["environments/prod/app.sops.yaml"]


def test_it_is_a_project_that_nothing_was_written_to() -> None:
    now = project(NOW)
    rolled_back(now, project(THEN), "prod", KEYS)
    assert isinstance(now, Project)
    assert now.render("prod")["app"]["retries"] == 9

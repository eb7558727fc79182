"""The check: what it finds, what settings make of it, and what comments allow."""

from textwrap import dedent

from held import project, told

from lamina.project.gate import check

FILES = {
    "environments/base/app.yaml": "name: a\nretries: 2\n",
    "environments/prod/app.yaml": "retries: 2\n",
    "environments/dev/app.yaml": "retries: 4\n",
}


def checked(files: dict[str, str], *environments: str) -> list[str]:
    return told(check(project({name: dedent(text) for name, text in files.items()}), environments).findings)


def test_rules_are_findings_at_the_line_that_is_to_be_mended() -> None:
    found = check(project(FILES)).findings
    assert told(found) == ["environments/prod/app.yaml:1:1 redundant-override"]
    assert [str(one.position) for one in found[0].related] == ["environments/base/app.yaml:2:10"]
    assert found[0].severity == "warning"
    assert found[0].mend is not None


def test_what_stops_a_render_is_found_too() -> None:
    files = {**FILES, "environments/dev/app.yaml": "retires: 4\nlevel: loud\n"}
    assert checked(files) == [
        "environments/dev/app.yaml:1:1 unknown-key",
        "environments/dev/app.yaml:2:8 not-allowed",
        "environments/prod/app.yaml:1:1 redundant-override",
    ]


def test_a_comment_allows_with_a_reason() -> None:
    allowed = {**FILES, "environments/prod/app.yaml": "retries: 2  # lamina: allow redundant-override -- by contract\n"}
    assert checked(allowed) == []
    above = {**FILES, "environments/prod/app.yaml": "# lamina: allow redundant-override -- by contract\n\nretries: 2\n"}
    assert checked(above) == []


def test_a_comment_without_a_reason_allows_nothing() -> None:
    bare = {**FILES, "environments/prod/app.yaml": "retries: 2  # lamina: allow redundant-override\n"}
    assert checked(bare) == [
        "environments/prod/app.yaml:1:1 redundant-override",
        "environments/prod/app.yaml:1:13 bad-allow",
    ]


def test_a_comment_that_allows_nothing_is_a_finding_where_all_was_looked_at() -> None:
    unused = {**FILES, "environments/dev/app.yaml": "retries: 4  # lamina: allow redundant-override -- old\n"}
    assert "environments/dev/app.yaml:1:13 unused-allow" in checked(unused)
    assert checked(unused, "dev") == []


def test_nothing_is_said_of_a_comment_where_its_rule_could_not_be_asked() -> None:
    comment = "hosts: [a]  # lamina: allow redundant-override -- old\n"
    unused = "environments/prod/app.yaml:1:13 unused-allow"
    files = {**FILES, "environments/prod/app.yaml": comment}
    assert unused in checked(files)
    elsewhere = {**files, "environments/other/other.yaml": "a: 1\n"}
    assert unused in checked(elsewhere)
    for broken in ({"lamina.yaml": "rules: []\n"}, {"environments/prod/app.yaml": comment + "levl: info\n"}):
        found = checked({**files, **broken})
        assert found
        assert unused not in found
    # What is compared with the same document elsewhere may not have been, since that one has errors.
    assert unused not in checked({**files, "environments/dev/app.yaml": "retires: 4\n"})


def test_what_stops_a_render_cannot_be_allowed() -> None:
    files = {**FILES, "environments/dev/app.yaml": "retires: 4  # lamina: allow unknown-key -- please\n"}
    found = check(project(files), ("dev",)).findings
    assert told(found) == ["environments/dev/app.yaml:1:1 unknown-key", "environments/dev/app.yaml:1:13 bad-allow"]
    assert found[1].message == "unknown-key cannot be silenced: it keeps documents from being rendered"


def test_a_comment_in_a_block_scalar_is_text() -> None:
    files = {
        "environments/base/app.yaml": "name: a\nretries: 2\n",
        "environments/prod/app.yaml": "name: |\n  # lamina: allow redundant-override -- no\nretries: 2\n",
    }
    assert checked(files) == ["environments/prod/app.yaml:3:1 redundant-override"]


def test_a_typo_in_a_rule_s_name_is_told() -> None:
    files = {**FILES, "environments/dev/app.yaml": "retries: 4  # lamina: allow redundant-overide -- x\n"}
    [_, found] = sorted(check(project(files)).findings, key=lambda one: one.rule, reverse=True)
    assert (found.rule, found.fix) == ("bad-allow", "did you mean redundant-override?")


def test_settings_give_the_severity_and_the_scope() -> None:
    def with_rules(rules: str) -> list[tuple[str, str]]:
        settings = f"rules: {{redundant-override: {rules}}}\n"
        return [(one.rule, one.severity) for one in check(project({**FILES, "lamina.yaml": settings})).findings]

    assert with_rules("error") == [("redundant-override", "error")]
    assert with_rules("off") == []
    assert with_rules("{severity: note, environments: [prod]}") == [("redundant-override", "note")]
    assert with_rules("{environments: [dev]}") == []
    assert with_rules("{documents: ['a*']}") == [("redundant-override", "warning")]
    assert with_rules("{documents: [b]}") == [("bad-rule-setting", "warning")]
    assert with_rules("{exempt: ['environments/*/app.yaml', 'gone/*']}") == [("bad-rule-setting", "warning")]


def test_settings_that_mean_nothing_are_found() -> None:
    settings = "rules:\n  redundant-overide: off\n  unknown-key: note\n  outdated-version: {environments: [prd]}\n"
    found = check(project({**FILES, "lamina.yaml": settings})).findings
    assert [one for one in told(found) if one.startswith("lamina")] == [
        "lamina.yaml:2:3 bad-rule-setting",
        "lamina.yaml:3:3 bad-rule-setting",
        "lamina.yaml:4:37 bad-rule-setting",
    ]
    assert [one.fix for one in found if one.rule == "bad-rule-setting"] == [
        "did you mean redundant-override?",
        "mend what it finds",
        "did you mean prod?",
    ]


def test_settings_exempt_files() -> None:
    def with_exempt(pattern: str) -> list[str]:
        settings = f"rules: {{redundant-override: {{exempt: ['{pattern}']}}}}\n"
        return told(check(project({**FILES, "lamina.yaml": settings})).findings)

    assert with_exempt("environments/prod/*") == []
    assert with_exempt("environments/dev/*") == ["environments/prod/app.yaml:1:1 redundant-override"]


KEY = "AGE-SECRET-" + "KEY-1" + "QPZRY9X8GF2TVDW0" * 3


def test_files_that_lamina_does_not_read_are_looked_at_too() -> None:
    files = {"environments/base/app.yaml": "name: a\n", "deploy/id.txt": f"# mine\n{KEY}\n"}
    assert checked(files) == ["deploy/id.txt:2:1 committed-private-key"]
    binary = {**files, "deploy/id.txt": f"\0{KEY}\n"}
    assert checked(binary) == []


def test_a_comment_allows_in_a_text_that_is_no_yaml() -> None:
    files = {"environments/base/app.yaml": "name: a\n"}
    allow = "# lamina: allow committed-private-key"
    assert checked({**files, "id.txt": f"{allow} -- public\n{KEY}\n"}) == []
    assert checked({**files, "id.txt": f"x = '{KEY}'  {allow} -- public\n"}) == []
    assert checked({**files, "id.txt": f"{allow}\n{KEY}\n"}) == [
        "id.txt:1:1 bad-allow",
        "id.txt:2:1 committed-private-key",
    ]
    assert checked({**files, "page.md": f"Write:\n\n    a: 1  {allow} -- why\n"}) == []


class TestPlainSecrets:
    """Secrets in plain text, as the whole check tells them."""

    SECRET = "mH7q" + "Zk93" + "xPw2" + "Vb5n"

    def test_one_that_the_schema_names_is_told_once(self) -> None:
        files = {
            "environments/base/app.yaml": "name: a\n",
            "environments/dev/app.yaml": f"db:\n  password: {self.SECRET}\n",
        }
        assert checked(files) == ["environments/dev/app.yaml:2:13 plain-secret"]

    def test_comments_and_other_files_are_searched(self) -> None:
        files = {
            "environments/base/app.yaml": f"name: a  # its token: {self.SECRET}\n",
            "environments/dev/app.yaml": "retries: 1\n",
            "deploy/run.sh": f"export API_KEY={self.SECRET}\n",
        }
        assert checked(files) == ["deploy/run.sh:1:16 plain-secret", "environments/base/app.yaml:1:23 plain-secret"]

    def test_its_line_is_not_shown_whoever_complains_of_it(self) -> None:
        files = {
            "environments/base/app.yaml": "labels: {a: b}\nname: x\n",
            "environments/dev/app.yaml": f"labels: {{api_key: {self.SECRET}, a: b}}\nlevle: info\n",
            "schemas/app/v1.schema.yaml": """
                type: object
                description: All.
                additionalProperties: false
                properties:
                  name: {type: string, description: Its name.}
                  labels: {type: object, additionalProperties: {type: string}, description: Any.}
            """,
        }
        made = project({name: dedent(text) for name, text in files.items()})
        found = check(made).findings
        assert told(found) == [
            "environments/dev/app.yaml:1:19 plain-secret",
            "environments/dev/app.yaml:1:37 redundant-override",
            "environments/dev/app.yaml:2:1 unknown-key",
        ]
        assert [made.excerpt(one.position) for one in found] == [None, None, "levle: info"]

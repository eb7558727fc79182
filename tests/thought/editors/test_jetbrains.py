"""The mappings of JetBrains' editors: lamina's put in, all else left as it is."""

from xml.etree import ElementTree

import pytest

from lamina.thought.editors.jetbrains import OddMappings, jetbrains_text

MINE = """\
<?xml version="1.0" encoding="UTF-8"?>
<project version="4">
  <component name="Other"><option name="a" value="&lt;b&gt;" /></component>
  <component name="JsonSchemaMappingsProjectConfiguration">
    <state>
      <map>
        <!-- mine -->
        <entry key="mine">
          <value><SchemaInfo><option name="relativePathToSchema" value="a.json" /></SchemaInfo></value>
        </entry>
        <entry key="lamina gone">
          <value><SchemaInfo><option name="relativePathToSchema" value=".editor/gone.schema.json" /></SchemaInfo></value>
        </entry>
      </map>
    </state>
  </component>
</project>
"""


def mapped(text: str) -> dict[str, list[str]]:
    """The patterns of each schema, in a file as JetBrains' editors read it."""
    entries = ElementTree.fromstring(text).findall(
        "component[@name='JsonSchemaMappingsProjectConfiguration']/state/map/entry/value/SchemaInfo"
    )
    schemas = [entry.find("option[@name='relativePathToSchema']") for entry in entries]
    paths = "option[@name='patterns']/list/Item/option[@name='path']"
    return {
        schema.attrib["value"]: [path.attrib["value"] for path in entry.findall(paths)]
        for entry, schema in zip(entries, schemas, strict=True)
        if schema is not None
    }


def test_new_mappings() -> None:
    text = jetbrains_text(None, ["app", "lamina.yaml"])
    assert mapped(text) == {
        ".editor/app.schema.json": [
            *("environments/*/app.yaml", "environments/*/app.sops.yaml", "environments/*/app/*.yaml"),
        ],
        ".editor/lamina.yaml.schema.json": ["lamina.yaml"],
    }
    assert text.count('<option name="mappingKind" value="Pattern" />') == 4
    assert text.count('<option name="schemaVersion" value="JSON Schema version 2020-12" />') == 2
    assert jetbrains_text(text, ["app", "lamina.yaml"]) == text


def test_what_others_wrote_stays() -> None:
    text = jetbrains_text(MINE, ["app"])
    assert list(mapped(text)) == ["a.json", ".editor/app.schema.json"]
    assert "<!-- mine -->" in text
    assert '<option name="a" value="&lt;b&gt;" />' in text
    assert jetbrains_text(text, ["app"]) == text


def test_what_an_editor_wrote_anew_is_up_to_date() -> None:
    text = jetbrains_text(None, ["a", "b"])
    project = ElementTree.fromstring(text)
    entries = project.find("component/state/map")
    assert entries is not None
    entries[:] = reversed(entries)
    for items in project.iter("list"):
        items[:] = reversed(items)
    rewritten = ElementTree.tostring(project, encoding="unicode")
    assert jetbrains_text(rewritten, ["a", "b"]) == rewritten


@pytest.mark.parametrize("text", ["<project version='4' />", "<project><component name='x' /></project>"])
def test_a_project_without_mappings_gets_them(text: str) -> None:
    assert list(mapped(jetbrains_text(text, ["app"]))) == [".editor/app.schema.json"]


@pytest.mark.parametrize(
    "text",
    [
        "<project>",
        "<a />",
        "text",
        "\ufffd",
        '<!DOCTYPE a [<!ENTITY b "c">]><project>&b;</project>',
        "<project>\x00</project>",
    ],
    ids=range(6),
)
def test_what_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(OddMappings):
        jetbrains_text(text, ["app"])

"""References: in a file, between files, and those that are refused."""

import pytest
from thought.schema.making import FILE, compiled, rules, sound

from lamina.thought.schema import MISSING, Place, compile_schema


@pytest.mark.parametrize(
    "reference",
    ["#/$defs/port", "#port", "v1.schema.yaml#/$defs/port", "../app/v1.schema.yaml#port", "#/%24defs/port"],
)
def test_a_reference_in_the_file(reference: str) -> None:
    schema = sound(f"""
        properties: {{a: {{$ref: "{reference}"}}}}
        $defs: {{port: {{$anchor: port, type: integer, default: 80}}}}
    """)
    assert schema.accepts({"a": 1})
    assert not schema.accepts({"a": "x"})
    assert schema.faults_of({"a": "x"})[0].schema == Place(FILE, ("$defs", "port", "type"))
    assert schema.fill({}) == ({"a": 80}, {("a",): Place(FILE, ("$defs", "port", "default"))})


def test_a_reference_to_another_file_and_on_from_there() -> None:
    schema = sound(
        "properties: {a: {$ref: '../common/types.yaml#/$defs/server'}}",
        common__types="$defs: {server: {properties: {port: {$ref: 'net/ports.yaml'}}}}",
        common__net__ports="{type: integer, x-unit: port}",
    )
    assert [schema.accepts({"a": {"port": value}}) for value in (1, "x")] == [True, False]
    (fault,) = schema.verdict({"a": {"port": "x"}})
    assert fault.schema == Place("schemas/common/net/ports.yaml", ("type",))
    port = schema.shape.at(("a", "port"))
    assert port is not None
    assert port.unit == "port"


def test_files_may_refer_to_each_other_in_a_circle() -> None:
    schema = sound("properties: {b: {$ref: b.yaml}}", app__b="{type: object, properties: {a: {$ref: v1.schema.yaml}}}")
    assert [fault.path for fault in schema.verdict({"b": {"a": {"b": 1}}})] == [("b", "a", "b")]


@pytest.mark.parametrize("identity", ["https://example.com/schemas/app.json", "urn:example:app", "other/name.json"])
def test_references_go_on_working_under_an_id(identity: str) -> None:
    schema = sound(
        f"""
        $id: {identity}
        properties: {{a: {{$ref: "#/$defs/port"}}, b: {{$ref: ../common/types.yaml}}}}
        $defs: {{port: {{type: integer}}}}
        """,
        common__types="type: string",
    )
    assert [fault.path for fault in schema.verdict({"a": "x", "b": 1})] == [("a",), ("b",)]


def test_an_embedded_id_is_found_by_its_uri() -> None:
    schema = sound("""
        properties: {a: {$ref: "https://example.com/port"}}
        $defs: {port: {$id: "https://example.com/port", type: integer}}
    """)
    assert [schema.accepts({"a": value}) for value in (1, "x")] == [True, False]


def test_the_meta_schema_may_be_referred_to() -> None:
    schema = sound('{$ref: "https://json-schema.org/draft/2020-12/schema"}')
    assert schema.verdict({"type": "object"}) == []
    assert [fault.path for fault in schema.verdict({"type": "thing"})] == [("type",)]


def test_a_recursive_schema() -> None:
    schema = sound("{type: object, properties: {next: {$ref: '#'}}, additionalProperties: false}")
    assert [fault.path for fault in schema.verdict({"next": {"next": {"nxt": {}}}})] == [("next", "next", "nxt")]


@pytest.mark.parametrize(
    "reference",
    [
        "http://example.com/x.json",
        "https://example.com/x.json#/a",
        "file:///etc/passwd",
        "//example.com/x",
        "urn:example:x",
        "../../etc/passwd",
        "../../../../../etc/passwd",
        "/etc/passwd",
        "%2e%2e/%2e%2e/secrets.yaml",
        "../../environments/prod/app.yaml",
        "types.yaml?raw",
    ],
)
def test_a_reference_out_of_the_schemas_is_refused_and_never_fetched(reference: str) -> None:
    def fetch(path: str) -> None:
        raise AssertionError(f"fetched {path}")

    schema = compile_schema(FILE, {"properties": {"a": {"$ref": reference}}}, fetch)
    assert rules(schema) == ["remote-reference"]
    assert schema.faults[0].place == Place(FILE, ("properties", "a", "$ref"))


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("../common/types.yaml", "schemas/common/types.yaml does not exist"),
        ("#/$defs/prot", 'has no schema at "#/$defs/prot"'),
        ("#prot", 'has no schema at "#prot"'),
        ("#/$defs/list/1", "leads nowhere"),
        ("#/$defs/port/type", "leads nowhere"),
    ],
)
def test_a_reference_to_nothing(reference: str, said: str) -> None:
    schema = compiled(f"{{$ref: '{reference}', $defs: {{port: {{type: integer}}, list: {{allOf: [true]}}}}}}")
    assert rules(schema) == ["dangling-schema-reference"]
    assert said in schema.faults[0].message


def test_a_fault_in_another_file_stands_in_that_file() -> None:
    schema = compiled("{$ref: types.yaml}", app__types="{type: strin}")
    (fault,) = schema.faults
    assert fault.place == Place("schemas/app/types.yaml", ("type",))


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_what_is_no_schema(raw: object) -> None:
    schema = compile_schema(FILE, raw, lambda _: None)  # type: ignore[arg-type]
    assert rules(schema) == ["bad-schema"]
    assert schema.shape.keys() == ()


def test_true_and_false_are_schemas() -> None:
    assert compile_schema(FILE, True, lambda _: None).verdict({"a": 1}) == []
    (fault,) = compile_schema(FILE, False, lambda _: None).verdict({"a": 1})
    assert fault.message == "the document is not allowed here"
    assert compile_schema(FILE, True, lambda _: None).shape.default is MISSING

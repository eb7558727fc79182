"""Binary: the file is one value; and which store a file's name calls for."""

import pytest
from thought.sealed.stores.reading import read

from lamina.thought.sealed.stores import store_of
from lamina.thought.sealed.values import plain_bytes


@pytest.mark.parametrize(
    "data", [b"", b"\xff\x00", b'{"data": 1}', "é\r\n".encode()], ids=["none", "odd", "json", "text"]
)
def test_every_byte_is_kept(data: bytes) -> None:
    (leaf,) = read("binary", data).leaves()
    assert (leaf.bound, plain_bytes(leaf.value)) == ("data:", data)


def test_a_sealed_one_is_json() -> None:
    parsed = read("binary", '{"data": "ENC[x]", "sops": {"mac": "m"}}', sealed=True)
    assert [(leaf.bound, leaf.value) for leaf in parsed.leaves()] == [("data:", "ENC[x]")]
    assert parsed.raw == {"mac": "m"}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.yaml", "yaml"), ("a.yml", "yaml"), ("a.json", "json"), ("a.env", "dotenv"), (".env", "dotenv"), ("a.ini", "ini"),
        (".env.prod", "binary"), ("a.yaml.enc", "binary"), ("a.tfvars", "binary"), ("a.YAML", "binary"),
    ],
)  # fmt: skip
def test_the_store_of_a_file(file: str, name: str) -> None:
    assert store_of(file).name == name
    assert store_of(file, "ini").name == "ini"

"""Opened configuration as the environment variables of a program."""

from lamina.project.keyring import Keyring
from lamina.project.questions import Project
from lamina.project.sealed_files import FileOnDisk
from lamina.thought.export.env_text import variables
from lamina.words.address import Address
from lamina.words.errors import Failure
from lamina.words.node import Data, at


class NoVariable(Failure):
    """A key of a sealed file that cannot be the name of a variable, or a value that cannot be one; never shows the value."""

    status = 1

    def __init__(self, file: str, key: str, why: str) -> None:
        hint = "lamina secrets exec ENVIRONMENT DOCUMENT names variables by path, lamina secrets decrypt gives the file"
        super().__init__(f"{file}: {key} {why}", hint)


def variables_of(project: Project, environment: str, address: Address | None, keyring: Keyring) -> dict[str, str]:
    """An environment, a document or a part of one as variables, named as `render --format env` names them.

    Raises what rendering raises, and NoForm where two paths have one name.
    """
    document = address.document if address else None
    rendering = project.render(environment, document, secrets="unseal", keyring=keyring)
    data: Data = dict(rendering) if address is None else rendering[address.document]
    if address is not None and address.path:
        rendering.value(str(address))
        data = at(data, address.path)
        return variables(data if isinstance(data, dict) else {str(address.path[-1]): data})
    return variables(data)


def variables_of_file(file: FileOnDisk, keyring: Keyring) -> dict[str, str]:
    """A flat sealed file as variables, its keys as they are; raises NoVariable, NoKey, Unsound and Tampered."""
    from lamina.thought.sealed.opening import look

    found: dict[str, str] = {}
    opened = keyring.open(look(file.data, file.name))
    for data in opened.documents():
        for key, value in data.items():
            if isinstance(value, dict | list):
                raise NoVariable(file.name, key, "is a map or a list, and a variable is one text")
            if not key or "=" in key or "\0" in key:
                raise NoVariable(file.name, key, "cannot be the name of a variable")
            text = _text(value)
            if "\0" in text:
                raise NoVariable(file.name, key, "holds a NUL, and a variable cannot")
            found[key] = text
    return found


def _text(value: str | int | float | bool | None) -> str:
    from lamina.thought.sealed.values import plain_bytes

    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else plain_bytes(value).decode("utf-8", "surrogateescape")

"""The outline of a file as its data has it."""

from lamina.thought.document import Outline, outline
from lamina.thought.sealed import is_comment


def outline_of_data(data: bytes, file: str) -> Outline:
    """Where every key and value of a file stands, an item of a list by its index in the data.

    In the lists of a sealed file encrypted comments are items too, and no part of the data.
    """
    root = outline(data, file)
    return _without_comments(root, data.decode("utf-8-sig")) if b"type:comment]" in data else root


def _without_comments(node: Outline, text: str) -> Outline:
    children = {step: _without_comments(child, text) for step, child in node.children.items()}
    if children and 0 in children:
        items = [child for child in children.values() if not _is_comment(child, text)]
        children = dict(enumerate(items))
    return node._replace(children=children)


def _is_comment(node: Outline, text: str) -> bool:
    return node.style == "scalar" and is_comment(text[node.value.start : node.value.end])

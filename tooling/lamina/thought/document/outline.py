"""The outline of a file: where every key and value stands, by a second walk over the bytes that were read."""

from lamina.thought.document.spots import Outline, Spot, Style, find, nodes_of

__all__ = ["Outline", "Spot", "Style", "find", "nodes_of", "outline"]


def outline(data: bytes, file: str) -> Outline:
    """The outline of a file that was read soundly; an empty file is an empty block map at its start."""
    text = data.decode("utf-8-sig")
    if file.endswith(".json"):
        from lamina.thought.document.json_outline import outline_json

        return outline_json(text)
    from lamina.thought.document.yaml_outline import outline_yaml

    return outline_yaml(text)

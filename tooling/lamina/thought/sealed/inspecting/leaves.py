"""The values of a sealed file, judged without a key: what should be sealed and is not, and what was moved or copied."""

from lamina.thought.sealed.cipher import Ciphertext, ciphertext
from lamina.thought.sealed.inspecting.page import Page
from lamina.thought.sealed.inspecting.parts import part_fault
from lamina.thought.sealed.opening import Look
from lamina.thought.sealed.tree import Leaf
from lamina.words.address import path_text

_ENC = "ENC["
_AGAIN = "take it out, and put the value in with lamina secrets set"


def find_in_leaves(page: Page, of: Look) -> None:
    """What is wrong with the values and comments one by one, and with what they have in common."""
    sealed: list[tuple[Leaf, Ciphertext]] = []
    for leaf, selected in zip(of.parsed.entries, of.selected, strict=True):
        if not isinstance(leaf, Leaf):
            continue
        parts = ciphertext(leaf.value) if isinstance(leaf.value, str) else None
        judge = _find_in_note if leaf.note else _find_in_value
        judge(page, leaf, parts, selected)
        if parts is not None:
            sealed.append((leaf, parts))
    _find_copies(page, sealed)


def _find_in_value(page: Page, leaf: Leaf, parts: Ciphertext | None, selected: bool) -> None:
    name, at = path_text(leaf.path), page.leaf(leaf)
    is_ciphertext = isinstance(leaf.value, str) and leaf.value.startswith(_ENC)
    if not selected:
        if is_ciphertext:
            message = f"{name} is sealed, and by the rule of this file it is not: it opens to its ciphertext"
            page.find("stray-ciphertext", message, at, _AGAIN, path=leaf.path)
        return
    if leaf.value is None or leaf.value == "":
        return
    if not is_ciphertext:
        message = f"{name} stands in plain text, and by the rule of this file it is sealed: so the file does not open"
        fix = f"{_AGAIN}; a secret that was committed in plain text is known"
        page.find("plain-value", message, at, fix, path=leaf.path)
        return
    fault = "it is cut off or misspelt" if parts is None else part_fault(parts)
    if parts is not None and parts.kind == "comment" and fault is None:
        fault = "its ciphertext is that of a comment"
    if fault:
        page.find("bad-ciphertext", f"{name}: {fault}", at, _AGAIN, path=leaf.path)


def _find_in_note(page: Page, leaf: Leaf, parts: Ciphertext | None, selected: bool) -> None:
    """A comment never keeps a file from being opened, so all of these are warnings."""
    at, value = page.leaf(leaf), str(leaf.value)
    if selected and value and parts is None and not value.startswith(_ENC):
        message = (
            "a comment stands in plain text where comments are sealed, outside the MAC: anybody may have written it"
        )
        page.find("plain-comment", message, at, "seal it: lamina secrets edit", "warning", path=leaf.path)
    elif selected and value.startswith(_ENC) and (parts is None or part_fault(parts) or parts.kind != "comment"):
        message = "the ciphertext of a comment is cut off, misspelt, or that of a value"
        page.find(
            "closed-comment", message, at, "delete the comment, or restore it from git", "warning", path=leaf.path
        )
    elif not selected and parts is not None:
        message = "a comment is sealed, and by the rule of this file it is not, so it stays ciphertext"
        page.find(
            "closed-comment", message, at, "delete the comment, or restore it from git", "warning", path=leaf.path
        )


def _find_copies(page: Page, sealed: list[tuple[Leaf, Ciphertext]]) -> None:
    """Ciphertexts that are alike at places that differ, and values that share an IV.

    A ciphertext is bound to its place, so a copy opens nowhere else. Items of a list share a place, and may be alike.
    """
    texts: dict[tuple[str, str, str], Leaf] = {}
    ivs: dict[str, Leaf] = {}
    for leaf, parts in sealed:
        twin = texts.setdefault((parts.data, parts.iv, parts.tag), leaf)
        if twin is not leaf:
            if not _places(twin) & _places(leaf):
                what = path_text(leaf.path) or "a comment"
                message = f"{what} has the ciphertext of {path_text(twin.path) or 'a comment'}, and cannot open at both places"
                fix = "moved or copied by hand: restore the file, and use lamina secrets set"
                page.find("copied-ciphertext", message, page.leaf(leaf), fix, first=page.leaf(twin), path=leaf.path)
            continue
        other = ivs.setdefault(parts.iv, leaf)
        if other is not leaf:
            message = (
                "two values have the same IV: who knows one of them can learn the other, or one was edited by hand"
            )
            fix = "seal both anew: lamina secrets rotate"
            page.find("repeated-iv", message, page.leaf(leaf), fix, first=page.leaf(other), path=leaf.path)


def _places(leaf: Leaf) -> set[str]:
    """What the ciphertext of a leaf may be bound to; of a comment that is not always clear."""
    return {leaf.bound, *(frame.bound or ":" for frame in leaf.others)}

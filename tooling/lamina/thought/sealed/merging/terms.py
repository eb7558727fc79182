"""On which side's terms a merged file is sealed: for whom, under which data key, by which rule."""

from lamina.thought.sealed.merging.conflicts import Conflict
from lamina.thought.sealed.metadata import Metadata
from lamina.thought.sealed.opening import Opened
from lamina.thought.sealed.selection import Rule
from lamina.words.errors import listing
from lamina.words.values import dataclass

_UPDATE = "take one side's file, make the other's changes in it, then: lamina secrets updatekeys"


@dataclass(frozen=True, slots=True)
class _Terms:
    """What metadata says that is not made anew with every write; the order of recipients does not matter."""

    groups: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    needed: int
    rule: Rule
    mac_only_encrypted: bool

    @property
    def sharing(self) -> tuple[object, ...]:
        """For whom it is sealed."""
        return self.groups, self.needed


def terms_of(base: Opened | None, ours: Opened, theirs: Opened) -> Opened | Conflict:
    """The side whose metadata and data key the merged file gets, or why there is none.

    Nothing is put together from both: a recipient that one side removed must not come back with the other side's key.
    """
    mine, other = _terms(ours.look.metadata), _terms(theirs.look.metadata)
    if mine == other:
        return theirs if base is not None and ours.key == base.key != theirs.key else ours
    if base is None:
        return _conflict(mine, other, ours, theirs)
    old = _terms(base.look.metadata)
    if old not in (mine, other):
        return _conflict(mine, other, ours, theirs)
    side, unchanged = (ours, theirs) if old == other else (theirs, ours)
    if side.key == base.key != unchanged.key:
        why = "one side has a new data key, and the other has other recipients or another rule"
        return Conflict(why=f"{why}: {_sides(ours, theirs)}", hint=_UPDATE)
    return side


def _terms(metadata: Metadata) -> _Terms:
    groups = tuple((frozenset(group.recipients), group.others) for group in metadata.groups)
    return _Terms(groups, metadata.needed, metadata.rule, metadata.mac_only_encrypted)


def _conflict(mine: _Terms, other: _Terms, ours: Opened, theirs: Opened) -> Conflict:
    if mine.sharing != other.sharing:
        return Conflict(why=f"the recipients differ: {_sides(ours, theirs)}", hint=_UPDATE)
    rules = [
        f"{name} by {one.rule.name}: {one.rule.text}{', the MAC over sealed values alone' * one.mac_only_encrypted}"
        for name, one in (("ours", mine), ("theirs", other))
    ]
    return Conflict(
        why=f"the rule of what is sealed differs: {'; '.join(rules)}", hint="seal it anew by one of the rules"
    )


def _sides(ours: Opened, theirs: Opened) -> str:
    people = {
        name: listing(side.look.metadata.recipients) or "nobody" for name, side in (("ours", ours), ("theirs", theirs))
    }
    return "; ".join(f"{name} is sealed for {who}" for name, who in people.items())

"""How a new file is sealed: the creation rule decides what the user leaves open."""

from pathlib import Path

import pytest
from sealing import Person

from lamina.project.creation_rules import NoRule
from lamina.project.recipes import Wishes, indents_for, recipe_for
from lamina.thought.sealed.creation import Indents
from lamina.thought.sealed.failures import CannotSeal
from lamina.thought.sealed.selection import DEFAULT, Rule
from lamina.words.errors import Misuse

ANN, BOB = Person(), Person()
RULES = f"""\
stores: {{yaml: {{indent: 2}}, json: {{indent: 3}}}}
creation_rules:
  - {{path_regex: ^a, age: {ANN.recipient}, encrypted_regex: ^secret, mac_only_encrypted: true}}
  - {{path_regex: ^b, age: "{ANN.recipient},{BOB.recipient}"}}
  - {{path_regex: ^bad, age: {ANN.recipient}}}
  - {{path_regex: ^c, age: {ANN.recipient}, encrypted_regex: '('}}
  - {{path_regex: ^pgp, pgp: FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".sops.yaml").write_text(RULES)
    return tmp_path


def test_the_rule_decides(folder: Path) -> None:
    recipe = recipe_for(folder / "a.yaml", "a.yaml", Wishes())
    assert recipe.sharing.groups == ((ANN.recipient,),)
    assert (recipe.rule, recipe.mac_only_encrypted) == (Rule("encrypted_regex", "^secret"), True)
    assert recipe.indents == Indents(2, 3) == indents_for(folder / "other.txt")
    assert recipe_for(folder / "b.yaml", "b.yaml", Wishes()).rule == DEFAULT


def test_recipients_that_are_named_take_the_place_of_the_rules(folder: Path) -> None:
    wishes = Wishes((BOB.recipient, BOB.recipient))
    recipe = recipe_for(folder / "a.yaml", "a.yaml", wishes)
    assert recipe.sharing.groups == ((BOB.recipient,),)
    assert recipe.rule == Rule("encrypted_regex", "^secret")
    for name in ("pgp.yaml", "none.yaml"):
        assert recipe_for(folder / name, name, wishes).sharing.groups == ((BOB.recipient,),)


def test_a_selection_of_the_same_kind_takes_the_place_of_the_rules(folder: Path) -> None:
    wish = Rule("encrypted_regex", "^x")
    assert recipe_for(folder / "a.yaml", "a.yaml", Wishes(selection=wish)).rule == wish
    assert recipe_for(folder / "b.yaml", "b.yaml", Wishes(selection=wish)).rule == wish
    with pytest.raises(Misuse, match="says encrypted_regex, so it cannot be sealed by encrypted_suffix"):
        recipe_for(folder / "a.yaml", "a.yaml", Wishes(selection=Rule("encrypted_suffix", "x")))


def test_without_rules_recipients_must_be_named(tmp_path: Path) -> None:
    recipe = recipe_for(tmp_path / "x.yaml", "x.yaml", Wishes((ANN.recipient,), mac_only_encrypted=True))
    assert (recipe.rule, recipe.mac_only_encrypted, recipe.indents) == (DEFAULT, True, Indents())
    with pytest.raises(NoRule, match=r"no \.sops\.yaml stands above") as stopped:
        recipe_for(tmp_path / "x.yaml", "x.yaml", Wishes())
    assert "--age" in (stopped.value.hint or "")


def test_a_rule_that_is_wrong_is_followed_by_nobody(folder: Path) -> None:
    for wishes in (Wishes(), Wishes((BOB.recipient,))):
        with pytest.raises(CannotSeal, match="its creation rule is wrong"):
            recipe_for(folder / "c.yaml", "c.yaml", wishes)
    with pytest.raises(CannotSeal, match="names what lamina does not seal for"):
        recipe_for(folder / "pgp.yaml", "pgp.yaml", Wishes())
    with pytest.raises(NoRule, match=r"\.sops\.yaml:2:1: no creation rule matches none.yaml"):
        recipe_for(folder / "none.yaml", "none.yaml", Wishes())
    (folder / ".sops.yaml").write_text("creation_rules: [")
    for wishes in (Wishes(), Wishes((BOB.recipient,))):
        with pytest.raises(NoRule, match="not YAML"):
            recipe_for(folder / "a.yaml", "a.yaml", wishes)


@pytest.mark.parametrize(
    ("recipient", "message"),
    [
        ("age1x", "'age1x' is no recipient"),
        ("me", "this is no recipient"),
        ("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "an age plugin"),
    ],
)
def test_a_recipient_that_is_none_is_refused(recipient: str, message: str, folder: Path) -> None:
    with pytest.raises(CannotSeal, match=message):
        recipe_for(folder / "a.yaml", "a.yaml", Wishes((ANN.recipient, recipient)))


def test_a_private_key_is_refused_and_not_repeated(folder: Path) -> None:
    with pytest.raises(CannotSeal, match="a private key stands where a recipient belongs") as stopped:
        recipe_for(folder / "a.yaml", "a.yaml", Wishes((ANN.secret,)))
    assert ANN.secret not in f"{stopped.value.message} {stopped.value.hint}"

"""`lamina.yaml` names an environment that has no folder.

What: nothing under `environments/` is its own, so it is what it extends, word for word. Nearly always its folder was renamed,
or its name is misspelt here: then what is said of it, above all that it is protected, holds for nobody, and of the environment
that the folder is nothing is said.

Example:

    environments:
      prod: {protected: true}     # and the folder is environments/production/

Instead: give the name that the folder has. Where it is to be what it extends and nothing else, say so:

    # lamina: allow empty-environment -- the same as staging, for the auditors
    audit: {extends: staging}

Fix: none, since only people know which of the two names is meant.
"""

from collections.abc import Iterator

from lamina.thought.rules.rule import Breach, Rule
from lamina.thought.rules.subjects import NamedEnvironments
from lamina.words.errors import near


def _check(settings: NamedEnvironments) -> Iterator[Breach]:
    for name in settings.named:
        if name not in settings.folders:
            like = near(name, [one for one in settings.folders if one not in settings.named])
            fix = f"did you mean {like}?" if like else f"mend the name, or make environments/{name}/"
            yield Breach(f"there is no folder environments/{name}", ("environments", name), at_key=True, fix=fix)


RULE = Rule("empty-environment", "warning", __doc__, _check)

"""Rules of other installed packages: loaded, and what is wrong with those that cannot be."""

from collections.abc import Collection
from pathlib import Path

from lamina.thought.rules import Rules
from lamina.thought.rules.plugged import guarded, malformed
from lamina.thought.topology import SETTINGS
from lamina.words.finding import Finding, Position
from lamina.words.values import dataclass
from lamina.world.installed import Offer, offers

GROUP = "lamina.rules"


@dataclass(frozen=True, slots=True)
class Plugged:
    """The rules of other packages, and what is wrong with them."""

    rules: Rules
    findings: tuple[Finding, ...] = ()

    @property
    def pages(self) -> dict[str, str]:
        """The page of each rule."""
        return {rule.name: rule.page for rule in self.rules.all}


def plugged(repository: Path | None, taken: Collection[str]) -> Plugged:
    """The rules that installed packages offer, none loaded from the repository; `taken` are names of other rules."""
    rules, findings, names = Rules(), list[Finding](), set(taken)
    for offer in offers(GROUP, repository):
        found, why = _loaded(offer)
        taken_names = [] if found is None else [one.name for one in found.all if one.name in names]
        if taken_names:
            why = f"has a rule {taken_names[0]}, and there is one already"
        if found is None or why is not None:
            findings.append(_finding(offer, why or "is empty"))
            continue
        names.update(one.name for one in found.all)
        rules += found.mapped(lambda rule, package=offer.package: guarded(rule, package))  # type: ignore[misc]
    return Plugged(rules, tuple(findings))


def _loaded(offer: Offer) -> tuple[Rules | None, str | None]:
    try:
        found = offer.load()
        why = malformed(found)
    # What a package does while it is imported is its own; that it ends the program is one of the ways to fail.
    except (Exception, SystemExit) as error:
        return None, f"raised {type(error).__name__}"
    return (found, None) if why is None and isinstance(found, Rules) else (None, why)


def _finding(offer: Offer, why: str) -> Finding:
    message = f"the plug-in {offer.name} of the package {offer.package} {why}, so its rules are not asked"
    return Finding("rule-failed", message, Position(SETTINGS), fix="mend the package, or uninstall it")

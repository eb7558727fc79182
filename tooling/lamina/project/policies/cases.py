"""Cases: the examples of policies, tried."""

from collections.abc import Iterator, Sequence

from lamina.project.policies.judging import Subject, Verdict, judged
from lamina.project.policies.reading import policies_of
from lamina.project.tree import Tree
from lamina.thought.policies import Example, Policy
from lamina.thought.topology import kind_of_document
from lamina.words.finding import Position
from lamina.words.values import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """An example of a policy: its name, where it stands, and why it is not as it says (None: it is)."""

    policy: str
    name: str
    position: Position
    failure: str | None


def policy_cases(tree: Tree) -> Iterator[Case]:
    """Every example of every policy that can be understood, tried."""
    policies = [policy for policy in policies_of(tree, ()).all if policy.examples]
    subjects = [[_subject(policy, example) for example in policy.examples] for policy in policies]
    verdicts = judged(list(zip(policies, subjects, strict=True)))
    for policy, asked, verdict in zip(policies, subjects, verdicts, strict=True):
        for index, example in enumerate(policy.examples):
            name = f"{example.path[1]}[{example.path[2]}]"
            place = tree.place(policy.file, example.path)
            yield Case(policy.name, name, place, _failure(policy, example, asked, index, verdict))


def _subject(policy: Policy, example: Example) -> Subject:
    documents = {**example.documents, example.name: example.document}
    kind = kind_of_document(example.name)
    return Subject(
        example.environment, example.protected, example.name, kind, example.document, documents, example.old,
        example.changed,
    )  # fmt: skip


def _failure(
    policy: Policy, example: Example, subjects: Sequence[Subject], index: int, verdict: Verdict | None
) -> str | None:
    if verdict is None:
        return "the policy was stopped: it needs too much time or memory"
    if verdict.wrong:
        return f"the policy is wrong: {verdict.wrong[0].why}"
    subject = subjects[index]
    fits = policy.match.fits(subject.environment, subject.protected, subject.document, subject.kind)
    broken = [one.message for one in verdict.broken if one.subject == index and fits]
    failed = [one.why for one in verdict.failed if one.subject == index and fits]
    if failed:
        return f"it cannot be evaluated: {failed[0]}"
    if example.passes:
        return f"it should pass, and is refused: {broken[0]}" if broken else None
    if not fits:
        return "it should be refused, and the policy is not about such a document"
    return None if broken else "it should be refused, and passes"

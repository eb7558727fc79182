"""Policies: rules that a repository brings itself, as data: what must hold of which documents, said in CEL."""

from lamina.thought.policies.form import SCHEMA
from lamina.thought.policies.names import POLICIES, policy_name, stray_policy
from lamina.thought.policies.page import page
from lamina.thought.policies.policy import Example, Match, Policy, Validation, Variable, policy_of

__all__ = [
    "POLICIES",
    "SCHEMA",
    "Example",
    "Match",
    "Policy",
    "Validation",
    "Variable",
    "page",
    "policy_name",
    "policy_of",
    "stray_policy",
]

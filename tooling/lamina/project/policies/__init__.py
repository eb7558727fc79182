"""Policies of a repository: read, evaluated apart, and what they find."""

from lamina.project.policies.asking import Asking
from lamina.project.policies.cases import Case, policy_cases
from lamina.project.policies.reading import Policies, policies_of

__all__ = ["Asking", "Case", "Policies", "policies_of", "policy_cases"]

"""Branches: the one place where commits are made, by the user's git: its identity, its signature, its hooks."""

from lamina.world.branches.branch import Branch
from lamina.world.branches.failures import (
    BadBranchName,
    BadMessage,
    Busy,
    CannotCommit,
    CannotSign,
    CheckedOutElsewhere,
    DetachedHead,
    DirtyFiles,
    HookChangedFiles,
    HookRefused,
    InProgress,
    InTheWay,
    Locked,
    NoIdentity,
    NoProgram,
    NothingToBuildOn,
    StaleBranch,
)

__all__ = [
    "BadBranchName",
    "BadMessage",
    "Branch",
    "Busy",
    "CannotCommit",
    "CannotSign",
    "CheckedOutElsewhere",
    "DetachedHead",
    "DirtyFiles",
    "HookChangedFiles",
    "HookRefused",
    "InProgress",
    "InTheWay",
    "Locked",
    "NoIdentity",
    "NoProgram",
    "NothingToBuildOn",
    "StaleBranch",
]

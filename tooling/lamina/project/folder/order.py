"""The order: what a folder is to hold, and in which form."""

from collections.abc import Sequence

from lamina.project.hiding import SecretsMode
from lamina.project.keyring import Keyring
from lamina.project.overrides import Override
from lamina.words.errors import Failure
from lamina.words.finding import Finding
from lamina.words.shards import Shard
from lamina.words.values import dataclass


class HasErrors(Failure):
    """Nothing was rendered, since documents have errors; `findings` are all of them."""

    status = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("nothing was rendered: there are errors", "lamina validate shows them at any time")
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Order:
    """Which environments, or which one `document`, in which form; what becomes of secrets (None: there must be none).

    `nested` gives each environment a folder of its own; of a `shard` it holds no other documents.
    """

    environments: tuple[str, ...]
    form: str
    nested: bool = False
    document: str | None = None
    secrets: SecretsMode | None = None
    overrides: tuple[Override, ...] = ()
    keyring: Keyring | None = None
    shard: Shard | None = None

    @property
    def is_private(self) -> bool:
        """Whether the files will hold opened secrets."""
        return self.secrets == "unseal"

    def file(self, environment: str, document: str) -> str:
        """The name, in the folder, of a document's file."""
        name = f"{document}.{self.form}"
        return f"{environment}/{name}" if self.nested else name

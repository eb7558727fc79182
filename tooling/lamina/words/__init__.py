"""The words everything else is said in: nodes, addresses, findings, failures; no I/O and no imports of the package."""

"""Run state: the acts on a store, each recorded before it is acknowledged."""

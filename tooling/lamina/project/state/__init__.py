"""Run state: the questions to a store, which change nothing in it."""

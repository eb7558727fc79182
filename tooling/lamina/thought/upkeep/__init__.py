"""Upkeep of run state: what the policies of the rendered `orchestrator` document say, and what they come to."""

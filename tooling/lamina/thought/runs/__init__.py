"""Run state: what may happen to runs, and what a recorded event makes of the records that there are."""

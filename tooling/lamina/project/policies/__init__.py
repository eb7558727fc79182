"""Policies of a repository: read, evaluated apart, and what they find."""

"""The archive of run state: making snapshots, pushing and pulling them, restoring from them, and letting go of old ones."""

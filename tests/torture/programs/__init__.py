"""The programs that are tortured, by their names."""

"""The command line: parse, ask one question or do one act, print."""

"""Rolling back: an earlier content under today's schemas, as edits of today's layers, proved before they are committed."""

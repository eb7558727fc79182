"""The world: each module knows one outside thing; imports the words only."""

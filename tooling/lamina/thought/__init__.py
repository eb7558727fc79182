"""Pure thought: values in, values out; imports the words only, never the world."""

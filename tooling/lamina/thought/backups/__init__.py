"""What a backup of run state says of itself, and whether that is so. Pure: it is told the parts, wherever they come from."""

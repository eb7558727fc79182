"""Export: settled data as text; a member is a format, and its name is the file extension."""

from lamina.thought.export import env_text, json_text, yaml_text
from lamina.thought.export.form import Exporter, NoForm

__all__ = ["EXPORTS", "Exporter", "NoForm"]

EXPORTS: dict[str, Exporter] = {"yaml": yaml_text.write, "json": json_text.write, "env": env_text.write}

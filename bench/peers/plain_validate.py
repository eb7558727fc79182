"""What one would write to validate a file without a tool: plain_validate.py FILE SCHEMA."""

import json
import sys
from pathlib import Path

import jsonschema
import yaml

file, schema = map(Path, sys.argv[1:])
validator = jsonschema.Draft202012Validator(json.loads(schema.read_bytes()))
validator.validate(yaml.load(file.read_bytes(), yaml.CSafeLoader))

"""Opens every file of a folder in one process: lamina_open.py FOLDER."""

import gc
import os
import sys
from pathlib import Path

from lamina import Keyring
from lamina.project.sealed_files import sealed_files
from lamina.thought.sealed.opening import look
from lamina.thought.sealed.plaintext import plain_text

gc.disable()  # as the program does, which lives for a moment
keyring = Keyring(os.environ)
for file in sealed_files([Path(sys.argv[1])]):
    sys.stdout.buffer.write(plain_text(keyring.open(look(file.data, file.name))))

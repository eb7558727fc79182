"""`kill -9` before any act of lamina on the file system, or any program that it runs."""

# Runs `lamina WORDS...` as `python -c KILLED N WORDS...`, and kills it before its N-th act.
KILLED = """
import os, signal, sys
ACTS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "subprocess.Popen", "fcntl.flock"}
left = int(sys.argv.pop(1))
def count(event, given):
    global left
    writes = event == "open" and isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in ACTS:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
for name in ("fsync", "write", "ftruncate"):
    def counted(*given, act=getattr(os, name), name=name):
        count("os.truncate", given)
        return act(*given)
    setattr(os, name, counted)
from lamina.cli.main import run
sys.argv[0] = "lamina"
sys.addaudithook(count)
run()
"""

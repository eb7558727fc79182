"""A workflow of two phases that goes on where it was, whatever stopped it.

    python docs/examples/two_phases.py STORE --crash    # killed in the middle of the second phase
    python docs/examples/two_phases.py STORE            # does what is left, and nothing twice

STORE is where state is kept: a file that ends in .sqlite, or a folder.
"""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

from lamina.state import AlreadyRecorded, CheckpointSettings, StateSettings, StateStore, Step, Work, open_at

RUN = "feature-7"
# What is told with --crash or --stop in the middle of a step: SIGKILL cannot be caught, SIGTERM is how services are stopped.
STOPS = {"--crash": signal.SIGKILL, "--stop": signal.SIGTERM}

# What each step found out, by its name: what the program has to know to go on.
Memory = dict[str, str]


def outline(step: Step, memory: Memory) -> str:
    return "a parser, and its tests"


def estimate(step: Step, memory: Memory) -> str:
    return f"two days for {memory['outline']}"


def write(step: Step, memory: Memory) -> str:
    if step.attempt == 1:
        raise TimeoutError("the model did not answer in time")
    step.artifact("feature.patch", b"+ def parse(text): ...\n", format="patch")
    return "1 file changed"


def check(step: Step, memory: Memory) -> str:
    step.finding("medium", "an error of the parser is swallowed", file="parser.py", line=1)
    return "1 finding"


def release(step: Step, memory: Memory) -> str:
    for word in sys.argv[2:]:
        os.kill(os.getpid(), STOPS[word])
    return f"{memory['outline']}: {memory['write']}, {memory['check']}"


WORKFLOW: dict[str, tuple[Callable[[Step, Memory], str], ...]] = {
    "plan": (outline, estimate),
    "build": (write, check, release),
}


def prepare(store: StateStore) -> None:
    """The run and its phases, also where an earlier start was cut off in the middle of this."""
    with suppress(AlreadyRecorded):
        store.create_run(RUN, "feature", labels={"team": "platform"})
    for name in list(WORKFLOW)[len(store.phases(RUN)) :]:
        store.add_phase(RUN, name, retries=1)


def do(work: Work, phase: int, step: Callable[[Step, Memory], str], memory: Memory, tries: int = 3) -> None:
    """A step, tried again where it fails; one that is finished is not done again."""
    name = step.__name__
    if work.done(phase, name):
        print(f"{name}: finished before")
        return
    for last in (attempt == tries for attempt in range(1, tries + 1)):
        try:
            with work.step(phase, name, agent="writer") as one:
                memory[name] = one.summary = step(one, memory)
            print(f"{name}: {one.summary}")
            return
        except TimeoutError as fault:
            print(f"{name}: {fault}")
            if last:
                raise


def main(location: str) -> None:
    # The policy of an environment would come with lamina.state.open(REPOSITORY, ENVIRONMENT).
    policy = StateSettings(checkpoint=CheckpointSettings("every_n_steps", n=2))
    memory: Memory = {}
    with open_at(location, policy) as store:
        prepare(store)
        with Work(store, RUN, lambda: memory) as work:
            # What the last checkpoint saved, and what was finished after it.
            memory |= work.saved or {}
            memory |= {one.step: one.summary or "" for one in work.resumed.since}
            go_on(store, work, memory)
        print(f"{RUN} is {store.run(RUN).status}")


def go_on(store: StateStore, work: Work, memory: Memory) -> None:
    """The phases that are not over, one after another, and then the end of the run."""
    if work.resumed.run.ended:
        return
    work.begin()
    while phase := store.current_phase(RUN):
        work.phase(phase.number)
        for step in WORKFLOW[phase.name]:
            do(work, phase.number, step, memory)
        found = store.findings_by_grade(RUN)
        if not work.gate(phase.number, "nothing-high", passed=found["critical"] + found["high"] == 0):
            work.fail("there are findings that nobody may pass over")
            return
        store.move_phase(RUN, phase.number, "completed")
    work.complete()


if __name__ == "__main__":
    main(sys.argv[1])

"""One of many who run under the mutex: `python runner.py BASE NAME ROUNDS SEED`.

It asks the store as a hook does (a place in the queue, kept), leaves the ticket, and starts the program as the
client does. The command writes down when it began and ended, in a file of its own. Sometimes all of a run is
killed -9.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.runs.ground import Ground

from interlock.leases.runs import give_back
from interlock.words.lease import Granted, Held
from interlock.words.owner import Owner

COMMAND = """exec 9> {span}; date +b%s%N >&9; sleep {seconds}; date +e%s%N >&9"""


def main(base: str, name: str, rounds: int, seed: int) -> None:
    dice = random.Random(f"{seed} {name}")
    ground = Ground(Path(base), made=True)
    owner = Owner("host", name)
    spans = Path(base) / "spans"
    for number in range(rounds):
        use_id = f"{name}_{number}"
        asked = wait(ground, owner, use_id)
        doomed = dice.random() < 0.1
        seconds = 0.5 if doomed else dice.uniform(0, 0.01)
        command = COMMAND.format(span=spans / use_id, seconds=f"{seconds:.4f}")
        ground.leave(use_id, command, owner, asked.leases)
        process = ground.start(command, use_id, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if doomed:
            time.sleep(dice.uniform(0, 0.5))  # around the wrapper's beginning, which takes half of that
            if dice.random() < 0.3:  # the wrapper alone: its command goes on, and writes its own end
                process.kill()
            else:
                (spans / f"{use_id}.killed").write_text(f"e{time.time_ns()}")
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if rounds < 10 or dice.random() < 0.998:  # the client's PostToolUse; else what was not redeemed lapses
            with ground.store.transaction() as tx:
                pairs = [(lease.resource.key, lease.fence) for lease in asked.leases]
                give_back(tx, ground.world, owner, pairs)


def wait(ground: Ground, owner: Owner, use_id: str) -> Granted:
    """In turn, as a hook that asks again each second or when it is rung for."""
    while True:
        got = ground.ask(use_id, owner, queue=True)
        if isinstance(got, Granted):
            return got
        assert isinstance(got, Held), got
        ground.store.wait(got.ticket, 1.0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

"""The peer's half of `SeqCluster.Bench torch`: one task in one process, the result as one line of JSON.

    /usr/bin/python3 run.py transformer --warm-up 2 --steps 6
    /usr/bin/python3 run.py hash --size small
"""

import argparse
import hashlib
import json
import os
import time

import torch

from models import WORKLOADS

SEED = 1234
ADAM_STEPS = 15
ADDS = 20_000


def tokens(count):
    """Linear congruential bytes: the same sequence as Workload.cs makes, whatever the numerical library does."""
    state, made = 1, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        made.append((state >> 16) & 255)
    return made


class Training:
    def __init__(self, name, size):
        batch, length, build = WORKLOADS[name][size]
        torch.manual_seed(SEED)
        self.model = build(length)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        both_BT = torch.tensor(tokens(batch * (length + 1)), dtype=torch.int64).view(batch, length + 1)
        self.input_BT = both_BT[:, :-1].contiguous()
        self.target_N = both_BT[:, 1:].reshape(-1)

    def backward(self):
        self.optimizer.zero_grad(set_to_none=True)
        logits_BTV = self.model(self.input_BT)
        loss = torch.nn.functional.cross_entropy(logits_BTV.reshape(-1, logits_BTV.shape[-1]), self.target_N)
        loss.backward()

    def step(self):
        self.backward()
        self.optimizer.step()


def times(action, warm_up, steps):
    for _ in range(warm_up):
        action()
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return seconds


def training_steps(name, arguments):
    return times(Training(name, arguments.size).step, arguments.warm_up, arguments.steps)


def adds(arguments):
    left, right = torch.ones(1), torch.ones(1)

    def run():
        for _ in range(ADDS):
            torch.add(left, right)

    return [seconds / ADDS for seconds in times(run, arguments.warm_up, arguments.steps)]


def adam(arguments):
    training = Training("transformer", arguments.size)
    training.backward()
    return times(training.optimizer.step, arguments.warm_up, arguments.steps)


def sha256(tensor):
    return hashlib.sha256(tensor.detach().contiguous().numpy().tobytes()).hexdigest()


def hashes(name, size):
    training = Training(name, size)
    named = list(training.model.named_parameters())
    result = {"model": name, "initial": [], "gradients": [], "parameters": []}
    result["initial"] = [[key, sha256(value)] for key, value in named]
    training.backward()
    result["gradients"] = [[key, sha256(value.grad)] for key, value in named]
    training.optimizer.step()
    for _ in range(ADAM_STEPS - 1):
        training.step()
    result["parameters"] = [[key, sha256(value)] for key, value in named]
    return result


def libraries():
    """The numerical libraries really mapped into this process, links resolved."""
    with open("/proc/self/maps") as maps:
        paths = {line.split(maxsplit=5)[5].strip() for line in maps if "/" in line}
    wanted = ("libtorch_cpu", "libopenblas", "libblas", "libmkl", "libatlas", "libblis")
    return sorted({os.path.realpath(path) for path in paths if os.path.basename(path).startswith(wanted)})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=[*WORKLOADS, "add", "adam", "start", "hash"])
    parser.add_argument("--size", choices=["full", "small"], default="full")
    parser.add_argument("--warm-up", type=int, default=2)
    parser.add_argument("--steps", type=int, default=6)
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    if arguments.task == "start":
        torch.add(torch.ones(1), torch.ones(1))
        result = {}
    elif arguments.task == "hash":
        result = {"models": [hashes(name, arguments.size) for name in WORKLOADS]}
    elif arguments.task == "add":
        result = {"seconds": adds(arguments)}
    elif arguments.task == "adam":
        result = {"seconds": adam(arguments)}
    else:
        result = {"seconds": training_steps(arguments.task, arguments)}
    if arguments.task != "start":
        result |= {"version": torch.__version__, "libraries": libraries()}
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()

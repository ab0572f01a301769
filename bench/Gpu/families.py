"""Trains one job of each model family on one device, with one, two and three workers that share it, with a worker killed in the
middle, and once more, and compares the weights and the state that they come to. Prints a table and exits 1 when any differ. In the
repository's root:

    python3 bench/Gpu/families.py --seqcluster ./seqcluster --device cuda:0 --out FOLDER
"""

import argparse
import concurrent.futures
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.request

REPLICAS = 5
WORKERS = 3
DEADLINE_SECONDS = 240

# Example, and what is laid over it: short, with dropout where the family has it. The slow ones first. The second row has all that a
# job can have besides: the optimizer's state shared out, a mean of the weights, checkpoints, and processors held to one level.
FAMILIES = {
    "seq2seq": ("copy", ["model.dropout=0.1", "evaluate.everySteps=50", "evaluate.decodedExamples=64"]),
    "everything": ("char-lm", ["model.dropout=0.1", "evaluate.everySteps=50", "evaluate.batches=4", "train.strategy=parameterServer", "train.ema=0.9",
                               "train.checkpointEverySteps=20", "numerics=portable"]),
    "transformer-lm": ("char-lm", ["model.dropout=0.1", "evaluate.everySteps=50", "evaluate.batches=4"]),
    "transformer-encoder": ("reverse", ["evaluate.everySteps=50", "data.examples=20000"]),
    "transformer": ("sort", ["evaluate.everySteps=50", "evaluate.decodedExamples=64", "data.examples=20000", "data.testExamples=64"]),
    "recurrent-lm": ("char-rnn", ["data.path=README.md", "model.dropout=0.1", "train.microBatch=5", "evaluate.everySteps=50", "evaluate.batches=4",
                                  "data.validationPieces=25"]),
    "recurrent-series": ("echo", ["evaluate.everySteps=50"]),
    "tcn": ("adding-problem", ["model.dropout=0.1", "evaluate.everySteps=50", "data.examples=20000"]),
    "wavenet": ("wavenet-chord", ["model.dropout=0.1", "evaluate.everySteps=50"]),
}


class Silo:
    """A silo of its own for one family, with WORKERS workers on the device."""

    def __init__(self, arguments, name):
        self.command = shlex.split(arguments.seqcluster)
        self.folder = os.path.join(arguments.out, name)
        os.makedirs(self.folder, exist_ok=True)
        self.environment = dict(os.environ, SEQCLUSTER_HOME=os.path.join(self.folder, "home"))
        self.log = open(os.path.join(self.folder, "silo.log"), "wb")
        self.process = subprocess.Popen(
            [*self.command, "dev", "--workers", str(WORKERS), "--device", arguments.device, "--store", os.path.join(self.folder, "store"), "--json"],
            stdout=subprocess.PIPE, stderr=self.log, env=self.environment)
        self.url = json.loads(self.process.stdout.readline())["url"].rstrip("/")
        threading.Thread(target=lambda: [self.log.write(line) for line in self.process.stdout], daemon=True).start()

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as reply:
            return json.load(reply)

    def run(self, *words):
        done = subprocess.run([*self.command, *words, "--silo", self.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=self.environment, timeout=DEADLINE_SECONDS, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: exit {done.returncode}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
        return done.stdout

    def job(self, family, steps, workers, kill):
        example, overrides = FAMILIES[family]
        sets = [*overrides, f"train.steps={steps}", f"workers.replicas={REPLICAS}", f"workers.min={min(workers, 2)}", f"workers.max={workers}"]
        text = self.run("submit", f"examples/{example}.yaml", *[word for value in sets for word in ("--set", value)], "--json")
        job = json.loads(text)["jobId"]
        killed = None
        end = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < end:
            status = self.get(f"/v1/jobs/{job}")
            if status["state"] in ("completed", "failed", "cancelled"):
                return status, killed
            if kill and killed is None and steps // 4 <= status.get("step", 0) and len(status.get("members") or []) == workers:
                killed = self.kill(status["members"][-1]["workerId"])
            time.sleep(0.05)
        raise RuntimeError(f"{job}: not at its end after {DEADLINE_SECONDS} s: {json.dumps(self.get(f'/v1/jobs/{job}'))[:1500]}")

    def kill(self, worker):
        """The worker's process: a child of our own silo whose command line says --id WORKER."""
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{number}/cmdline", "rb") as file:
                    words = file.read().decode(errors="replace").split("\0")
            except OSError:
                continue
            if worker in words and self.url in words:
                os.kill(int(number), signal.SIGKILL)
                return worker
        raise RuntimeError(f"no process of {worker}")

    def close(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


def family_rows(arguments, family):
    rows = []
    try:
        silo = Silo(arguments, family)
    except Exception as fault:  # noqa: BLE001
        return [{"family": family, "what": "start", "fault": repr(fault)}]
    try:
        for what, workers, kill in [("1", 1, False), ("2", 2, False), ("3", 3, False), ("3, one killed", 3, True), ("1 again", 1, False)]:
            begun = time.monotonic()
            row = {"family": family, "what": what}
            rows.append(row)
            try:
                status, killed = silo.job(family, arguments.steps, workers, kill)
                result = status.get("result") or {}
                row.update(state=status["state"], reason=status.get("reason"), generation=status.get("generation"), killed=killed,
                           weights=result.get("weightsSha256"), stateHash=result.get("stateSha256"), validation=result.get("validationLoss"),
                           train=result.get("trainLoss"), seconds=round(time.monotonic() - begun, 2), job=status.get("jobId"))
                points = silo.get(f"/v1/jobs/{status['jobId']}/metrics")
                row["metrics"] = summary(points)
            except Exception as fault:  # noqa: BLE001
                row["fault"] = repr(fault)
            if row.get("state") != "completed":
                break
        rows[0]["workers"] = silo.get("/v1/workers")
    except Exception as fault:  # noqa: BLE001
        rows.append({"family": family, "what": "end", "fault": repr(fault)})
    finally:
        silo.close()
    return rows


def summary(points):
    """The median of each metric, over the steps after the tenth."""
    values = {}
    for point in points if isinstance(points, list) else points.get("points", points.get("items", [])):
        if point["step"] > 10:
            values.setdefault(point["name"], []).append(point["value"])
    return {name: sorted(of)[len(of) // 2] for name, of in values.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seqcluster", required=True)
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--together", type=int, default=4)
    arguments = parser.parse_args()
    arguments.out = os.path.abspath(arguments.out)
    os.makedirs(arguments.out, exist_ok=True)
    families = arguments.families.split(",")
    with concurrent.futures.ThreadPoolExecutor(arguments.together) as pool:
        found = list(pool.map(lambda family: family_rows(arguments, family), families))
    with open(os.path.join(arguments.out, "families.json"), "w") as file:
        json.dump(found, file, indent=1)
    isGood = True
    for rows in found:
        same = len(rows) == 5 and len({(row.get("weights"), row.get("stateHash"), row.get("validation")) for row in rows}) == 1 \
            and all(row.get("state") == "completed" and row.get("weights") for row in rows) and rows[3]["killed"] and rows[3]["generation"] > 1
        isGood &= bool(same)
        print(f"== {rows[0]['family']}: {'same' if same else 'DIFFERENT OR FAILED'}")
        for row in rows:
            print(f"   {row['what']:14} {str(row.get('weights'))[:16]} {str(row.get('stateHash'))[:16]} validation {row.get('validation')} "
                  f"generation {row.get('generation')} {row.get('seconds')} s {(row.get('fault') or row.get('reason') or '')[:700]}")
    sys.exit(0 if isGood else 1)


if __name__ == "__main__":
    main()

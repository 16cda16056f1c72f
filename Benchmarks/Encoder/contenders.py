"""Starts what is compared, each in a process of its own on one core, and asks it to measure itself.

A contender answers asks, one JSON object a line; Martlet's is in Benchmarks/Micro, the peers' is peer.py.
"""

import json
import os
import pathlib
import select
import signal
import subprocess
import time

ONE_THREAD = {
    name: "1" for name in (
        "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE")
} | {"TOKENIZERS_PARALLELISM": "false"}
# These force another kernel on numpy than the processor's best.
FORCED_KERNEL = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


def environment(packages):
    own = {name: value for name, value in os.environ.items() if name not in FORCED_KERNEL} | ONE_THREAD
    if packages.is_dir():
        own["PYTHONPATH"] = os.pathsep.join(filter(None, [str(packages), own.get("PYTHONPATH")]))
    return own


class Contender:
    """A process bound to one core that says when it has given its first answer."""

    def __init__(self, name, command, core, directory, variables, timeout=300):
        self.name, self.timeout = name, timeout
        self.log = open(pathlib.Path(directory) / f"{name.replace(' ', '-').replace(',', '')}.log", "w+b")
        start = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, start_new_session=True,
            env=variables, preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        try:
            self.version = self.answer()["version"]
        except BaseException:
            self.stop()
            raise
        self.ready_seconds = time.monotonic() - start

    def ask(self, what, **more):
        try:
            self.process.stdin.write(json.dumps({"ask": what, **more}).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # It has ended; its log says why.
        return self.answer()

    def answer(self):
        if not select.select([self.process.stdout], [], [], self.timeout)[0]:
            raise RuntimeError(f"{self.name} did not answer within {self.timeout} s")
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended:\n{self.last_words()}")
        try:
            answer = json.loads(line)
        except json.JSONDecodeError:
            raise RuntimeError(f"{self.name} said {line!r:.200}; is it an older build?") from None
        if "error" in answer:
            raise RuntimeError(f"{self.name}: {answer['error']}")
        return answer

    def last_words(self):
        self.log.seek(0)
        lines = self.log.read().decode(errors="replace").splitlines()
        # Swift writes addresses after the error, Python writes the error last.
        return "\n".join([line for line in lines if "<unavailable>" not in line][-20:])

    def resident_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))

    def stop(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        self.log.close()

"""Load and its measurement: what every comparison of servers needs."""

import json
import pathlib
import platform
import re
import subprocess

from policy import PROMPT

LUA = """
wrk.method = "POST"
wrk.path = "/v1/chat/completions"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[%s]==]
done = function(summary, latency, requests)
    local e = summary.errors
    io.write(string.format('RESULT {"requests":%%d,"microseconds":%%d,"bytes":%%d,"p50":%%d,"p99":%%d,"status":%%d,"socket":%%d}\\n',
        summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
        e.status, e.connect + e.read + e.write + e.timeout))
end
"""


def body(stream):
    messages = [
        {"role": "system", "content": "You are a careful engineer. Answer briefly."},
        {"role": "user", "content": PROMPT},
    ]
    return json.dumps({"model": "auto", "messages": messages, **({"stream": True} if stream else {})})


def wrk(port, connections, seconds, script):
    """One measurement. Any answer but 2xx, and any broken connection, makes it worthless."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s", "-s", str(script)]
    done = subprocess.run(
        command + [f"http://127.0.0.1:{port}"], capture_output=True, text=True, timeout=seconds + 30, check=True)
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if not found:
        raise RuntimeError(f"wrk said:\n{done.stdout}{done.stderr}")
    result = json.loads(found.group(1))
    if result["status"] or result["socket"] or not result["requests"]:
        raise RuntimeError(f"port {port}: {result['status']} answers outside 2xx, {result['socket']} socket errors")
    result["rate"] = result["requests"] / (result["microseconds"] / 1e6)
    return result


def first_match(pattern, command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1) if found else "unknown"


def surroundings(options):
    """What the figures were measured on."""
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    cores = len(re.findall(r"^processor", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE))
    found = {
        "cpu": processor.group(1) if processor else platform.machine(), "cores": cores, "kernel": platform.release(),
        "nginx": first_match(r"nginx/([\d.]+)", ["nginx", "-v"]), "wrk": first_match(r"wrk ([\w.-]+)", ["wrk", "-v"]),
    }
    if options.envoy:
        found["envoy"] = first_match(r"/(\d+\.\d+\.\d+)/", [options.envoy, "--version"])
    if pathlib.Path(options.martlet).exists():
        found["martlet"] = first_match(r"martlet ([\w.-]+)", [options.martlet, "version"])
    return found

"""How long a long prompt waits for its decision after its last byte: buffered whole, and read while it comes in."""

import json
import random
import socket
import statistics
import time

WORDS = (
    "the worker reads a stale lease and writes the result twice so the second run fails while another process holds "
    "the lock because nobody checks the version before the queue is drained and the report names the wrong host").split()
CHUNK = 4096


def prompt(seed, tokens):
    """About so many tokens that no earlier prompt had."""
    pick = random.Random(seed)
    text, sentence = [], []
    for _ in range(tokens):
        sentence.append(pick.choice(WORDS))
        if len(sentence) == 14:
            text.append(" ".join(sentence).capitalize() + ".")
            sentence = []
    return " ".join(text)


def ask(port, seed, tokens, pause):
    """Sends a request piece by piece and returns the seconds from its last byte to its answer."""
    messages = [{"role": "user", "content": prompt(seed, tokens)}]
    body = json.dumps({"model": "auto", "messages": messages}).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode())
        for start in range(0, len(body), CHUNK):
            if start:
                time.sleep(pause)
            connection.sendall(body[start : start + CHUNK])
        sent = time.monotonic()
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = connection.recv(65536)
            if not more:
                raise RuntimeError("the connection ended before the answer")
            answer += more
        waited = time.monotonic() - sent
    if not answer.startswith(b"HTTP/1.1 200") or b"x-vsr-selected-model" not in answer:
        raise RuntimeError(answer[:300].decode(errors="replace"))
    return waited


def measure(ports, tokens, pause, rounds):
    """Medians in seconds, by name, of contenders that are asked in turn."""
    waits = {name: [] for name in ports}
    for turn in range(rounds):
        for place, (name, port) in enumerate(ports.items()):
            waits[name].append(ask(port, turn * 10 + place, tokens, pause))
    return {name: statistics.median(values) for name, values in waits.items()}

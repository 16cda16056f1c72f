"""Starts the servers that are compared, each on a free port of loopback, and ends them again."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time

COMPLETION = json.dumps(
    {
        "id": "chatcmpl-0123456789abcdef",
        "object": "chat.completion",
        "created": 1767225600,
        "model": "backend",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": ("The second worker reads a stale lease. " * 12)[:340].strip()},
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": 96, "completion_tokens": 72, "total_tokens": 168},
    },
    separators=(",", ":"),
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process group that serves on one port."""

    def __init__(self, name, command, port, directory, environment=None):
        self.name, self.port = name, port
        self.log = open(pathlib.Path(directory) / f"{name.replace(' ', '-').replace(',', '')}.log", "wb")
        start = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True,
            env={**os.environ, **(environment or {})})
        try:
            self.wait(start + 30)
        except BaseException:
            self.stop()
            raise
        self.ready_seconds = time.monotonic() - start

    def wait(self, deadline):
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.002)
        self.log.flush()
        tail = pathlib.Path(self.log.name).read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} did not start on port {self.port}:\n{tail}")

    def resident_bytes(self):
        """Memory of the whole process group."""
        total = 0
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                group = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[2])
                if group == self.process.pid:
                    total += int((entry / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            except (OSError, IndexError, ValueError):
                continue
        return total

    def stop(self):
        for sent, patience in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
            try:
                os.killpg(self.process.pid, sent)
            except ProcessLookupError:
                break
            try:
                self.process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
        self.log.close()


def nginx(name, directory, server, upstream=""):
    """nginx with one worker. `server` is the content of its server block."""
    port = free_port()
    home = pathlib.Path(directory) / f"nginx-{port}"
    home.mkdir()
    paths = "".join(f"{kind}_temp_path {home}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = f"""
        daemon off; worker_processes 1; pid {home}/pid; error_log {home}/error.log error;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; {paths} keepalive_requests 1000000000; tcp_nodelay on; client_body_buffer_size 64k;
            {upstream}
            server {{ listen 127.0.0.1:{port} reuseport; {server} }}
        }}"""
    (home / "nginx.conf").write_text(configuration)
    return Server(name, ["nginx", "-c", str(home / "nginx.conf"), "-p", str(home)], port, directory)


def nginx_backend(directory):
    """The cheapest peer: a fixed answer of about 600 bytes."""
    assert "'" not in COMPLETION and "$" not in COMPLETION
    return nginx(
        "nginx backend", directory,
        f"location / {{ default_type application/json; return 200 '{COMPLETION}'; }}")


def nginx_proxy(directory, backend):
    return nginx(
        "nginx", directory,
        "location / { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection '';"
        " proxy_buffering off; }",
        f"upstream backend {{ server 127.0.0.1:{backend}; keepalive 64; keepalive_requests 1000000000; }}")


def envoy(directory, binary, backend):
    """Envoy with one worker: a plain route, no access log."""
    port = free_port()

    def address(number):
        return {"socket_address": {"address": "127.0.0.1", "port_value": number}}

    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "http",
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "backend", "timeout": "0s"}}],
                }
            ]
        },
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
            }
        ],
    }
    endpoints = [{"lb_endpoints": [{"endpoint": {"address": address(backend)}}]}]
    configuration = {
        "static_resources": {
            "listeners": [
                {
                    "name": "http",
                    "address": address(port),
                    "filter_chains": [
                        {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
                    ],
                }
            ],
            "clusters": [
                {
                    "name": "backend",
                    "type": "STATIC",
                    "connect_timeout": "5s",
                    "load_assignment": {"cluster_name": "backend", "endpoints": endpoints},
                }
            ],
        }
    }
    file = pathlib.Path(directory) / f"envoy-{port}.json"
    file.write_text(json.dumps(configuration))
    command = [binary, "--config-path", str(file), "--concurrency", "1", "--log-level", "error", "--disable-hot-restart"]
    return Server("Envoy", command, port, directory)

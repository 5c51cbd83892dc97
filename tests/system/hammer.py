"""Eight clients at a desk that ask a box without a pause, each time by a connection of its own, until standard input closes.
Prints one JSON line: how many answers were right, how many connections were refused, reset or cut short, and the longest wait.

Runs in the LAN namespace: hammer.py ADDRESS CA PATH.
"""

import collections
import json
import socket
import ssl
import sys
import threading
import time

CLIENTS = 8
PAUSE_SECONDS = 0.005
PATIENCE_SECONDS = 30

address, authority, path = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
counts, longest, stop, lock = collections.Counter(), 0.0, False, threading.Lock()


def ask():
    with socket.create_connection((address, 443), PATIENCE_SECONDS) as raw, context.wrap_socket(raw, server_hostname=address) as tls:
        tls.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := tls.recv(4096):
            answer += piece
    return "ok" if answer.startswith(b"HTTP/1.1 200 ") and answer.rstrip().endswith(b"}") else "short"


def client():
    global longest
    while not stop:
        begun = time.monotonic()
        try:
            outcome = ask()
        except ConnectionRefusedError:
            outcome = "refused"
        except OSError as error:
            outcome = type(error).__name__
        with lock:
            counts[outcome] += 1
            longest = max(longest, time.monotonic() - begun)
        time.sleep(PAUSE_SECONDS)


threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
for thread in threads:
    thread.start()
print("started", flush=True)
sys.stdin.read()
stop = True
for thread in threads:
    thread.join()
print(json.dumps({"counts": counts, "longest_ms": round(longest * 1000)}))

"""Somebody at a desk who writes without a pause: messages by REST, files by WebDAV. A line goes to the file OUT for each one that
the box acknowledged, and only then: `message CID`, or `file NAME` where NAME is the SHA-256 of the content.

Runs in the LAN namespace: writer.py ADDRESS CA OUT, with JSON on standard input: token, room, dav {uid,password}. Ends when killed.
"""

import base64
import hashlib
import http.client
import json
import os
import ssl
import sys
import threading
import uuid

WRITERS = 4
FILE_BYTES = 20_000

address, authority, out = sys.argv[1:]
who = json.load(sys.stdin)
context = ssl.create_default_context(cafile=authority)
lock = threading.Lock()
book = open(out, "a", buffering=1)
basic = base64.b64encode(f"{who['dav']['uid']}:{who['dav']['password']}".encode()).decode()


def note(kind, name):
    with lock:
        book.write(f"{kind} {name}\n")


def message(line):
    cid = str(uuid.uuid4())
    body = json.dumps({"cid": cid, "body": {"type": "text", "text": f"acknowledged {cid}"}})
    line.request("POST", f"/api/v1/conversations/{who['room']}/messages", body,
                 {"authorization": f"Bearer {who['token']}", "content-type": "application/json"})
    answer = line.getresponse()
    answer.read()
    if answer.status == 201:
        note("message", cid)


def upload(line):
    content = os.urandom(FILE_BYTES)
    name = hashlib.sha256(content).hexdigest()
    line.request("PUT", f"/dav/personal/{name}", content, {"authorization": f"Basic {basic}"})
    answer = line.getresponse()
    answer.read()
    if answer.status == 201:
        note("file", name)


def writer(act):
    line = http.client.HTTPSConnection(address, context=context, timeout=20)
    while True:
        try:
            act(line)
        except (OSError, http.client.HTTPException):
            return


for index in range(WRITERS):
    threading.Thread(target=writer, args=(upload if index == 0 else message,)).start()

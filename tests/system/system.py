#!/usr/bin/env python3
"""The package on a real systemd: installed, set up, used from the LAN, restarted, killed, cut from the power, removed.

system.py --package DEB --rootfs TAR [--cuts N]. Ends with 0 when every step held. What fails says what it saw.
"""

import argparse
import hashlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time
import traceback

from box import SOCKETS, UNITS, Box
from lab import BOX_ADDRESS, DESK_ADDRESS, Failed, Lab, run, wait

HERE = pathlib.Path(__file__).parent
RESTARTS = 6
UPGRADES = 2
KILLS = 3
# Of hammer.py. What a killed server was just answering is lost with it, and nothing else.
CLIENTS = 8
# Exposure by `systemd-analyze security`, in tenths.
EXPOSURE = {"holdfast.service": 3, "holdfast-hsmd.service": 6, "holdfast-hsmd-second.service": 6, "holdfast-extract@.service": 6,
            "holdfast-relay.service": 4}


def need(held, what):
    if not held:
        raise Failed(what)


def installs(lab, box, options):
    lab.boot()
    box.install(options.package)
    for user in ("holdfast", "holdfast-hsmd", "holdfast-extract", "holdfast-relay"):
        need(int(lab.inside("id", "-u", user).stdout) > 0, f"{user} is a user")
    need(lab.inside("stat", "-c", "%U:%G %a", "/var/log/holdfast").stdout.strip() == "holdfast:holdfast-audit 2750", "the log's folder")
    # Before it is set up it waits, and nothing has failed.
    need(lab.show("holdfast.socket", "ActiveState") == "inactive", "no listener before the box is set up")
    need(not box.failed_units(), f"nothing failed: {box.failed_units()}")
    need(lab.inside("dpkg", "-V", "holdfast").stdout == "", "files as packaged")


def is_confined(lab, box, options):
    said = []
    for unit in UNITS:
        # A template is judged by an instance.
        name = unit.replace("@.", "@1.")
        for way in (["--offline=yes"], []):
            if not way and "@" in unit:
                continue
            done = lab.inside("systemd-analyze", "security", "--no-pager", *way, f"--threshold={EXPOSURE[unit]}", name, check=False)
            verdict = done.stdout.strip().split("\n")[-1]
            need(done.returncode == 0 and "exposure level" in verdict, f"{unit} {way}: {verdict}{done.stderr}")
            said.append(f"{unit} {verdict.split(':')[1].split()[0]}")
    need(lab.show("holdfast-extract@1.service", "MemoryMax") == str(896 << 20), "a worker's memory is bounded")
    need(lab.show("holdfast-extract.slice", "MemoryMax") == str(3 << 30), "and that of all of them")
    for unit in UNITS:
        requires = lab.show(unit.replace("@.", "@1."), "Requires").split()
        need(not any("hsmd" in one for one in requires) or "hsmd" in unit, f"{unit} does not require hsmd")
    return ", ".join(dict.fromkeys(said))


def is_set_up(lab, box, options):
    checked = json.loads(lab.inside("holdfast-setup", "--check", "--json").stdout)
    refused = [one for one in checked["checks"] if one["verdict"] == "refused"]
    need(len(checked["checks"]) > 20 and not refused, f"the machine can become a box: {refused}")
    warned = [one["check"] for one in checked["checks"] if one["verdict"] == "warning"]
    report = box.set_up()
    box.shares = report["kit"]["shares"]
    box.wait_ready()
    need(report["changed"] and not box.failed_units(), f"nothing failed: {box.failed_units()}")
    page = box.ask("GET", "/")[1]
    need("<html" in page and "script" in page, "the client's page")
    unknown = lab.desk("curl", "-sS", "--max-time", "10", f"https://{BOX_ADDRESS}/", check=False)
    need(unknown.returncode == 60, "who does not know the authority does not trust the box")
    # The three first administrators choose their passwords, each with a code that is good once.
    need(sorted(one["role"] for one in report["administrators"]) == ["audit", "security", "system"], "three roles")
    for one in report["administrators"]:
        chosen = {"code": one["code"], "password": f"{one['role']} 2026 Löwenzahn"}
        opened = box.ask("POST", "/api/v1/enrolments/redeem", chosen)[1]
        need(opened["person"]["uid"] == one["uid"], "the code is theirs")
        need(box.ask("POST", "/api/v1/enrolments/redeem", chosen, check=False)[0] == 404, "a code is good once")
        sign_in = {"uid": one["uid"], "password": chosen["password"]}
        token = box.ask("POST", "/api/v1/sessions", sign_in)[1]["token"]
        need(box.ask("GET", "/api/v1/me", token=token)[1]["roles"] == [one["role"]], "their role, and no other")
    # Run again it changes nothing.
    before = lab.main_pid("holdfast.service"), lab.main_pid("holdfast-hsmd.service")
    again = box.set_up()
    need(not again["changed"] and not any("code" in one for one in again["administrators"]), f"a second run: {again}")
    need(before == (lab.main_pid("holdfast.service"), lab.main_pid("holdfast-hsmd.service")), "and starts nothing anew")
    box.take_sample()
    box.wait_ready()
    return f"{len(checked['checks'])} checks, warnings: {', '.join(warned) or 'none'}"


def keeps_to_itself(lab, box, options):
    """What the running process may do, asked of the kernel."""
    pid = lab.main_pid("holdfast.service")
    links = lab.inside("nsenter", "-t", str(pid), "-n", "ip", "-br", "link").stdout.split("\n")
    need([line.split()[0] for line in links if line] == ["lo"], f"its network is its own: {links}")
    status = lab.inside("cat", f"/proc/{pid}/status").stdout
    fields = dict(line.split(":\t", 1) for line in status.split("\n") if ":\t" in line)
    need(int(fields["CapBnd"], 16) == 0 and fields["NoNewPrivs"] == "1" and fields["Seccomp"] == "2", "no capability, filters on")
    need(int(fields["VmLck"].split()[0]) > 0, "keys are locked in memory")
    metrics = "http://127.0.0.1:9464/metrics"
    need("holdfast_http_requests" in lab.inside("curl", "-sS", "--max-time", "5", metrics).stdout, "metrics on loopback")
    from_lan = lab.desk("curl", "-sS", "--max-time", "5", f"http://{BOX_ADDRESS}:9464/metrics", check=False)
    need(from_lan.returncode == 7, "no metrics for the LAN")
    need(box.ask("GET", "/metrics", check=False)[0] == 404, "nor by the web")
    mode = lab.inside("stat", "-c", "%G %a", "/var/log/holdfast/audit.jsonl").stdout.strip()
    need(mode == "holdfast-audit 640", f"the readable log: {mode}")
    return f"{fields['Seccomp_filters']} filters"


def serves_without_hsmd(lab, box, options):
    """The sealed page is there before hsmd is."""
    lab.inside("systemctl", "stop", "holdfast-hsmd.socket", "holdfast-hsmd.service")
    lab.inside("systemctl", "restart", "holdfast.service")
    need("<html" in box.ask("GET", "/")[1], "the client's page")
    status, said = box.readyz()
    need(status == 503 and not said["ready"], f"not ready without hsmd: {status}")
    lab.inside("systemctl", "start", "holdfast-hsmd.socket")
    box.wait_ready()


def is_unsealed_by_hand(lab, box, options):
    """Without the PIN as a credential the box stays sealed until somebody types it."""
    kept = "/etc/credstore.encrypted/holdfast-pin"
    pin = lab.inside("systemd-creds", "decrypt", "--name=holdfast-pin", kept, "-").stdout
    need(pin not in (lab.root / kept.lstrip("/")).read_text(errors="replace"), "the PIN lies there sealed")
    lab.inside("mv", kept, "/root/pin")
    lab.inside("systemctl", "restart", "holdfast-hsmd.service", "holdfast.service")
    wait("the box to say that it is sealed", lambda: lab.inside("holdfast", "status", check=False).stdout.strip() == "sealed")
    need(box.readyz()[0] == 503, "not ready while sealed")
    wrong = lab.inside("holdfast", "unseal", check=False)
    need(wrong.returncode == 1, f"no PIN, no keys: {wrong.stdout}")
    lab.inside("holdfast", "unseal", "--pin-stdin", input=pin)
    box.wait_ready()
    lab.inside("mv", "/root/pin", kept)
    lab.inside("systemctl", "restart", "holdfast-hsmd.service", "holdfast.service")
    box.wait_ready()


def signs_in(lab, box, options):
    token = box.sign_in("gu.wenzhou")
    box.room_id = box.room(token, "电源")
    refused = box.ask("POST", "/api/v1/sessions", {"uid": "gu.wenzhou", "password": "wrong"}, check=False)
    need(refused[0] == 401, "a wrong password is refused")


def people_use_it(lab, box, options):
    """The six points of "The box runs", in Chromium at the desk."""
    # Trust as a desk has it: the authority in its store, and no flag.
    home = lab.folder / "home"
    store = home / ".pki/nssdb"
    store.mkdir(parents=True)
    run("certutil", "-d", f"sql:{store}", "-N", "--empty-password")
    chromium = ["env", f"HOME={home}", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    chromium += ["--disable-background-networking", "--disable-component-update", "--virtual-time-budget=8000", "--dump-dom"]
    stranger = lab.desk(*chromium, f"https://{BOX_ADDRESS}/login", check=False).stdout
    need('id="account"' not in stranger, "a browser that does not know the authority shows no sign-in")
    run("certutil", "-d", f"sql:{store}", "-A", "-t", "C,,", "-n", "holdfast", "-i", box.authority)
    page = lab.desk(*chromium, f"https://{BOX_ADDRESS}/login").stdout
    need('id="account"' in page, "the sign-in, with the authority trusted")
    place = lab.folder / "place.json"
    vkey = (lab.root / "var/lib/holdfast/audit.vkey").read_text().strip()
    place.write_text(json.dumps({"url": f"https://{BOX_ADDRESS}", "vkey": vkey, **box.sign_ins}))
    journeys = HERE.parent / "browser/journeys.test.mjs"
    done = lab.desk("env", f"HOLDFAST_BOX={place}", "node", "--test", "--test-concurrency=1", "--test-timeout=600000",
                    "--test-reporter=tap", "--test-name-pattern=^([1-6]|nothing)", journeys, check=False, timeout=1200)
    passed = [line for line in done.stdout.splitlines() if line.startswith("ok ") and "# SKIP" not in line]
    need(done.returncode == 0 and len(passed) >= 7, f"the journeys: {done.stdout[-6000:]}{done.stderr[-2000:]}")
    return f"{len(passed)} journeys"


def hammered(lab, box, act, times, cut=0):
    """Does `act` so many times while eight clients ask. Each must have had its effect; at most `cut` answers may have been cut
    short each time, and no connection may ever be refused."""
    hammer = lab.at_desk(sys.executable, HERE / "hammer.py", BOX_ADDRESS, box.authority, "/healthz",
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    hammer.stdout.readline()
    time.sleep(1)
    for turn in range(times):
        before = lab.main_pid("holdfast.service")
        act()
        wait("another process", lambda: lab.main_pid("holdfast.service") not in (0, before), 20)
        time.sleep(1)
    said = json.loads(hammer.communicate("", timeout=60)[0])
    counts = said["counts"]
    need(counts["ok"] > 100 and not counts.get("refused"), f"the listener answered: {said}")
    need(sum(counts.values()) - counts["ok"] <= cut * times, f"no connection was cut short: {said}")
    need(lab.show("holdfast.socket", "ActiveState") == "active", "the listener stands")
    return f"{times} took effect, {said['counts']['ok']} answers, longest wait {said['longest_ms']} ms"


def restarts_under_load(lab, box, options):
    return hammered(lab, box, lambda: lab.inside("systemctl", "restart", "holdfast.service"), RESTARTS)


def upgrades_under_load(lab, box, options):
    socket_since = lab.show("holdfast.socket", "ActiveEnterTimestampMonotonic")
    said = hammered(lab, box, lambda: box.install(options.package), UPGRADES)
    need(lab.show("holdfast.socket", "ActiveEnterTimestampMonotonic") == socket_since, "the socket was left alone")
    box.wait_ready()
    return said


def server_is_killed(lab, box, options):
    said = hammered(lab, box, lambda: lab.inside("kill", "-9", str(lab.main_pid("holdfast.service"))), KILLS, cut=CLIENTS)
    box.wait_ready()
    return said


def hanging_server_is_replaced(lab, box, options):
    """The watchdog: with its time shortened, and the process stopped as a hang would."""
    drop_in = lab.root / "etc/systemd/system/holdfast.service.d"
    drop_in.mkdir()
    (drop_in / "watchdog.conf").write_text("[Service]\nWatchdogSec=8\nTimeoutAbortSec=1\n")
    lab.inside("systemctl", "daemon-reload")
    lab.inside("systemctl", "restart", "holdfast.service")
    box.wait_ready()
    before = lab.main_pid("holdfast.service")
    time.sleep(10)
    need(lab.main_pid("holdfast.service") == before, "who works is left alone")
    lab.inside("kill", "-STOP", str(before))
    wait("another process", lambda: lab.main_pid("holdfast.service") not in (0, before), 60)
    box.wait_ready()
    (drop_in / "watchdog.conf").unlink()
    drop_in.rmdir()
    lab.inside("systemctl", "daemon-reload")
    lab.inside("systemctl", "restart", "holdfast.service")
    box.wait_ready()


def hsmd_is_killed(lab, box, options):
    for _ in range(KILLS):
        before = lab.main_pid("holdfast-hsmd.service")
        need(before > 1, "hsmd runs")
        lab.inside("kill", "-9", str(before))
        wait("another hsmd", lambda: lab.main_pid("holdfast-hsmd.service") not in (0, before), 20)
        box.wait_ready()
        token = box.sign_in("gu.wenzhou")
        need(box.ask("GET", "/api/v1/me", token=token)[0] == 200, "the box works on")


def extractor_is_killed(lab, box, options):
    token = box.sign_in("gu.wenzhou")
    dav = box.sign_ins["app_password"]
    workers = lambda: lab.inside("pgrep", "-f", "/usr/lib/holdfast/holdfast-extract", check=False).stdout.split()
    for turn in range(KILLS):
        word = f"quokka{random.randrange(10**9)}"
        text = lab.folder / "note.txt"
        text.write_text(f"a {word} was seen\n")
        box.ask("PUT", f"/dav/personal/{word}.txt", basic=f"{dav['uid']}:{dav['password']}", data=text)
        signed = token if dav["uid"] == "gu.wenzhou" else box.sign_in(dav["uid"])
        found = lambda: box.ask("GET", f"/api/v1/search?q={word}&kind=files", token=signed)[1]["items"]
        wait("the text of a file to be found", lambda: any(word in str(hit.get("snippet")) for hit in found()), 30, 0.3)
        need(workers(), "a worker of its own unit read it")
        need(lab.inside("systemctl", "list-units", "--plain", "--no-legend", "holdfast-extract@*").stdout.strip(), "in its unit")
        lab.inside("kill", "-9", *workers())
        wait("the worker to be gone", lambda: not workers(), 10)


def power_is_cut(lab, box, options):
    token, dav = box.sign_in("gu.wenzhou"), box.sign_ins["app_password"]
    book = lab.folder / "acknowledged"
    book.touch()
    entries = lambda: [line.split() for line in book.read_text().splitlines()]
    for turn in range(options.cuts):
        before = len(entries())
        writer = lab.at_desk(sys.executable, HERE / "writer.py", BOX_ADDRESS, box.authority, book, stdin=subprocess.PIPE, text=True)
        writer.stdin.write(json.dumps({"token": token, "room": box.room_id, "dav": dav}))
        writer.stdin.close()
        wait("acknowledged writes", lambda: len(entries()) > before + 30, 30)
        time.sleep(random.uniform(0, 1))
        lab.cut()
        writer.kill()
        writer.wait()
        lab.boot()
        box.wait_ready()
        token = box.sign_in("gu.wenzhou")
        held = box.history(token, box.room_id)
        need(len(held) == len(set(held)), "no message twice")
        messages = {name for kind, name in entries() if kind == "message"}
        missing = messages - set(held)
        need(messages and not missing, f"every acknowledged message is there; missing after cut {turn + 1}: {missing}")
    files = [name for kind, name in entries() if kind == "file"]
    need(files, "files were acknowledged")
    for name in files:
        got = lab.folder / "got"
        lab.desk("curl", "-sS", "--fail", "--max-time", "30", "--cacert", box.authority, "-u", f"{dav['uid']}:{dav['password']}",
                 "-o", got, f"https://{BOX_ADDRESS}/dav/personal/{name}")
        need(hashlib.sha256(got.read_bytes()).hexdigest() == name, f"the file {name} is whole")
    return f"{options.cuts} cuts, {len(messages)} messages and {len(files)} files acknowledged, none missing"


def log_verifies(lab, box, options):
    key = (lab.root / "var/lib/holdfast/audit.vkey").read_text().strip()
    done = lab.inside("holdfast-audit", "verify", "/var/lib/holdfast/audit", "--key", key, check=False)
    need(done.returncode == 0, f"{done.stdout}{done.stderr}")


def nothing_left(lab, box, options):
    need(lab.flows() == 0, f"the box started {lab.flows()} flows")
    # The control: the same counter sees a flow that a root shell starts in the box.
    lab.inside("curl", "-sS", "--max-time", "2", f"http://{DESK_ADDRESS}:9/", check=False)
    need(lab.flows() > 0, "the counter counts")
    return "0; the control was counted"


def relay_reaches_what_is_listed(lab, box, options):
    """The one way out, when an administrator opens it, leads to the listed address and to no other."""
    listed, other = f"{DESK_ADDRESS}:6514", f"{DESK_ADDRESS}:6515"
    need(lab.show("holdfast-relay.socket", "UnitFileState") == "disabled", "off by default")
    (lab.root / "etc/holdfast/relay.toml").write_text(f'allow = ["{listed}"]\n')
    drop_in = lab.root / "etc/systemd/system/holdfast-relay.service.d"
    drop_in.mkdir()
    (drop_in / "address.conf").write_text(f"[Service]\nIPAddressAllow={DESK_ADDRESS}\n")
    lab.inside("systemctl", "daemon-reload")
    lab.inside("systemctl", "start", "holdfast-relay.socket")
    collector = lab.at_desk(sys.executable, "-c", COLLECTOR, stdout=subprocess.PIPE, text=True)
    collector.stdout.readline()
    need(through_relay(lab, other) == "NO not in the list\n", "what is not listed is not tried")
    need(through_relay(lab, listed) == "OK\n", "what is listed is reached")
    need(collector.stdout.readline() == "one entry\n", "and hears what was said")
    drop_in.joinpath("address.conf").unlink()
    drop_in.rmdir()
    lab.inside("systemctl", "stop", "holdfast-relay.socket", "holdfast-relay.service")
    lab.inside("systemctl", "daemon-reload")


COLLECTOR = """
import socket
listener = socket.create_server(("", 6514))
print("listening", flush=True)
print(listener.accept()[0].makefile().read(), end="", flush=True)
"""


def through_relay(lab, address):
    with socket.socket(socket.AF_UNIX) as relay:
        relay.settimeout(20)
        relay.connect(f"/proc/{lab.init}/root/run/holdfast-relay/relay.sock")
        relay.sendall(f"{address}\none entry\n".encode())
        relay.shutdown(socket.SHUT_WR)
        return relay.makefile().read()


def second_token_takes_over(lab, box, options):
    """Made beside the running box; the first token is lost; nobody needs a share."""
    lab.inside("holdfast-setup", "second-token")
    box.wait_ready()
    copied = json.loads(lab.inside("holdfast", "--json", "token", "copy").stdout)["second_token"]
    need(copied["is_current"], f"it has the keys: {copied}")
    lab.inside("systemctl", "stop", "holdfast-hsmd.socket", "holdfast-hsmd.service")
    lab.inside("mv", "/var/lib/holdfast-hsmd/token", "/root/first-token")
    lab.inside("systemctl", "start", "holdfast-hsmd.socket")
    sealed = lambda: lab.inside("holdfast", "status", check=False).stdout.startswith("sealed")
    wait("the box to seal without its token", sealed)
    need(lab.inside("holdfast", "unseal", check=False).returncode == 1, "the first token is away")
    begun = time.monotonic()
    lab.inside("holdfast", "unseal", "--second")
    box.wait_ready()
    took = time.monotonic() - begun
    token = box.sign_in("gu.wenzhou")
    need(box.ask("GET", "/api/v1/me", token=token)[0] == 200, "people work on")
    lab.inside("systemctl", "restart", "holdfast-hsmd-second.service", "holdfast.service")
    box.wait_ready()
    return f"{took:.1f} s"


def is_recovered_by_officers(lab, box, options):
    """Both tokens are lost: three officers, an empty token."""
    lab.inside("holdfast", "token", "forget")
    lab.inside("systemctl", "stop", "holdfast-hsmd-second.socket", "holdfast-hsmd-second.service")
    lab.inside("mv", "/var/lib/holdfast-hsmd-second", "/root/second-token")
    wait("the box to seal without its token", lambda: lab.inside("holdfast", "status", check=False).stdout.startswith("sealed"))
    few = lab.inside("holdfast", "recovery", "recover", input="\n".join(box.shares[:2]), check=False)
    need(few.returncode == 2 and "too few" in few.stderr, f"two of five: {few.stderr}")
    lab.inside("holdfast", "recovery", "recover", input="\n".join(box.shares[1:4]), timeout=120)
    box.wait_ready()
    token = box.sign_in("gu.wenzhou")
    need(box.ask("GET", "/api/v1/conversations", token=token)[1]["items"], "what they wrote is there")
    lab.inside("systemctl", "restart", "holdfast-hsmd.service", "holdfast.service")
    box.wait_ready()


def is_removed(lab, box, options):
    lab.inside("dpkg", "-r", "holdfast")
    for unit in SOCKETS + ("holdfast.service", "holdfast-hsmd.service"):
        need(lab.show(unit, "ActiveState") in ("inactive", ""), f"{unit} is gone")
    left = lab.inside("pgrep", "-fa", "/usr/lib/holdfast", check=False).stdout
    need(not left, f"no process is left: {left}")
    # Back again with everything that it knew.
    box.install(options.package)
    box.wait_ready()
    token = box.sign_in("gu.wenzhou")
    need(box.ask("GET", f"/api/v1/conversations/{box.room_id}/messages", token=token)[0] == 200, "the room is there")
    lab.inside("dpkg", "--purge", "holdfast")
    need(not box.failed_units(), f"nothing failed: {box.failed_units()}")
    kept = lab.inside("ls", "/var/lib/holdfast/keyring", "/etc/holdfast/tls/server.key", "/etc/credstore.encrypted/holdfast-pin")
    need(kept.returncode == 0, "keys are kept")
    strays = lab.inside("sh", "-c", "find / -xdev -iname '*holdfast*' -not -path '/proc/*' -not -path '/sys/*' -not -path '/run/*'"
                        " -not -path '/var/lib/holdfast*' -not -path '/var/log/*' -not -path '/etc/credstore*'"
                        " -not -path '/etc/holdfast*' -not -path '/srv/*'").stdout.split()
    need(not strays, f"nothing else is left: {strays}")
    need(not (lab.root / "etc/holdfast/holdfast.toml").exists(), "the configuration goes with purging")


STEPS = (installs, is_confined, is_set_up, keeps_to_itself, signs_in, people_use_it, serves_without_hsmd, is_unsealed_by_hand,
         restarts_under_load, upgrades_under_load, server_is_killed, hanging_server_is_replaced, hsmd_is_killed, extractor_is_killed,
         power_is_cut, log_verifies, nothing_left, relay_reaches_what_is_listed, second_token_takes_over, is_recovered_by_officers,
         is_removed)


def main():
    parse = argparse.ArgumentParser()
    parse.add_argument("--package", required=True)
    parse.add_argument("--rootfs", required=True)
    parse.add_argument("--cuts", type=int, default=int(os.environ.get("HOLDFAST_CUTS", "2")))
    parse.add_argument("--only", nargs="*", help="for whoever writes the test: these steps, after the box was set up")
    parse.add_argument("--keep", action="store_true", help="wait for Return before cleaning up")
    options = parse.parse_args()
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: sys.exit(1))
    began, failed = time.monotonic(), None
    lab = Lab(options.rootfs)
    try:
        box = Box(lab)
        chosen = STEPS if options.only is None else STEPS[:3] + tuple(step for step in STEPS[3:] if step.__name__ in options.only)
        for step in chosen:
            begun = time.monotonic()
            said = step(lab, box, options)
            print(f"ok {step.__name__} ({time.monotonic() - begun:.1f} s){': ' + said if said else ''}", flush=True)
    except (Failed, subprocess.TimeoutExpired, AssertionError, KeyError, ValueError, OSError) as error:
        failed = error
        print(f"FAILED {step.__name__}: {error}", file=sys.stderr)
        traceback.print_exc()
        if lab.init:
            print(lab.journal(), file=sys.stderr)
    finally:
        if options.keep:
            input(f"kept: {lab.folder}, nsenter -t {lab.init} -m -u -i -n -p -C")
        lab.close()
    print(f"{'failed' if failed else 'held'} after {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

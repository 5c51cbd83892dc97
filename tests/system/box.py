"""The installed box as its operator and its people see it: commands inside, requests from the desk."""

import json
import pathlib
import uuid

from lab import BOX_ADDRESS, Failed, wait

HERE = pathlib.Path(__file__).parent
UNITS = ("holdfast.service", "holdfast-hsmd.service", "holdfast-hsmd-second.service", "holdfast-extract@.service",
         "holdfast-relay.service")
SOCKETS = ("holdfast.socket", "holdfast-metrics.socket", "holdfast-hsmd.socket", "holdfast-hsmd-second.socket",
           "holdfast-extract.socket")
URL = f"https://{BOX_ADDRESS}"


class Box:
    def __init__(self, lab):
        self.lab = lab
        self.authority = lab.folder / "ca.crt"

    # --- people ---

    def ask(self, method, path, body=None, token=None, basic=None, check=True, data=None):
        """Status and body. By curl at the desk, which trusts the box's own authority and no other."""
        command = ["curl", "-sS", "--max-time", "30", "--cacert", self.authority, "-X", method, "-w", "\n%{http_code}", URL + path]
        if token:
            command += ["-H", f"Authorization: Bearer {token}"]
        if basic:
            command += ["-u", basic]
        if body is not None:
            command += ["-H", "Content-Type: application/json", "--data-binary", json.dumps(body)]
        if data is not None:
            command += ["--data-binary", f"@{data}"]
        done = self.lab.desk(*command, check=False)
        if done.returncode != 0:
            if check:
                raise Failed(f"{method} {path}: {done.stderr.strip()}")
            return 0, None
        text, _, status = done.stdout.rpartition("\n")
        try:
            answer = json.loads(text)
        except ValueError:
            answer = text
        if check and not 200 <= int(status) < 300:
            raise Failed(f"{method} {path}: {status} {text[:300]}")
        return int(status), answer

    def readyz(self):
        return self.ask("GET", "/readyz", check=False)

    def wait_ready(self, seconds=60):
        wait("the box to be ready", lambda: self.readyz()[0] == 200, seconds)

    def sign_in(self, uid):
        password = next(one["password"] for one in self.sign_ins["people"] if one["uid"] == uid)
        return self.ask("POST", "/api/v1/sessions", {"uid": uid, "password": password})[1]["token"]

    def room(self, token, title):
        ask = {"cid": str(uuid.uuid4()), "kind": "group", "title": title, "members": ["han.ruoxi"]}
        return self.ask("POST", "/api/v1/conversations", ask, token)[1]["id"]

    def history(self, token, room):
        """The client id of every message, oldest first."""
        found, after = [], 0
        while True:
            page = self.ask("GET", f"/api/v1/conversations/{room}/messages?after={after}&limit=200", token=token)[1]["items"]
            if not page:
                return found
            found += [one.get("cid") for one in page]
            after = page[-1]["seq"]

    # --- the operator ---

    def install(self, package):
        self.lab.put(package, "/srv/holdfast.deb")
        return self.lab.inside("dpkg", "-i", "/srv/holdfast.deb")

    def set_up(self):
        """As IT does it without a question: holdfast-setup with answers. Its report."""
        self.lab.put(HERE / "answers.toml", "/root/answers.toml")
        done = self.lab.inside("holdfast-setup", "--json", "--answers", "/root/answers.toml", check=False, timeout=300)
        if done.returncode != 0:
            raise Failed(f"holdfast-setup: exit {done.returncode}\n{done.stdout}{done.stderr}")
        self.authority.write_bytes((self.lab.root / "etc/holdfast/tls/ca.crt").read_bytes())
        return json.loads(done.stdout)

    def take_sample(self):
        """The sample company in place of the one that was set up: only an empty box takes it, so what was stored goes first."""
        self.lab.inside("systemctl", "stop", "holdfast.service")
        self.lab.inside("sh", "-c", "cd /var/lib/holdfast && rm -rf db ledger packs audit index")
        load = ["holdfast", "--config", "/etc/holdfast/holdfast.toml", "sampledata", "--small", "--sign-ins", "/var/lib/holdfast/sign-ins.json"]
        self.lab.inside("setpriv", "--reuid=holdfast", "--regid=holdfast", "--init-groups", *load, timeout=300)
        self.lab.inside("systemctl", "start", "holdfast.service")
        sign_ins = self.lab.root / "var/lib/holdfast/sign-ins.json"
        self.sign_ins = json.loads(sign_ins.read_text())
        sign_ins.unlink()

    def failed_units(self):
        return self.lab.inside("systemctl", "list-units", "--failed", "--no-legend", "--plain").stdout.split("\n")[0].strip()

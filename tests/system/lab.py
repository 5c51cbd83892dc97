"""A machine and a desk: a Debian root on an ext4 image booted by systemd-nspawn, in a network namespace of its own, with a second
namespace beside it that plays the LAN. All of it is made here and goes away with `close()`, whatever happened.

Traffic stays between these two namespaces: neither has a way to the network of the machine that runs the test.
run.sh starts this in process and mount namespaces of its own, so that nothing of it outlives it, even if it is killed.
"""

import fcntl
import os
import pathlib
import secrets
import shutil
import signal
import struct
import subprocess
import tempfile
import time

BOX_ADDRESS = "192.168.77.1"
DESK_ADDRESS = "192.168.77.2"
IMAGE_BYTES = 4 << 30
BOOT_SECONDS = 60
# ext4: stop now, write nothing more, not even the journal. What a cut of the power leaves.
EXT4_SHUTDOWN = 0x8004587D
SHUTDOWN_NOLOGFLUSH = 2

COUNTER = """
table inet proof {
  chain out {
    type filter hook output priority 0; policy accept;
    ct state new oifname != "lo" counter comment "flows the box starts"
  }
}
"""


class Failed(Exception):
    """A command, or the machine, did not do what the test needs."""


def run(*command, check=True, input=None, timeout=120):
    done = subprocess.run(command, text=True, capture_output=True, input=input or "", timeout=timeout)
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def wait(what, condition, seconds=30, every=0.1):
    """Until `condition` answers something true, which is returned."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(every)
    raise Failed(f"{what}: not within {seconds} s")


def gone(pid):
    try:
        # Its parent ended with it, so it is ours to bury.
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    return not os.path.exists(f"/proc/{pid}")


class Lab:
    def __init__(self, rootfs):
        self.name = f"hf{secrets.token_hex(3)}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="holdfast-system-"))
        self.image, self.root = self.folder / "box.img", self.folder / "root"
        self.box_net, self.lan = f"{self.name}-box", f"{self.name}-lan"
        self.nspawn = self.init = None
        self.helpers = []
        try:
            self._network()
            self._disk(rootfs)
        except BaseException:
            self.close()
            raise

    # --- the machine ---

    def boot(self):
        self.console = open(self.folder / "console.log", "ab")
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", self.root, f"--machine={self.name}", "--hostname=holdfast", "--boot"]
            + ["--register=no", "--keep-unit", "--console=pipe", f"--network-namespace-path=/run/netns/{self.box_net}"]
            # As on a machine of its own: filters on addresses and memory that is locked, which a container has not.
            + ["--capability=CAP_BPF,CAP_NET_ADMIN,CAP_SYS_ADMIN,CAP_PERFMON,CAP_SYS_RESOURCE,CAP_IPC_LOCK"]
            + ["--system-call-filter=bpf mlock mlock2 munlock mlockall munlockall"],
            stdin=subprocess.DEVNULL, stdout=self.console, stderr=self.console,
        )
        self.init = wait("the machine's first process", self._find_init, BOOT_SECONDS)
        wait("the machine's systemd", lambda: self.inside("systemctl", "is-system-running", check=False).stdout.strip()
             in ("running", "degraded"), BOOT_SECONDS)

    def _find_init(self):
        if self.nspawn.poll() is not None:
            raise Failed(f"systemd-nspawn ended: {(self.folder / 'console.log').read_text(errors='replace')[-2000:]}")
        for child in pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split():
            # Beside it there is for a moment the one that prepares its namespaces.
            try:
                if pathlib.Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                    return int(child)
            except FileNotFoundError:
                pass
        return None

    def inside(self, *command, check=True, input=None, timeout=120):
        """As root in the machine."""
        enter = ["nsenter", "-t", str(self.init), "-m", "-u", "-i", "-n", "-p", "-C", "--"]
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]
        return run(*enter, *clean, *command, check=check, input=input, timeout=timeout)

    def show(self, unit, key):
        return self.inside("systemctl", "show", "-p", key, "--value", unit).stdout.strip()

    def main_pid(self, unit):
        return int(self.show(unit, "MainPID") or 0)

    def put(self, source, target):
        shutil.copy(source, self.root / target.lstrip("/"))

    def cut(self):
        """The power is gone: nothing is flushed, nobody is told.

        The cable goes first. A file system that is shut down lets a sync that is under way end as if it had been done (seen: 27
        of 46,000 acknowledgements came up to 10 ms after the shutdown, and theirs alone were not on the disk); where the power
        really goes, nobody hears of it.
        """
        self._cable("down")
        disk = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.ioctl(disk, EXT4_SHUTDOWN, struct.pack("I", SHUTDOWN_NOLOGFLUSH))
        finally:
            os.close(disk)
        self._kill()
        self._unmount()
        run("mount", "-o", "loop", self.image, self.root)
        self._cable("up")

    def _cable(self, state):
        run("ip", "-n", self.lan, "link", "set", f"{self.name}l", state)

    def _kill(self):
        for pid in (self.nspawn and self.nspawn.pid, self.init):
            if pid:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        if self.nspawn:
            self.nspawn.wait()
            # Its processes end with the first one; the mount goes with the last of them.
            wait("the machine's end", lambda: self.init is None or gone(self.init))
            self.console.close()
        self.nspawn = self.init = None

    def _unmount(self):
        device = run("findmnt", "-n", "-o", "SOURCE", self.root).stdout.strip()
        wait("the disk to be let go", lambda: run("umount", self.root, check=False).returncode == 0
             or not os.path.ismount(self.root), 30, 0.2)
        # Another view of the mounts may still have it; a disk that was cut must not be mounted as it is.
        wait("the disk to be free", lambda: str(self.image) not in run("losetup", "-n", "-O", "BACK-FILE", device, check=False).stdout, 30)

    def _disk(self, rootfs):
        with open(self.image, "wb") as image:
            image.truncate(IMAGE_BYTES)
        run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,nodiscard", self.image)
        self.root.mkdir()
        run("mount", "-o", "loop", self.image, self.root)
        run("tar", "-C", self.root, "-xf", rootfs)
        (self.root / "var/log/journal").mkdir(exist_ok=True)
        # The system's own files are not what a cut of the power is to try.
        run("sync", "-f", self.root)

    # --- the network ---

    def _network(self):
        box, lan = f"{self.name}b", f"{self.name}l"
        for space in (self.box_net, self.lan):
            run("ip", "netns", "add", space)
        run("ip", "link", "add", box, "type", "veth", "peer", "name", lan)
        for space, link, address in ((self.box_net, box, BOX_ADDRESS), (self.lan, lan, DESK_ADDRESS)):
            run("ip", "link", "set", link, "netns", space)
            run("ip", "-n", space, "addr", "add", f"{address}/24", "dev", link)
            run("ip", "-n", space, "link", "set", link, "up")
            run("ip", "-n", space, "link", "set", "lo", "up")
        # So that a packet to anywhere would leave the box, and be counted.
        run("ip", "-n", self.box_net, "route", "add", "default", "via", DESK_ADDRESS)
        run("ip", "netns", "exec", self.box_net, "nft", "-f", "-", input=COUNTER)

    def flows(self):
        """How many the box started towards anywhere."""
        text = run("ip", "netns", "exec", self.box_net, "nft", "list", "table", "inet", "proof").stdout
        return int(text.split("counter packets ")[1].split()[0])

    def desk(self, *command, check=True, input=None, timeout=300):
        """At a desk in the LAN."""
        return run(*self._lan(), *command, check=check, input=input, timeout=timeout)

    def _lan(self):
        # Not `ip netns exec`: its view of the mounts would hold on to the machine's disk.
        return ("nsenter", f"--net=/run/netns/{self.lan}")

    def at_desk(self, *command, **options):
        """The same, left running."""
        child = subprocess.Popen([*self._lan(), *command], **options)
        self.helpers.append(child)
        return child

    # --- the end ---

    def journal(self, lines=60):
        return self.inside("journalctl", "--no-pager", "-q", "-n", str(lines), "-o", "short-monotonic", check=False).stdout

    def close(self):
        for child in self.helpers:
            if child.poll() is None:
                child.kill()
                child.wait()
        try:
            self._kill()
        except Failed:
            pass
        for space in (self.box_net, self.lan):
            run("ip", "netns", "del", space, check=False)
        if os.path.ismount(self.root):
            try:
                self._unmount()
            except Failed as error:
                print(f"left behind: {error}")
                run("umount", "-l", self.root, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

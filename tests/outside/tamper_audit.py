#!/usr/bin/env python3
"""Changes one thing of an export at a time and asks both verifiers: holdfast-audit and holdfast_audit_verify.py."""

import argparse
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("folder", type=pathlib.Path)
    ask.add_argument("--key", required=True)
    ask.add_argument("--verifier", required=True)
    ask.add_argument("--flips", type=int, default=60)
    ask.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    asked = ask.parse_args()
    chance = random.Random(asked.seed)
    ours = [sys.executable, str(pathlib.Path(__file__).parents[2] / "appliance/audit/python/holdfast_audit_verify.py")]

    def judge(folder, key=asked.key):
        more = ["--key", key] if key else []
        theirs = subprocess.run([asked.verifier, "verify", str(folder), *more], capture_output=True, text=True)
        second = subprocess.run([*ours, str(folder), *more], capture_output=True, text=True)
        return theirs, second

    def both(folder, code, what, key=asked.key):
        theirs, second = judge(folder, key)
        if (theirs.returncode, second.returncode) != (code, code):
            sys.exit(f"seed {asked.seed}, {what}: holdfast-audit says {theirs.returncode}, the second verifier {second.returncode}\n"
                     f"{theirs.stdout}{theirs.stderr}\n{second.stdout}{second.stderr}")
        return theirs, second

    _, said = both(asked.folder, 0, "untouched")
    print(said.stdout.strip())
    both(asked.folder, 2, "without a key", key=None)
    files = [path for path in sorted(asked.folder.rglob("*")) if path.is_file() and path.name != "README.txt"]
    named = 0
    for _ in range(asked.flips):
        with tempfile.TemporaryDirectory() as work:
            copy = pathlib.Path(work) / "export"
            shutil.copytree(asked.folder, copy)
            path = copy / chance.choice(files).relative_to(asked.folder)
            raw = bytearray(path.read_bytes())
            if path.name == "keys.json":
                # Only the keys themselves: the rest of the file proves nothing and need not be proven.
                at = chance.choice([m.start() + 1 for m in re.finditer(rb'"[0-9a-f]{64}"', raw)]) + chance.randrange(64)
                bit = 0
            else:
                at, bit = chance.randrange(len(raw)), chance.randrange(8)
            raw[at] ^= 1 << bit
            path.write_bytes(raw)
            what = f"{path.relative_to(copy)}, byte {at}, bit {bit}"
            theirs, second = both(copy, 1, what)
            first = [re.search(r"(?:entry|index) (\d+)", one.stdout + one.stderr) for one in (theirs, second)]
            if "entries" in path.parts:
                named += 1
                if None in first or first[0][1] != first[1][1]:
                    sys.exit(f"seed {asked.seed}, {what}: they do not name the same entry\n{theirs.stdout}\n{second.stdout}")
    with tempfile.TemporaryDirectory() as work:
        copy = pathlib.Path(work) / "export"
        shutil.copytree(asked.folder, copy)
        last = sorted(path for path in (copy / "tile" / "entries").rglob("*") if path.is_file())[-1]
        last.write_bytes(last.read_bytes()[:-200])
        both(copy, 1, "cut short")
    print(json.dumps({"flips": asked.flips, "entries_named_alike": named, "seed": asked.seed}))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""A second verifier of Holdfast's audit log, written from the formats and not from the box's code. Python 3.8, nothing else.

    holdfast_audit_verify.py FOLDER --key VKEY        an unpacked export
    holdfast_audit_verify.py --proof FILE --key VKEY  one entry with its proof: C2SP tlog-proof, or what
                                                      GET /api/v1/audit/entries/{index} answers

Says "clean", or each thing that is not as it was signed, with its index. Exit code 0 clean, 1 findings, 2 cannot tell.
Formats: C2SP tlog-tiles, tlog-proof, signed-note, tlog-checkpoint (ECDSA P-256, type 0x02), RFC 6962 hashes; entries as
appliance/audit/src/entry.rs and hsm/src/envelope/committing.rs describe them. Keys of opened entries are checked against
the commitments in the signed entries; bodies are not read. Made to be read, not to be fast."""
import argparse, base64, hashlib, hmac, json, pathlib, re, struct, sys

TILE = 256

class Bad(Exception):
    """What was found, and the first entry that it concerns."""
    def __init__(self, what, index=None):
        super().__init__(what)
        self.index = index
# -- hashes: RFC 6962, 2.1
def sha256(raw): return hashlib.sha256(raw).digest()
def leaf_hash(entry): return sha256(b"\0" + entry)
def node_hash(left, right): return sha256(b"\1" + left + right)

def mth(row, start, count, stored=()):
    """MTH of a range. Where leaves were pruned, the tiles above stand in for them; None where those are gone too."""
    if count < 2:
        return row[start] if count else sha256(b"")
    split = 1 << ((count - 1).bit_length() - 1)
    left, right = mth(row, start, split, stored), mth(row, start + split, count - split, stored)
    above = (stored[level][start // count] for level in range(1, len(stored)) if count == TILE ** level)
    return node_hash(left, right) if left and right else next(above, None)

def root_from_path(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    number, last, node = index, size - 1, leaf
    for step in path:
        if number & 1 or number == last:
            node = node_hash(step, node)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            node = node_hash(node, step)
        number, last = number >> 1, last >> 1
    if last or index >= size:
        raise Bad("the proof does not fit the tree", index)
    return node

# -- signatures: ECDSA over P-256 (FIPS 186-5, 6.4.2)
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
G = (0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296,
     0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5)
CURVE = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")

def add(a, b):
    if a is None or b is None: return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0: return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P

def times(number, point):
    total = None
    for bit in f"{number:b}":
        total = add(add(total, total), point if bit == "1" else None)
    return total

def signed_by(point, text, der):
    r_end = 4 + der[3] if len(der) > 8 else 0
    r, s = int.from_bytes(der[4:r_end], "big"), int.from_bytes(der[r_end + 2:], "big")
    shape = (0x30, len(der) - 2, 2, 2, len(der) - r_end - 2)
    if r_end + 2 > len(der) or shape != (der[0], der[1], der[2], der[r_end], der[r_end + 1]) or not (0 < r < N and 0 < s < N):
        return False
    inverse, digest = pow(s, -1, N), int.from_bytes(sha256(text), "big")
    found = add(times(digest * inverse % N, G), times(r * inverse % N, point))
    return found is not None and found[0] % N == r

def b64(text, what):
    raw = base64.b64decode(text) if re.fullmatch("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", text) else b""
    if base64.b64encode(raw).decode() != text:
        raise Bad(f"{what} is not canonical base64")
    return raw

class Key:
    def __init__(self, vkey):
        self.name, key_id, key = vkey.strip().split("+", 2)
        raw = b64(key, "the key")
        self.id, self.point = bytes.fromhex(key_id), (int.from_bytes(raw[28:60], "big"), int.from_bytes(raw[60:], "big"))
        x, y = self.point
        if raw[:28] != b"\2" + SPKI or len(raw) != 92 or sha256(raw[1:])[:4] != self.id or (y * y - x**3 + 3 * x - CURVE) % P:
            raise ValueError("not an ECDSA P-256 key whose hash belongs to it")

NOTE = re.compile("(([^\n]+)\n(0|[1-9][0-9]*)\n([^\n]+)\n(?:[^\n]+\n)*)\n((?:\u2014 [^ \n]+ [^ \n]+\n)+)")

def checkpoint(note, key):
    """Size and root, once the key is proven to stand behind them."""
    match = NOTE.fullmatch(note.decode("utf-8", "replace"))
    if not match or match[2] != key.name or len(b64(match[4], "the root")) != 32:
        raise Bad("the checkpoint does not read as one of this log")
    lines = [(name, b64(text, "a signature")) for _, name, text in (line.split(" ") for line in match[5].splitlines())]
    ours = [signed_by(key.point, match[1].encode(), raw[4:]) for name, raw in lines if (name, raw[:4]) == (key.name, key.id)]
    if not ours or not all(ours):
        raise Bad("the checkpoint is not signed by the key" if not ours else "the checkpoint was changed")
    return int(match[3]), b64(match[4], "the root")

# -- entries: CBOR, as much of it as they use, then a sealed body behind a commitment to its key
def cbor(raw, at=0):
    """A value, and where it ends."""
    kind, info, at = raw[at] >> 5, raw[at] & 31, at + 1
    if info > 23 and kind != 7:
        width = 1 << (info - 24)
        info, at = int.from_bytes(raw[at:at + width], "big"), at + width
    if kind in (0, 1, 7):
        return (info, -1 - info, info == 21)[kind % 5], at
    if kind in (2, 3):
        if at + info > len(raw): raise IndexError
        return (raw[at:at + info] if kind == 2 else raw[at:at + info].decode()), at + info
    values = []
    for _ in range(info * (kind - 3)):
        value, at = cbor(raw, at)
        values.append(value)
    return (values if kind == 4 else dict(zip(values[::2], values[1::2]))), at

def header(entry):
    """The clear map and where it ends; None where there is none of a known version."""
    try:
        head, end = cbor(entry)
        return (head, end) if head[0] == head[1] == 1 and isinstance(head[2], int) and len(head) in (11, 12) else None
    except (IndexError, KeyError, TypeError, ValueError, RecursionError):
        return None

def opens(entry, origin, index, key):
    """Key, place and commitment have to belong together: a key that commits is the one that sealed these signed bytes."""
    end = (header(entry) or (None, 0))[1]
    clear, sealed, okm = entry[:end], entry[end:], b""
    parts = [b"audit.entry.v1", origin.encode(), struct.pack(">Q", index), clear]
    info = b"holdfast/entry-open/v1\0" + sealed[:30] + b"".join(struct.pack(">Q", len(raw)) + raw for raw in parts)
    for counter in (b"\1", b"\2", b"\3"):
        okm += hmac.digest(key, okm[-32:] + info + counter, "sha256")
    return sealed[:2] == b"\1\1" and len(sealed) >= 78 and hmac.compare_digest(okm[44:76], sealed[30:62])

# -- the folder: C2SP tlog-tiles
def place(kind, number, width):
    path = f"{number % 1000:03}" + ("" if width == TILE else f".p/{width}")
    while number := number // 1000:
        path = f"x{number % 1000:03}/{path}"
    return f"tile/{kind}/{path}"

def pieces(total):
    return [(number, min(TILE, total - number * TILE)) for number in range(-(-total // TILE))]

class Export:
    def __init__(self, folder, key):
        self.folder, self.key, self.findings = pathlib.Path(folder), key, []
    def bad(self, what, index=None):
        self.findings.append(Bad(what, index))
    def file(self, path):
        return (self.folder / path).read_bytes() if (self.folder / path).is_file() else None
    def tiles(self, size, front):
        """Stored hashes by level; None below what was pruned, and where a tile is not what it has to be."""
        stored = [[] for _ in range(-(-size.bit_length() // 8))]
        for level, row in enumerate(stored):
            for number, width in pieces(size >> 8 * level):
                raw = self.file(place(level, number, width)) or b""
                right = len(raw) == 32 * width
                row += [raw[at:at + 32] if right else None for at in range(0, 32 * width, 32)]
                if not right and (number + 1) * TILE ** level > front:
                    self.bad(f"the tile of level {level} is missing or has a wrong length", number * TILE ** (level + 1))
        return stored
    def above(self, row, stored):
        """Each level of tiles has to be made of the one below, as far as that is known."""
        for level in range(1, len(stored)):
            made = [mth(row, at * TILE, TILE) or stored[level][at] for at in range(len(row) // TILE)]
            for at, (right, there) in enumerate(zip(made, stored[level])):
                if right != there and there:
                    self.bad(f"the tile of level {level} is not made of the one below", at * TILE ** level)
            row = made
    def entries(self, bundles):
        found = {}
        for number, width in bundles:
            raw, at = self.file(place("entries", number, width)), 0
            for index in range(number * TILE, number * TILE + width):
                length = int.from_bytes(raw[at:at + 2], "big") if raw else 0
                if length == 0 or at + 2 + length > len(raw):
                    self.bad("the entry is missing or cannot be read", index)
                    break
                found[index], at = raw[at + 2:at + 2 + length], at + 2 + length
            else:
                if at != len(raw):
                    self.bad("bytes lie behind the last entry of a bundle", number * TILE + width - 1)
        return found
    def verify(self):
        size, signed = checkpoint(self.file("checkpoint") or b"", self.key)
        front = next((number for number, width in pieces(size) if self.file(place("entries", number, width)) is not None), 0)
        stored, entries = self.tiles(size, front), self.entries(pieces(size)[front:])
        leaves = [leaf_hash(entries[index]) if index in entries else None for index in range(size)]
        by_tiles, by_entries = (mth(row, 0, size, stored) == signed for row in (stored[0] if stored else [], leaves))
        self.above(leaves if by_entries or not by_tiles else stored[0], stored)
        minimum = 0
        for index, entry in entries.items():
            if stored[0][index] != leaves[index]:
                self.bad("the entry is not the one that was signed" if by_tiles else "entry and tile differ", index)
            head = (header(entry) or ({2: None}, 0))[0]
            if head[2] != index:
                self.bad(f"the entry says of itself that it is number {head[2]}", index)
            true = by_entries or head[2] in range(size) and stored[0][head[2]] == leaves[index]
            if true and head.get(11, size) <= (head[2] or 0):
                minimum = max(minimum, head[11])
        if by_tiles or by_entries:
            self.findings = [bad for bad in self.findings if bad.index is None or bad.index >= minimum]
        elif not self.findings:
            self.bad("entries and tiles were rewritten: they do not lead to the signed root")
        if front * TILE > minimum:
            self.bad(f"the entries before {front * TILE} are missing, and no entry says that they were pruned", minimum)
        opened = self.open_all(entries)
        return len(entries), opened, minimum, sorted(self.findings, key=lambda bad: -1 if bad.index is None else bad.index)
    def open_all(self, entries):
        try:
            given = json.loads(self.file("keys.json") or b"")
            keys = {int(index): bytes.fromhex(key) for index, key in given["keys"].items()}
            ours = (given["version"], given["origin"]) == (1, self.key.name)
        except (ValueError, KeyError, TypeError, AttributeError):
            ours = False
        if not ours:
            return self.bad("keys.json cannot be read, or is of another log") or 0
        for index, key in keys.items():
            if index not in entries or not opens(entries[index], self.key.name, index, key):
                self.bad("the key given for the entry does not open it", index)
        return len(keys)

def one(raw, key):
    """A proof of one entry: a tlog-proof, or the answer of the box."""
    if raw.startswith(b"{"):
        answer = json.loads(raw)
        leaf, index, path, note = b64(answer["leaf"], "the leaf"), answer["index"], answer["proof"], answer["checkpoint"]
    else:
        head, _, note = raw.decode().partition("\n\n")
        first, extra, index, *path = head.split("\n")
        if first != "c2sp.org/tlog-proof@v1" or extra[:6] != "extra " or index[:6] != "index ":
            raise Bad("not a tlog-proof that holds its entry")
        leaf, index = leaf_hash(b64(extra[6:], "the entry")), int(index[6:])
    size, signed = checkpoint(note.encode(), key)
    if root_from_path(leaf, index, size, [b64(step, "the proof") for step in path]) != signed:
        raise Bad("the proof does not lead to the signed root", index)
    return size

def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", nargs="?")
    for name in ("--key", "--proof"):
        ask.add_argument(name)
    asked, findings, said = ask.parse_args(), [], ""
    try:
        key = Key(asked.key or "")
        if asked.proof:
            said = f"included in the log of {one(pathlib.Path(asked.proof).read_bytes(), key)} entries"
        else:
            count, opened, minimum, findings = Export(asked.folder, key).verify()
            said = f"{count} entries, {opened} opened" + (f", minimum index {minimum}" if minimum else "")
    except Bad as bad:
        findings = [bad]
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot tell: {type(error).__name__}: {error}" if asked.key else "cannot tell: no key of the auditor's own")
        return 2
    for bad in findings[:32]:
        print("bad: " + (f"entry {bad.index}: " if bad.index is not None else "") + str(bad))
    print(f"{len(findings)} findings" if findings else "clean: " + said)
    return int(bool(findings))

if __name__ == "__main__": sys.exit(main())

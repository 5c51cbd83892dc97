#!/usr/bin/env python3
"""A second, independent verifier of an audit export, written from the format and not from the box's code.

    verify_audit.py FOLDER --key VKEY            the whole export
    verify_audit.py --entry FILE --key VKEY      one entry with its proof, as GET /api/v1/audit/entries/{index} answers it

Says "clean", or each thing that is not as it was signed, with its index. Exit code 0 clean, 1 findings, 2 cannot tell.
Formats: C2SP tlog-tiles, signed-note and tlog-checkpoint (ECDSA P-256, type 0x02), RFC 6962 hashes; entries as
appliance/audit/src/entry.rs and hsm/src/envelope/committing.rs describe them. Needs only the package `cryptography`.
"""

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_public_key

TILE = 256


class Bad(Exception):
    """What was found, and the first entry that it concerns."""

    def __init__(self, what, index=None):
        super().__init__(what)
        self.index = index


# -- hashes (RFC 6962, 2.1)

def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def tree_hash(leaves):
    """MTH, by the recursion of the RFC on a range."""
    def mth(start, count):
        if count == 1:
            return leaves[start]
        split = 1 << ((count - 1).bit_length() - 1)
        return node_hash(mth(start, split), mth(start + split, count - split))
    return mth(0, len(leaves)) if leaves else hashlib.sha256(b"").digest()


def audit_path(leaves, index):
    """PATH(m, D[n]), leaf side first."""
    if len(leaves) == 1:
        return []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    if index < split:
        return audit_path(leaves[:split], index) + [tree_hash(leaves[split:])]
    return audit_path(leaves[split:], index - split) + [tree_hash(leaves[:split])]


def root_from_path(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    if index >= size:
        raise Bad("the proof is for an index outside the tree", index)
    number, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Bad("the proof is too long", index)
        if number & 1 or number == last:
            node = node_hash(step, node)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            node = node_hash(node, step)
        number, last = number >> 1, last >> 1
    if last:
        raise Bad("the proof is too short", index)
    return node


# -- notes

def b64(text, what):
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Bad(f"{what} is not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise Bad(f"{what} is not canonical base64")
    return raw


class Key:
    def __init__(self, vkey):
        self.name, key_id, key = vkey.strip().split("+", 2)
        raw = b64(key, "the key")
        if raw[0] != 2:
            raise Bad("not an ECDSA key")
        self.id = bytes.fromhex(key_id)
        if hashlib.sha256(raw[1:]).digest()[:4] != self.id:
            raise Bad("the key's hash does not belong to it")
        self.public = load_der_public_key(raw[1:])
        if not isinstance(self.public.curve, ec.SECP256R1):
            raise Bad("not a P-256 key")


def checkpoint(note, key):
    """Origin, size and root, once the key is proven to stand behind them."""
    try:
        text = note.decode()
    except UnicodeDecodeError as error:
        raise Bad("the checkpoint is not text") from error
    body, separator, signatures = text.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise Bad("the checkpoint is not a signed note")
    body += "\n"
    signed = False
    for line in signatures[:-1].split("\n"):
        dash, name, signature = (line.split(" ") + ["", ""])[:3]
        if dash != "\u2014" or len(line.split(" ")) != 3:
            raise Bad("the checkpoint has a line that is no signature")
        raw = b64(signature, "a signature")
        if name != key.name or raw[:4] != key.id:
            continue
        try:
            key.public.verify(raw[4:], body.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise Bad("the signature of the checkpoint is not that of the key") from error
        signed = True
    if not signed:
        raise Bad("the key did not sign the checkpoint")
    lines = body.split("\n")
    origin, size, root = lines[0], lines[1], b64(lines[2], "the root")
    if origin != key.name or not size.isdigit() or str(int(size)) != size or len(root) != 32:
        raise Bad("the checkpoint does not read as one")
    return origin, int(size), root


# -- CBOR, as much of it as entries use

class Cbor:
    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        if self.at + count > len(self.raw):
            raise Bad("an entry ends early")
        self.at += count
        return self.raw[self.at - count:self.at]

    def value(self):
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            return {20: False, 21: True}[info]
        number = info if info < 24 else int.from_bytes(self.take(1 << (info - 24)), "big")
        if major == 0:
            return number
        if major == 1:
            return -1 - number
        if major == 2:
            return self.take(number)
        if major == 3:
            return self.take(number).decode()
        if major == 4:
            return [self.value() for _ in range(number)]
        if major == 5:
            return {self.value(): self.value() for _ in range(number)}
        raise Bad("an entry holds what no entry holds")


def read(raw):
    """The header, and where it ends."""
    cbor = Cbor(raw)
    try:
        header = cbor.value()
    except (KeyError, UnicodeDecodeError, RecursionError, TypeError) as error:
        raise Bad("an entry has no header") from error
    if not isinstance(header, dict) or header.get(0) != 1 or header.get(1) != 1:
        raise Bad("an entry of an unknown version")
    return header, cbor.at


# -- sealed bodies

def expand(key, info, length):
    out, block = b"", b""
    for counter in range(1, 256):
        if len(out) >= length:
            break
        block = hmac.new(key, block + info + bytes([counter]), hashlib.sha256).digest()
        out += block
    return out[:length]


def part(raw):
    return struct.pack(">Q", len(raw)) + raw


def open_entry(entry, origin, index, key):
    """The body, once key, place and commitment are proven to belong together."""
    _, end = read(entry)
    clear, sealed = entry[:end], entry[end:]
    place = part(b"audit.entry.v1") + part(origin.encode()) + part(struct.pack(">Q", index)) + part(clear)
    head, commitment, body = sealed[:30], sealed[30:62], sealed[62:]
    if head[:2] != b"\1\1" or len(body) < 16:
        raise Bad("an entry is sealed in an unknown way", index)
    okm = expand(key, b"holdfast/entry-open/v1\0" + head + place, 76)
    if not hmac.compare_digest(okm[44:], commitment):
        raise Bad("the key given for the entry does not open it", index)
    try:
        return Cbor(AESGCM(okm[:32]).decrypt(okm[32:44], body, b"")).value()
    except InvalidTag as error:
        raise Bad("the entry does not open", index) from error


# -- the folder

def place_of(kind, number, width):
    path = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        path = f"x{number % 1000:03}/{path}"
    return f"tile/{kind}/{path}" + ("" if width == TILE else f".p/{width}")


def widths(total):
    for number in range(total // TILE):
        yield number, TILE
    if total % TILE:
        yield total // TILE, total % TILE


class Export:
    def __init__(self, folder, key):
        self.folder = pathlib.Path(folder)
        self.key = key

    def file(self, path, index=None):
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise Bad(f"{path} is missing", index) from error

    def entries(self, size):
        for number, width in widths(size):
            raw, at, start = self.file(place_of("entries", number, width), number * TILE), 0, number * TILE
            for index in range(start, start + width):
                length = int.from_bytes(raw[at:at + 2], "big")
                if length == 0 or at + 2 + length > len(raw):
                    raise Bad("the entry cannot be read", index)
                yield index, raw[at + 2:at + 2 + length]
                at += 2 + length
            if at != len(raw):
                raise Bad("bytes lie behind the last entry of a bundle", start + width - 1)

    def tiles(self, size):
        """All stored hashes of the lowest level, and a finding for each tile above that is not made of those below."""
        row, findings, level = None, [], 0
        while size >> (8 * level):
            total, stored = size >> (8 * level), []
            for number, width in widths(total):
                raw = self.file(place_of(level, number, width))
                if len(raw) != 32 * width:
                    findings.append(Bad(f"tile {level}/{number} has a wrong length", number * TILE ** (level + 1)))
                    raw = raw[:32 * width].ljust(32 * width, b"\0")
                stored += [raw[at:at + 32] for at in range(0, len(raw), 32)]
            if row is None:
                lowest = stored
            else:
                for at, hash_ in enumerate(stored):
                    if tree_hash(row[at * TILE:(at + 1) * TILE]) != hash_:
                        findings.append(Bad(f"tile {level} is not made of the one below", at * TILE ** level))
            row, level = stored, level + 1
        return (lowest if size else []), findings

    def verify(self):
        origin, size, root = checkpoint(self.file("checkpoint"), self.key)
        stored, findings = self.tiles(size)
        entries = {}
        try:
            for index, entry in self.entries(size):
                entries[index] = entry
        except Bad as bad:
            findings.append(bad)
        leaves = [leaf_hash(entries[index]) for index in sorted(entries)]
        tiles_right = tree_hash(stored) == root
        for index, leaf in enumerate(leaves):
            if leaf != stored[index]:
                findings.append(Bad("the entry is not the one that was signed" if tiles_right else "entry and tile differ", index))
        if len(leaves) == size and tree_hash(leaves) != root and not findings:
            findings.append(Bad("entries and tiles were rewritten: they do not lead to the signed root"))
        for index, entry in entries.items():
            try:
                header, _ = read(entry)
                if header[2] != index:
                    findings.append(Bad(f"the entry says of itself that it is number {header[2]}", index))
            except Bad as bad:
                findings.append(Bad(str(bad), index))
        opened = self.open_all(origin, size, entries, findings)
        for index in {0, 1, size // 3, size // 2, size - 1} & set(range(size)) if tiles_right and not findings else set():
            if root_from_path(leaves[index], index, size, audit_path(stored, index)) != root:
                findings.append(Bad("the entry is not included in the signed root", index))
        findings.sort(key=lambda bad: -1 if bad.index is None else bad.index)
        return size, opened, findings

    def open_all(self, origin, size, entries, findings):
        try:
            keys = json.loads(self.file("keys.json"))
            if keys["version"] != 1 or keys["origin"] != origin:
                raise Bad("keys.json is of another log or version")
            keys = {int(index): bytes.fromhex(key) for index, key in keys["keys"].items()}
        except Bad as bad:
            findings.append(bad)
            return 0
        except (ValueError, KeyError, TypeError, AttributeError):
            findings.append(Bad("keys.json cannot be read"))
            return 0
        opened = 0
        for index, key in keys.items():
            try:
                if index not in entries or index >= size:
                    raise Bad("a key for an entry that is not there", index)
                open_entry(entries[index], origin, index, key)
                opened += 1
            except Bad as bad:
                findings.append(Bad(str(bad), index))
        return opened


def one_entry(path, key):
    """An answer of the box: its leaf leads by its proof to the root that its checkpoint signs."""
    answer = json.loads(pathlib.Path(path).read_bytes())
    _, size, root = checkpoint(answer["checkpoint"].encode(), key)
    path = [b64(step, "the proof") for step in answer["proof"]]
    if size != answer["size"] or root_from_path(b64(answer["leaf"], "the leaf"), answer["index"], size, path) != root:
        raise Bad("the proof does not lead to the signed root", answer["index"])
    return size


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", nargs="?")
    ask.add_argument("--key")
    ask.add_argument("--entry")
    asked = ask.parse_args()
    if not asked.key:
        print("cannot tell: no key of the auditor's own")
        return 2
    try:
        key = Key(asked.key)
        if asked.entry:
            print(f"clean: included in the log of {one_entry(asked.entry, key)} entries")
            return 0
        size, opened, findings = Export(asked.folder, key).verify()
    except Bad as bad:
        findings = [bad]
    for bad in findings:
        print("bad: " + (f"entry {bad.index}: " if bad.index is not None else "") + str(bad))
    if findings:
        return 1
    print(f"clean: {size} entries, {opened} opened")
    return 0


if __name__ == "__main__":
    sys.exit(main())

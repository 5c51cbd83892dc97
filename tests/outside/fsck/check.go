package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	checkpointPath = "checkpoint"
	// Tiles of C2SP tlog-tiles are always 2^8 wide.
	tileHeight = 8
	// Inclusion and consistency proofs that are made and checked, spread over the log.
	proofs = 64
)

// folder answers a file of the log by its path below the log's own folder.
type folder func(path string) ([]byte, error)

// log is what was proven of a folder.
type log struct {
	tree    tlog.Tree
	entries [][]byte
	read    map[string]bool
}

// check recomputes a log from its entries and holds every tile and the signed root against that.
func check(at folder, key note.Verifier) (*log, error) {
	read := map[string]bool{}
	reading := func(path string) ([]byte, error) {
		data, err := at(path)
		read[path] = read[path] || err == nil
		return data, err
	}
	raw, err := reading(checkpointPath)
	if err != nil {
		return nil, err
	}
	tree, err := openCheckpoint(raw, key)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	entries, err := readEntries(reading, tree.N)
	if err != nil {
		return nil, err
	}
	stored, err := hashAll(entries)
	if err != nil {
		return nil, err
	}
	root, err := tlog.TreeHash(tree.N, stored)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, fmt.Errorf("the entries give the root %v, the checkpoint says %v", root, tree.Hash)
	}
	if err := compareTiles(reading, tree.N, stored); err != nil {
		return nil, err
	}
	if err := provePieces(tlog.TileHashReader(tree, tiles{reading}), tree, entries, stored); err != nil {
		return nil, err
	}
	return &log{tree, entries, read}, nil
}

// openCheckpoint reads a note that key has signed. tlog.ParseTree knows only the name of Go's own log, so the three lines are read here.
func openCheckpoint(raw []byte, key ...note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(raw, note.VerifierList(key...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != len(key) {
		return tlog.Tree{}, fmt.Errorf("%d of %d keys stand behind it", len(opened.Sigs), len(key))
	}
	for _, sig := range opened.Sigs {
		// note takes any last bits of the base64, though no two texts should pass for one signature.
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return tlog.Tree{}, err
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key[0].Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", key[0].Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func readEntries(at folder, size int64) ([][]byte, error) {
	var entries [][]byte
	for n := int64(0); n<<tileHeight < size; n++ {
		wide := size - n<<tileHeight
		if wide > 1<<tileHeight {
			wide = 1 << tileHeight
		}
		bundle := tlog.Tile{H: tileHeight, L: -1, N: n, W: int(wide)}
		raw, wider, err := readWide(at, bundle)
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < wide; i++ {
			if len(raw) < 2 || len(raw)-2 < int(binary.BigEndian.Uint16(raw)) {
				return nil, fmt.Errorf("%s ends within entry %d", pathOf(bundle), n<<tileHeight+i)
			}
			end := 2 + int(binary.BigEndian.Uint16(raw))
			entries = append(entries, raw[2:end])
			raw = raw[end:]
		}
		// Only a bundle that was read under its full name may hold what came after the checkpoint.
		if len(raw) > 0 && !wider {
			return nil, fmt.Errorf("%s holds more than %d entries", pathOf(bundle), wide)
		}
	}
	return entries, nil
}

// hashAll answers every hash of the tree over the entries, made without any tile.
func hashAll(entries [][]byte) (tlog.HashReader, error) {
	var all []tlog.Hash
	stored := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			if index >= int64(len(all)) {
				return nil, fmt.Errorf("hash %d lies behind the end", index)
			}
			hashes[i] = all[index]
		}
		return hashes, nil
	})
	for n, entry := range entries {
		more, err := tlog.StoredHashes(int64(n), entry, stored)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return stored, nil
}

// compareTiles asks for every tile that a tree of this size has, the partial ones of this size too, byte for byte.
func compareTiles(at folder, size int64, stored tlog.HashReader) error {
	for _, tile := range tlog.NewTiles(tileHeight, 0, size) {
		// It names those of every smaller size as well, which need not be there.
		if tile.W < 1<<tileHeight && int64(tile.W) < size>>(tileHeight*tile.L)-tile.N<<tileHeight {
			continue
		}
		want, err := tlog.ReadTileData(tile, stored)
		if err != nil {
			return err
		}
		got, err := at(pathOf(tile))
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want) {
			return fmt.Errorf("%s is not what the entries give", pathOf(tile))
		}
	}
	return nil
}

// provePieces makes proofs as a client would, from the tiles alone, which their reader holds against the signed root.
func provePieces(reader tlog.HashReader, tree tlog.Tree, entries [][]byte, stored tlog.HashReader) error {
	step := tree.N/proofs + 1
	for n := int64(0); n < tree.N; n += step {
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		if err != nil {
			return fmt.Errorf("prove entry %d: %w", n, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(entries[n])); err != nil {
			return fmt.Errorf("entry %d: %w", n, err)
		}
		old, err := tlog.TreeHash(n+1, stored)
		if err != nil {
			return err
		}
		since, err := tlog.ProveTree(tree.N, n+1, reader)
		if err != nil {
			return fmt.Errorf("prove that %d entries came before: %w", n+1, err)
		}
		if err := tlog.CheckTree(since, tree.N, tree.Hash, n+1, old); err != nil {
			return fmt.Errorf("the first %d entries: %w", n+1, err)
		}
	}
	return nil
}

// tiles serves a folder to tlog's own reader.
type tiles struct{ at folder }

func (t tiles) Height() int { return tileHeight }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(wanted))
	for i, tile := range wanted {
		data, err := t.at(pathOf(tile))
		if err != nil {
			return nil, err
		}
		all[i] = data
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// readWide takes the full bundle where there is no partial one, as the specification tells clients to.
func readWide(at folder, tile tlog.Tile) (data []byte, wider bool, err error) {
	data, err = at(pathOf(tile))
	if err == nil || tile.W == 1<<tileHeight {
		return data, false, err
	}
	tile.W = 1 << tileHeight
	data, err = at(pathOf(tile))
	return data, true, err
}

// pathOf is C2SP's path: that of Go's checksum database without the height, and entries where that says data.
func pathOf(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func onDisk(dir string) folder {
	return func(path string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, path)) }
}

// unaccounted names a file of an export's tree that no reader of a log of its size asks for.
func unaccounted(dir string, read map[string]bool) error {
	return filepath.WalkDir(filepath.Join(dir, "tile"), func(path string, found fs.DirEntry, err error) error {
		if err != nil || found.IsDir() {
			return err
		}
		below, err := filepath.Rel(dir, path)
		if err == nil && !read[below] {
			err = fmt.Errorf("%s belongs to no log of this size", below)
		}
		return err
	})
}

// checkProof reads a C2SP tlog-proof whose extra is the entry.
func checkProof(raw []byte, key note.Verifier) (int64, error) {
	text, signed, found := bytes.Cut(raw, []byte("\n\n"))
	lines := strings.Split(string(text), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return 0, fmt.Errorf("not a tlog-proof")
	}
	entry, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return 0, fmt.Errorf("extra: %w", err)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return 0, err
	}
	proof, err := parseHashes(lines[3:])
	if err != nil {
		return 0, err
	}
	tree, err := openCheckpoint(signed, key)
	if err != nil {
		return 0, err
	}
	return index, tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

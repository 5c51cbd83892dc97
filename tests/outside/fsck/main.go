// fsck reads a log of the box by the code of those who wrote the format: golang.org/x/mod/sumdb/tlog and note, unmodified, as Debian
// packages them. Ours are only the paths, the two signature types that note leaves to its callers, and the words below.
//
//	fsck log DIR VKEY              everything of a log or an export, recomputed
//	fsck tamper DIR VKEY FLIPS     that, with one bit of one file changed at a time: each must be found
//	fsck proof VKEY FILE...        proofs of single entries (C2SP tlog-proof)
//	fsck cosigned FILE VKEY VKEY   a checkpoint that both the log and a witness signed
//	fsck witness-key FILE NAME     makes a witness, and prints its verifier key
//	fsck witness FILE VKEY REQUEST answers an add-checkpoint request (C2SP tlog-witness) with the cosigned checkpoint
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	words := os.Args[1:]
	verbs := map[string]func([]string) error{
		"log": sayLog, "tamper": tamper, "proof": sayProofs, "cosigned": sayCosigned, "witness-key": makeWitness, "witness": cosign,
	}
	if len(words) < 3 || verbs[words[0]] == nil {
		fmt.Fprintln(os.Stderr, "fsck log|tamper|proof|cosigned|witness-key|witness ...: see main.go")
		os.Exit(2)
	}
	if err := verbs[words[0]](words[1:]); err != nil {
		fmt.Println("bad:", err)
		os.Exit(1)
	}
}

func sayLog(words []string) error {
	key, err := keyFrom(words[1])
	if err != nil {
		return err
	}
	found, err := check(onDisk(words[0]), key)
	if err != nil {
		return err
	}
	// The box's own folder keeps more beside; an export is to the byte what its size asks for.
	if _, err := os.Stat(words[0] + "/lock"); os.IsNotExist(err) {
		if err := unaccounted(words[0], found.read); err != nil {
			return err
		}
	}
	fmt.Printf("clean: %d entries, %d files, root %v\n", found.tree.N, len(found.read), found.tree.Hash)
	return nil
}

func tamper(words []string) error {
	key, err := keyFrom(words[1])
	if err != nil {
		return err
	}
	flips, err := strconv.Atoi(words[2])
	if err != nil {
		return err
	}
	at := onDisk(words[0])
	clean, err := check(at, key)
	if err != nil {
		return err
	}
	var paths []string
	for path, there := range clean.read {
		if there {
			paths = append(paths, path)
		}
	}
	sort.Strings(paths)
	seed := time.Now().UnixNano()
	chance := rand.New(rand.NewSource(seed))
	for n := 0; n < flips; n++ {
		// Every file in turn: few are as small as the checkpoint, and none is left out.
		victim := paths[n%len(paths)]
		raw, err := at(victim)
		if err != nil {
			return err
		}
		byteAt, bit := chance.Intn(len(raw)), chance.Intn(8)
		changed := append([]byte(nil), raw...)
		changed[byteAt] ^= 1 << bit
		_, err = check(func(path string) ([]byte, error) {
			if path == victim {
				return changed, nil
			}
			return at(path)
		}, key)
		if err == nil {
			return fmt.Errorf("seed %d: bit %d of byte %d of %s was changed, and nothing was found", seed, bit, byteAt, victim)
		}
	}
	fmt.Printf("%d changed bits in %d files, each found; seed %d\n", flips, len(paths), seed)
	return nil
}

func sayProofs(words []string) error {
	key, err := keyFrom(words[0])
	if err != nil {
		return err
	}
	for _, file := range words[1:] {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		index, err := checkProof(raw, key)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		fmt.Printf("clean: entry %d\n", index)
	}
	return nil
}

func sayCosigned(words []string) error {
	raw, err := os.ReadFile(words[0])
	if err != nil {
		return err
	}
	var keys []note.Verifier
	for _, word := range words[1:] {
		key, err := keyFrom(word)
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	tree, err := openCheckpoint(raw, keys...)
	if err == nil {
		fmt.Printf("clean: %d entries, signed by %d\n", tree.N, len(keys))
	}
	return err
}

// memory is what a witness keeps.
type memory struct {
	Name string
	Seed []byte
	Size int64
	Root tlog.Hash
}

func makeWitness(words []string) error {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	fmt.Println(witness{words[1], key}.vkey())
	return memory{Name: words[1], Seed: key.Seed()}.keep(words[0])
}

func cosign(words []string) error {
	var held memory
	raw, err := os.ReadFile(words[0])
	if err == nil {
		err = json.Unmarshal(raw, &held)
	}
	if err != nil {
		return err
	}
	key, err := keyFrom(words[1])
	if err != nil {
		return err
	}
	request, err := os.ReadFile(words[2])
	if err != nil {
		return err
	}
	head, signed, _ := bytes.Cut(request, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if lines[0] != fmt.Sprintf("old %d", held.Size) {
		return fmt.Errorf("the witness has seen %d entries, the request says %q", held.Size, lines[0])
	}
	proof, err := parseHashes(lines[1:])
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(signed, key)
	if err != nil {
		return err
	}
	if held.Size > 0 {
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, held.Size, held.Root); err != nil {
			return fmt.Errorf("does not continue %d entries: %w", held.Size, err)
		}
	}
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return err
	}
	cosigned, err := note.Sign(opened, witness{held.Name, ed25519.NewKeyFromSeed(held.Seed)})
	if err != nil {
		return err
	}
	held.Size, held.Root = tree.N, tree.Hash
	if err := held.keep(words[0]); err != nil {
		return err
	}
	_, err = os.Stdout.Write(cosigned)
	return err
}

func (m memory) keep(file string) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(file, raw, 0o600)
}

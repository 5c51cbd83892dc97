package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Signature types of C2SP signed-note that golang.org/x/mod leaves to whoever implements note.Verifier.
const (
	typeECDSA       = 2
	typeCosignature = 4
)

// keyFrom reads the verifier key of a log (ECDSA P-256) or of a witness (Ed25519 cosignature).
func keyFrom(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(strings.TrimSpace(vkey), "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("not a verifier key")
	}
	stated, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) == 0 {
		return nil, fmt.Errorf("not a verifier key")
	}
	read := map[byte]func(string, []byte) (verifier, error){typeECDSA: ofLog, typeCosignature: ofWitness}[raw[0]]
	if read == nil {
		return nil, fmt.Errorf("signature type %d", raw[0])
	}
	key, err := read(parts[0], raw[1:])
	if err == nil && key.hash != uint32(stated) {
		err = fmt.Errorf("the hash of the verifier key is not its")
	}
	return key, err
}

type verifier struct {
	name   string
	hash   uint32
	verify func(msg, sig []byte) bool
}

func (v verifier) Name() string                { return v.name }
func (v verifier) KeyHash() uint32             { return v.hash }
func (v verifier) Verify(msg, sig []byte) bool { return v.verify(msg, sig) }

func ofLog(name string, spki []byte) (verifier, error) {
	parsed, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return verifier{}, err
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok {
		return verifier{}, fmt.Errorf("not an ECDSA key")
	}
	// The only type whose hash is over the key alone.
	sum := sha256.Sum256(spki)
	return verifier{name, binary.BigEndian.Uint32(sum[:]), func(msg, sig []byte) bool {
		digest := sha256.Sum256(msg)
		return ecdsa.VerifyASN1(key, digest[:], sig)
	}}, nil
}

func ofWitness(name string, key []byte) (verifier, error) {
	if len(key) != ed25519.PublicKeySize {
		return verifier{}, fmt.Errorf("not an Ed25519 key")
	}
	return verifier{name, witnessHash(name, key), func(msg, sig []byte) bool {
		if len(sig) != 8+ed25519.SignatureSize {
			return false
		}
		return ed25519.Verify(key, stamped(binary.BigEndian.Uint64(sig), msg), sig[8:])
	}}, nil
}

func witnessHash(name string, key []byte) uint32 {
	sum := sha256.Sum256(bytes.Join([][]byte{[]byte(name + "\n"), {typeCosignature}, key}, nil))
	return binary.BigEndian.Uint32(sum[:])
}

func stamped(at uint64, msg []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), msg...)
}

// witness signs as C2SP tlog-cosignature asks; note.Sign writes the line.
type witness struct {
	name string
	key  ed25519.PrivateKey
}

func (w witness) public() ed25519.PublicKey { return w.key.Public().(ed25519.PublicKey) }
func (w witness) Name() string              { return w.name }
func (w witness) KeyHash() uint32           { return witnessHash(w.name, w.public()) }

func (w witness) Sign(msg []byte) ([]byte, error) {
	at := uint64(time.Now().Unix())
	sig := binary.BigEndian.AppendUint64(nil, at)
	return append(sig, ed25519.Sign(w.key, stamped(at, msg))...), nil
}

func (w witness) vkey() string {
	return fmt.Sprintf("%s+%08x+%s", w.name, w.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{typeCosignature}, w.public()...)))
}

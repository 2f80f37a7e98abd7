package objstore

import (
	"bytes"
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"
)

// plan is a delta to be written, and what it makes.
func drawDelta(t *rapid.T, base []byte) (delta, want []byte) {
	var ops []byte
	for range rapid.IntRange(0, 6).Draw(t, "ops") {
		if len(base) > 0 && rapid.Bool().Draw(t, "copy") {
			offset := rapid.IntRange(0, len(base)-1).Draw(t, "offset")
			size := rapid.IntRange(1, len(base)-offset).Draw(t, "size")
			ops = append(ops, copyOp(offset, size)...)
			want = append(want, base[offset:offset+size]...)
			continue
		}
		part := rapid.SliceOfN(rapid.Byte(), 1, 127).Draw(t, "insert")
		ops = append(append(ops, byte(len(part))), part...)
		want = append(want, part...)
	}
	delta = binary.AppendUvarint(nil, uint64(len(base)))
	delta = binary.AppendUvarint(delta, uint64(len(want)))
	return append(delta, ops...), want
}

func copyOp(offset, size int) []byte {
	op := []byte{0x80}
	if size == 0x10000 {
		size = 0
	}
	for i, b := range []byte{byte(offset), byte(offset >> 8), byte(offset >> 16), byte(offset >> 24), byte(size), byte(size >> 8), byte(size >> 16)} {
		if b != 0 {
			op[0] |= 1 << i
			op = append(op, b)
		}
	}
	return op
}

func TestDeltaMakesWhatItSays(t *testing.T) {
	large := bytes.Repeat([]byte("0123456789abcdef"), 5000)
	rapid.Check(t, func(t *rapid.T) {
		base := large[:rapid.IntRange(0, len(large)).Draw(t, "base")]
		delta, want := drawDelta(t, base)
		got, err := applyDelta(base, delta, 1<<20)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes, %v, want %d bytes", len(got), err, len(want))
		}
		if len(delta) > 2 {
			cut := delta[:rapid.IntRange(0, len(delta)-1).Draw(t, "cut")]
			if got, err := applyDelta(base, cut, 1<<20); err == nil && !bytes.Equal(got, want) {
				t.Fatalf("a delta cut to %d of %d bytes made %d bytes", len(cut), len(delta), len(got))
			}
		}
	})
}

func TestDeltaBounds(t *testing.T) {
	base := []byte("hello")
	for name, delta := range map[string][]byte{
		"empty":                {},
		"no result size":       {5},
		"another base":         {4, 1, 1, 'x'},
		"copy beyond the base": {5, 6, 0x90, 6},
		"offset beyond":        {5, 1, 0x91, 5, 1},
		"copy of 64 KiB":       {5, 5, 0x80},
		"insert cut off":       {5, 3, 3, 'a'},
		"operand cut off":      {5, 5, 0x91},
		"reserved":             {5, 0, 0},
		"less than it claims":  {5, 9, 0x90, 5},
		"beyond the limit":     {5, 0xff, 0x7f, 0x90, 5},
		"size without an end":  {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1},
	} {
		if got, err := applyDelta(base, delta, 100); err == nil {
			t.Errorf("%s: made %q", name, got)
		}
	}
}

func FuzzDelta(f *testing.F) {
	f.Add([]byte("hello"), []byte{5, 6, 0x90, 5, 1, '!'})
	f.Fuzz(func(t *testing.T, base, delta []byte) {
		if out, err := applyDelta(base, delta, 1<<16); err == nil && len(out) > 1<<16 {
			t.Fatalf("made %d bytes", len(out))
		}
	})
}

package objstore

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// deflated compresses at a level, in blocks as long as flushes say.
func deflated(t rapid.TB, data []byte, level, block int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, level)
	if err != nil {
		t.Fatal(err)
	}
	for len(data) > 0 {
		n := min(block, len(data))
		if _, err := w.Write(data[:n]); err != nil {
			t.Fatal(err)
		}
		if data = data[n:]; len(data) > 0 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// texts draws what compresses well, badly, and in long repetitions.
func texts() *rapid.Generator[[]byte] {
	return rapid.OneOf(
		rapid.SliceOfN(rapid.Byte(), 0, 5000),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"tree ", "parent ", "a", "0123456789", "\n", "x <y@z> 17"}), 0, 3000),
			func(words []string) []byte { return []byte(strings.Join(words, "")) }),
		rapid.Map(rapid.IntRange(0, 70000), func(n int) []byte { return bytes.Repeat([]byte("ab"), n) }),
	)
}

// TestInflate: decompressors are used again whatever they read before, and a
// beginning is one however little of the stream it is read from.
func TestInflate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data := texts().Draw(rt, "data")
		level := rapid.IntRange(flate.HuffmanOnly, flate.BestCompression).Draw(rt, "level")
		src := deflated(rt, data, level, rapid.IntRange(1, 4000).Draw(rt, "block"))
		head := make([]byte, rapid.IntRange(0, len(data)+1).Draw(rt, "head"))
		n, err := inflateHead(src, head, len(src))
		if err != nil || n != min(len(head), len(data)) || !bytes.Equal(head[:n], data[:n]) {
			rt.Fatalf("head: %v, %d of %d bytes", err, n, len(head))
		}
		part := rapid.IntRange(0, len(src)).Draw(rt, "part")
		if n, err = inflateHead(src, head, part); err != nil || n > len(data) || !bytes.Equal(head[:n], data[:n]) {
			rt.Fatalf("head of %d compressed bytes: %v, %d of %d bytes", part, err, n, len(head))
		}
		if _, err := inflate(src[:rapid.IntRange(0, len(src)-1).Draw(rt, "cut")], len(data)); err == nil {
			rt.Fatal("a stream that was cut short is whole")
		}
		if _, err := inflate(src, len(data)+1); err == nil {
			rt.Fatal("one byte too few is no error")
		}
		if got, err := inflate(append(src, "behind"...), len(data)); err != nil || !bytes.Equal(got, data) {
			rt.Fatalf("%v, %d of %d bytes", err, len(got), len(data))
		}
		if len(data) > 0 {
			if _, err := inflate(src, len(data)-1); err == nil {
				rt.Fatal("one byte too many is no error")
			}
		}
		src[len(src)-1] ^= 1
		if _, err := inflate(src, len(data)); err == nil {
			rt.Fatal("another checksum is no error")
		}
	})
}

func BenchmarkInflate(b *testing.B) {
	for name, n := range map[string]int{"small": 4, "large": 400} {
		text := []byte("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A U Thor <a@b.org> 1700000000 +0100\n" +
			strings.Repeat("It was a bright cold day in April, and the clocks were striking 13.\n", n))
		packed := deflated(b, text, zlib.DefaultCompression, len(text))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := inflate(packed, len(text)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

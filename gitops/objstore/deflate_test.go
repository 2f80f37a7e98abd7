package objstore

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// deflated compresses at a level, in blocks as long as flushes say.
func deflated(t testing.TB, data []byte, level, block int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, level)
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

func TestDeflaterReadsWhatFlateWrote(t *testing.T) {
	d := new(deflater)
	rapid.Check(t, func(rt *rapid.T) {
		data := texts().Draw(rt, "data")
		level := rapid.IntRange(flate.HuffmanOnly, flate.BestCompression).Draw(rt, "level")
		block := rapid.IntRange(1, 4000).Draw(rt, "block")
		src := append(deflated(t, data, level, block), "behind"...)
		out := make([]byte, len(data))
		n, rest, ok := d.inflate(src, out)
		if !ok || n != len(data) || !bytes.Equal(out, data) || string(rest) != "behind" {
			rt.Fatalf("ok %v, %d of %d bytes, rest %q", ok, n, len(data), rest)
		}
		if len(data) == 0 {
			return
		}
		head := make([]byte, rapid.IntRange(0, len(data)-1).Draw(rt, "head"))
		n, rest, ok = d.inflate(src, head)
		if !ok || n != len(head) || rest != nil || !bytes.Equal(head, data[:n]) {
			rt.Fatalf("head: ok %v, %d of %d bytes, rest %q", ok, n, len(head), rest)
		}
	})
}

// FuzzDeflater: whatever the bytes, it reads what compress/flate reads, or
// gives up; where flate refuses, it gives up.
func FuzzDeflater(f *testing.F) {
	for _, level := range []int{flate.NoCompression, flate.BestSpeed, flate.BestCompression, flate.HuffmanOnly} {
		f.Add(deflated(f, []byte(strings.Repeat("commit 0123456789abcdef\n", 40)+"end"), level, 300), 100)
	}
	f.Add([]byte{}, 3)
	f.Fuzz(func(t *testing.T, src []byte, size int) {
		if size < 0 || size > 1<<16 {
			return
		}
		out := make([]byte, size)
		n, rest, ok := new(deflater).inflate(src, out)
		if !ok {
			return
		}
		if n > size || len(rest) > len(src) {
			t.Fatalf("%d of %d bytes, %d left of %d", n, size, len(rest), len(src))
		}
		in := bytes.NewReader(src)
		want, err := io.ReadAll(io.LimitReader(flate.NewReader(in), int64(size)+1))
		if rest == nil && n == size && len(want) >= n && bytes.Equal(want[:n], out) {
			return // full: what follows was not looked at
		}
		if err != nil || !bytes.Equal(want, out[:n]) || rest != nil && in.Len() != len(rest) {
			t.Fatalf("%d bytes, %d left; flate has %d, %d left, %v", n, len(rest), len(want), in.Len(), err)
		}
	})
}

func BenchmarkInflate(b *testing.B) {
	for name, n := range map[string]int{"small": 4, "large": 400} {
		text := []byte(strings.Repeat("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A U Thor <a@b.org> 1700000000 +0100\n", 1) + strings.Repeat("It was a bright cold day in April, and the clocks were striking 13.\n", n))
		var packed bytes.Buffer
		w := zlib.NewWriter(&packed)
		if _, err := w.Write(text); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		for how, inflate := range map[string]func([]byte, int) ([]byte, error){"own": inflate, "flate": inflateSlow} {
			b.Run(name+"/"+how, func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					if _, err := inflate(packed.Bytes(), len(text)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

package inflate

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"fmt"
	"io"
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

// texts draws what compresses well, badly, in long repetitions, and with codes
// of every length.
func texts() *rapid.Generator[[]byte] {
	return rapid.OneOf(
		rapid.SliceOfN(rapid.Byte(), 0, 5000),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"tree ", "parent ", "a", "0123456789", "\n", "x <y@z> 17"}), 0, 3000),
			func(words []string) []byte { return []byte(strings.Join(words, "")) }),
		rapid.Map(rapid.IntRange(0, 70000), func(n int) []byte { return bytes.Repeat([]byte("ab"), n) }),
		rapid.Map(rapid.SliceOfN(rapid.Uint64(), 0, 3000), skewed),
	)
}

// skewed has each byte half as often as the one before it, which makes the codes
// of the rare ones long.
func skewed(draws []uint64) []byte {
	out := make([]byte, 0, 8*len(draws))
	for _, v := range draws {
		for ; v != 0; v &= v - 1 {
			n := 0
			for v>>n&1 == 0 {
				n++
			}
			out = append(out, byte(n*5))
			if len(out)%7 == 0 {
				v >>= 3
			}
			if v == 0 {
				break
			}
		}
	}
	return out
}

func TestZlib(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data := texts().Draw(rt, "data")
		level := rapid.IntRange(flate.HuffmanOnly, flate.BestCompression).Draw(rt, "level")
		src := deflated(rt, data, level, rapid.IntRange(1, 4000).Draw(rt, "block"))
		got := make([]byte, len(data))
		if err := Zlib(got, append(src[:len(src):len(src)], "behind"...)); err != nil || !bytes.Equal(got, data) {
			rt.Fatalf("%v, %d bytes", err, len(got))
		}
		if err := Zlib(got, src); err != nil || !bytes.Equal(got, data) {
			rt.Fatalf("with nothing behind: %v, %d bytes", err, len(got))
		}
		if err := Zlib(got, src[:rapid.IntRange(0, len(src)-1).Draw(rt, "cut")]); err == nil {
			rt.Fatal("a stream that was cut short is whole")
		}
		if err := Zlib(make([]byte, len(data)+1), src); err == nil {
			rt.Fatal("one byte too few is no error")
		}
		if len(data) > 0 {
			if err := Zlib(got[1:], src); err == nil {
				rt.Fatal("one byte too many is no error")
			}
		}
		src[len(src)-1] ^= 1
		if err := Zlib(got, src); err == nil {
			rt.Fatal("another checksum is no error")
		}
	})
}

func TestZlibHead(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data := texts().Draw(rt, "data")
		src := deflated(rt, data, rapid.IntRange(flate.HuffmanOnly, flate.BestCompression).Draw(rt, "level"), 2000)
		head := make([]byte, rapid.IntRange(0, len(data)+1).Draw(rt, "head"))
		n, err := ZlibHead(head, src)
		if err != nil || n != min(len(head), len(data)) || !bytes.Equal(head[:n], data[:n]) {
			rt.Fatalf("%v, %d of %d bytes", err, n, len(head))
		}
		part := rapid.IntRange(2, len(src)).Draw(rt, "part")
		if n, err = ZlibHead(head, src[:part]); err != nil || !bytes.Equal(head[:n], data[:n]) {
			rt.Fatalf("of %d compressed bytes: %v, %d of %d bytes", part, err, n, len(head))
		}
	})
}

// standard is what compress/zlib makes of a stream: its content where it is whole
// and has size bytes.
func standard(src []byte, size int) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(src))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
	if err == nil && len(out) != size {
		err = fmt.Errorf("%d bytes, want %d", len(out), size)
	}
	return out, err
}

// agrees holds Zlib and ZlibHead to the standard library, damaged streams and all.
func agrees(t rapid.TB, src []byte, size int) {
	t.Helper()
	want, wantErr := standard(src, size)
	got := make([]byte, size, size+16)
	err := Zlib(got, src)
	if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
		t.Fatalf("%d bytes of % x: %v, compress/zlib: %v", size, src, err, wantErr)
	}
	if tail := got[size : size+16]; !bytes.Equal(tail, make([]byte, 16)) {
		t.Fatalf("wrote behind the end: % x", tail)
	}
	n, err := ZlibHead(got, src)
	if err == nil && n <= len(want) && !bytes.Equal(got[:n], want[:n]) {
		t.Fatalf("head of % x: another beginning", src)
	}
	if wantErr == nil && (err != nil || n != size) {
		t.Fatalf("head of % x: %v, %d bytes of %d", src, err, n, size)
	}
}

// TestDamage changes whole streams a little. One that is still whole must have
// its checksum right, which a fuzzer does not find by itself: it is put right.
func TestDamage(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data := texts().Draw(rt, "data")
		src := deflated(rt, data, rapid.IntRange(flate.HuffmanOnly, flate.BestCompression).Draw(rt, "level"), 3000)
		for range rapid.IntRange(1, 4).Draw(rt, "changes") {
			src[rapid.IntRange(0, len(src)-1).Draw(rt, "at")] ^= byte(1 << rapid.IntRange(0, 7).Draw(rt, "bit"))
		}
		agrees(rt, src, len(data))
		rejoined(rt, src, len(data))
	})
}

// rejoined compares the bare DEFLATE stream, whatever its checksum.
func rejoined(t rapid.TB, src []byte, size int) {
	t.Helper()
	r := flate.NewReader(bytes.NewReader(src[2:]))
	want, err := io.ReadAll(io.LimitReader(r, int64(size)+1))
	d := decoders.Get().(*decoder)
	defer d.putBack()
	got := make([]byte, size)
	d.start(got, src[2:])
	ours := d.run()
	whole := err == nil && len(want) <= size
	if whole != (ours == nil) || whole && !bytes.Equal(got[:d.out], want) {
		t.Fatalf("%d bytes of % x: %v, compress/flate %v with %d bytes", size, src, ours, err, len(want))
	}
}

func FuzzZlib(f *testing.F) {
	for _, level := range []int{flate.HuffmanOnly, flate.NoCompression, flate.BestSpeed, flate.BestCompression} {
		for _, text := range []string{"", "a", strings.Repeat("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n", 9), string(skewed([]uint64{1 << 60, 0xfff, 3, ^uint64(0), 0x5555555555}))} {
			src := deflated(f, []byte(text), level, 50)
			f.Add(src, len(text))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, size int) {
		if size < 0 || size > 1<<18 || len(src) < 2 {
			return
		}
		agrees(t, src, size)
		rejoined(t, src, size)
	})
}

func BenchmarkZlib(b *testing.B) {
	for name, n := range map[string]int{"small": 4, "large": 400} {
		text := []byte("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A U Thor <a@b.org> 1700000000 +0100\n" +
			strings.Repeat("It was a bright cold day in April, and the clocks were striking 13.\n", n))
		src := deflated(b, text, zlib.DefaultCompression, len(text))
		dst := make([]byte, len(text))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if err := Zlib(dst, src); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/compress", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			r, _ := zlib.NewReader(bytes.NewReader(src))
			for b.Loop() {
				if err := r.(zlib.Resetter).Reset(bytes.NewReader(src), nil); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(r, dst); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

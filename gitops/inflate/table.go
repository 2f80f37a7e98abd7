package inflate

import "math/bits"

// What a dynamic block may have (RFC 1951, 3.2.5 and 3.2.7).
const (
	maxLiterals  = 286
	maxDistances = 30
	maxBits      = 15
	endOfBlock   = 256
)

// entry is what a code stands for, 0 for nothing: in bits 0–4 the code's length,
// in bits 5–8 how many bits go with it, then flags, and from bit 16 on the
// literal, the base of a length or distance, or where the second table begins.
// An entry that leads there has that table's width in the place of extra bits.
type entry uint32

const (
	flagLiteral entry = 1 << (9 + iota)
	flagEnd
	flagDeeper
)

func (e entry) bits() int       { return int(e & 31) }
func (e entry) extra() int      { return int(e >> 5 & 15) }
func (e entry) value() int      { return int(e >> 16) }
func (e entry) isLiteral() bool { return e&flagLiteral != 0 }
func (e entry) isEnd() bool     { return e&flagEnd != 0 }

// rootBits is the width of a first table. Longer codes are rare: they go by a
// second one.
const rootBits = 9

// table finds an entry by the next bits of a stream.
type table struct {
	entries []entry
	// mask has the bits that the first table is found by.
	mask uint64
	// sorted is where build brings the symbols into the order of their codes.
	sorted [maxLiterals + 2]uint16
}

func (t *table) find(hold uint64) entry {
	e := t.entries[hold&t.mask]
	if e&flagDeeper != 0 {
		e = t.entries[uint64(e.value())+hold>>rootBits&(1<<e.extra()-1)]
	}
	return e
}

// build makes the table of a canonical Huffman code (RFC 1951, 3.2.2) from the
// lengths of its codes, 0 for a symbol that has none; symbols says what each one
// stands for, but for the code's length. False where there are too many codes for
// their lengths or too few, which only a single one of one bit may be; a code
// with no symbol at all is one that must not be used.
func (t *table) build(lengths []uint8, symbols []entry) bool {
	var count [maxBits + 1]int
	for _, n := range lengths {
		// Most have none: to count them would make each wait for the one before.
		if n != 0 {
			count[n&maxBits]++
		}
	}
	longest := maxBits
	for longest > 0 && count[longest] == 0 {
		longest--
	}
	if longest == 0 {
		t.entries, t.mask = append(t.entries[:0], 0), 0
		return true
	}
	var code, first [maxBits + 1]int
	used := 0
	for n := 1; n <= longest; n++ {
		code[n] = (code[n-1] + count[n-1]) << 1
		first[n] = used
		used += count[n]
	}
	if total := code[longest] + count[longest]; total != 1<<longest && (longest != 1 || total != 1) {
		return false
	}
	for symbol, n := range lengths {
		if n != 0 {
			t.sorted[first[n&maxBits]] = uint16(symbol)
			first[n&maxBits]++
		}
	}
	root := min(longest, rootBits)
	next := t.fillRoot(root, code[:], count[:], t.sorted[:used], symbols)
	t.fillDeeper(longest, code[:], count[:], t.sorted[next:used], symbols)
	return true
}

// reversed is a code as the stream has it, its first bit lowest.
func reversed(code, n int) int { return int(bits.Reverse16(uint16(code)) >> (16 - n)) }

// fillRoot fills the first table: at each width the codes of that length have one
// place, and those that are shorter repeat by doubling. It gives how many symbols
// are in.
func (t *table) fillRoot(root int, code, count []int, sorted []uint16, symbols []entry) int {
	if cap(t.entries) < 1<<root {
		t.entries = make([]entry, 0, 1<<(rootBits+1))
	}
	entries := t.entries[:1<<root]
	entries[0] = 0
	next := 0
	for n := 1; n <= root; n++ {
		half := 1 << (n - 1)
		copy(entries[half:2*half], entries[:half])
		for i := range count[n] {
			entries[reversed(code[n]+i, n)] = symbols[sorted[next]] | entry(n)
			next++
		}
	}
	t.entries, t.mask = entries, 1<<root-1
	return next
}

// fillDeeper adds second tables, one for each beginning that longer codes share,
// as wide as the longest of them needs.
func (t *table) fillDeeper(longest int, code, count []int, sorted []uint16, symbols []entry) {
	start, width := -1, 0
	prefix := -1
	next := 0
	for n := rootBits + 1; n <= longest; n++ {
		for i := range count[n] {
			c := code[n] + i
			if p := c >> (n - rootBits); p != prefix {
				prefix, width = p, deeperWidth(n, longest, count, i)
				start = len(t.entries)
				t.entries = append(t.entries, make([]entry, 1<<width)...)
				t.entries[reversed(p, rootBits)] = entry(start)<<16 | entry(width)<<5 | flagDeeper
			}
			e := symbols[sorted[next]] | entry(n)
			next++
			for at := reversed(c, n) >> rootBits; at < 1<<width; at += 1 << (n - rootBits) {
				t.entries[start+at] = e
			}
		}
	}
}

// deeperWidth is how many bits a second table needs that begins with the code
// number i of length n: until the codes that follow have filled it.
func deeperWidth(n, longest int, count []int, i int) int {
	width := n - rootBits
	left := 1<<width - (count[n] - i)
	for left > 0 && width+rootBits < longest {
		width++
		left = left<<1 - count[width+rootBits]
	}
	return width
}

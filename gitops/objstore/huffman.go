package objstore

import (
	"math/bits"
	"sync"
)

// prefixCode is a canonical Huffman code. root answers codes of up to as many
// bits as mask has (symbol<<4 | length, 0 for none); longer ones are found
// length by length.
type prefixCode struct {
	root    [1 << rootBits]uint16
	mask    uint64
	count   [maxCodeLen + 1]uint16
	symbols [maxLiterals]uint16
}

// codes are the two codes of a compressed block.
type codes struct {
	literals  prefixCode
	distances prefixCode
}

// lengths are the symbols that a code has, in order, with the lengths of their
// codes. Small objects use few of the symbols: a list of those is shorter than
// a table of all.
type lengths struct {
	n       int
	symbols [maxLiterals]uint16
	bits    [maxLiterals]uint8
}

func (l *lengths) add(symbol int, bits uint8) {
	l.symbols[l.n], l.bits[l.n] = uint16(symbol), bits
	l.n++
}

// fixedCodes are those of RFC 1951, section 3.2.6.
var fixedCodes = sync.OnceValue(func() *codes {
	var literals, distances lengths
	for symbol := range maxLiterals {
		switch {
		case symbol < 144:
			literals.add(symbol, 8)
		case symbol < 256:
			literals.add(symbol, 9)
		case symbol < 280:
			literals.add(symbol, 7)
		default:
			literals.add(symbol, 8)
		}
	}
	for symbol := range maxDistances {
		distances.add(symbol, 5)
	}
	c := new(codes)
	c.literals.build(&literals, false)
	c.distances.build(&distances, false)
	return c
})

// build makes the code of the given lengths (RFC 1951, section 3.2.2); false
// when they are no code. Unused places are right in a sparse code only: of no
// symbol, or of one that is one bit long.
func (c *prefixCode) build(of *lengths, sparse bool) bool {
	c.count = [maxCodeLen + 1]uint16{}
	for _, n := range of.bits[:of.n] {
		c.count[n]++
	}
	left, longest := 1, 1
	var start [maxCodeLen + 2]uint16
	for n := 1; n <= maxCodeLen; n++ {
		if left = left<<1 - int(c.count[n]); left < 0 {
			return false
		}
		if c.count[n] > 0 {
			longest = n
		}
		start[n+1] = start[n] + c.count[n]
	}
	if left > 0 && !(sparse && of.n == int(c.count[1]) && of.n <= 1) {
		return false
	}
	for i, n := range of.bits[:of.n] {
		c.symbols[start[n]] = of.symbols[i]
		start[n]++
	}
	c.plant(min(longest, rootBits))
	return true
}

// plant fills the root table for codes of up to n bits. With every bit the
// table doubles, since what is answered does not look at the new one.
func (c *prefixCode) plant(n int) {
	c.mask = 1<<n - 1
	c.root[0], c.root[1] = 0, 0
	code, next := 0, 0
	for width := 1; width <= n; width++ {
		if width > 1 {
			half := 1 << (width - 1)
			copy(c.root[half:2*half], c.root[:half])
		}
		for range c.count[width] {
			c.root[bits.Reverse16(uint16(code))>>(16-width)] = c.symbols[next]<<4 | uint16(width)
			code++
			next++
		}
		code <<= 1
	}
}

// long finds a code that the root table does not answer. acc must hold
// maxCodeLen bits.
func (c *prefixCode) long(acc uint64) (symbol int, n uint, ok bool) {
	code, first, index := 0, 0, 0
	for n := uint(1); n <= maxCodeLen; n++ {
		code |= int(acc & 1)
		acc >>= 1
		count := int(c.count[n])
		if code-first < count {
			return int(c.symbols[index+code-first]), n, true
		}
		index += count
		first = (first + count) << 1
		code <<= 1
	}
	return 0, 0, false
}

package inflate

import (
	"io"
	"sync"
)

// literalSymbols and distanceSymbols are the meaning of the symbols of both
// codes (RFC 1951, 3.2.5), without the lengths of their codes. The last two of
// each have none.
var (
	literalSymbols  = lengthsAndLiterals()
	distanceSymbols = distances()
	orderSymbols    = orders()
)

func lengthsAndLiterals() (s [maxLiterals + 2]entry) {
	for i := range endOfBlock {
		s[i] = entry(i)<<16 | flagLiteral
	}
	s[endOfBlock] = flagEnd
	base := 3
	for i := range 28 {
		extra := max(0, i/4-1)
		s[endOfBlock+1+i] = entry(base)<<16 | entry(extra)<<5
		base += 1 << extra
	}
	// The longest length has a code of its own.
	s[maxLiterals-1] = 258 << 16
	return s
}

func distances() (s [maxDistances + 2]entry) {
	base := 1
	for i := range maxDistances {
		extra := max(0, i/2-1)
		s[i] = entry(base)<<16 | entry(extra)<<5
		base += 1 << extra
	}
	return s
}

// orders are the symbols of the code that code lengths are written in.
func orders() (s [19]entry) {
	for i := range s {
		s[i] = entry(i)<<16 | flagLiteral
	}
	return s
}

// lengthOrder is the order in which the lengths of that code come (3.2.7).
var lengthOrder = [...]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// readTables reads both codes of a dynamic block.
func (d *decoder) readTables() error {
	head, err := d.take(14)
	if err != nil {
		return err
	}
	literals, distances, orders := head&31+257, head>>5&31+1, head>>10+4
	if literals > maxLiterals || distances > maxDistances {
		return ErrCorrupt
	}
	var lengths [len(lengthOrder)]uint8
	for _, at := range lengthOrder[:orders] {
		n, err := d.take(3)
		if err != nil {
			return err
		}
		lengths[at] = uint8(n)
	}
	// The tables of the block are not in use yet.
	if !d.literals.build(lengths[:], orderSymbols[:]) {
		return ErrCorrupt
	}
	if err := d.readLengths(&d.literals, d.lengths[:literals+distances]); err != nil {
		return err
	}
	if !d.literals.build(d.lengths[:literals], literalSymbols[:]) ||
		!d.distances.build(d.lengths[literals:literals+distances], distanceSymbols[:]) {
		return ErrCorrupt
	}
	return nil
}

// readLengths reads the lengths of all codes as one run: repetitions may go from
// one code over to the other.
func (d *decoder) readLengths(code *table, lengths []uint8) error {
	for i := 0; i < len(lengths); {
		if d.held < maxBits {
			d.fill()
		}
		e := code.find(d.hold)
		if e == 0 {
			return d.invalid()
		}
		d.hold >>= e.bits()
		if d.held -= e.bits(); d.held < 0 {
			return io.ErrUnexpectedEOF
		}
		symbol := e.value()
		if symbol < 16 {
			lengths[i] = uint8(symbol)
			i++
			continue
		}
		var again uint8
		extra, least := 2, 3
		switch symbol {
		case 16:
			if i == 0 {
				return ErrCorrupt
			}
			again = lengths[i-1]
		case 17:
			extra = 3
		case 18:
			extra, least = 7, 11
		}
		n, err := d.take(extra)
		if err != nil {
			return err
		}
		if n += least; n > len(lengths)-i {
			return ErrCorrupt
		}
		for range n {
			lengths[i] = again
			i++
		}
	}
	return nil
}

// fixedTables are the codes of a block that brings none (3.2.6).
var fixedTables = sync.OnceValues(func() (*table, *table) {
	var lengths [maxLiterals + 2]uint8
	for i := range lengths {
		switch {
		case i < 144:
			lengths[i] = 8
		case i < 256:
			lengths[i] = 9
		case i < 280:
			lengths[i] = 7
		default:
			lengths[i] = 8
		}
	}
	var five [maxDistances + 2]uint8
	for i := range five {
		five[i] = 5
	}
	literals, distances := new(table), new(table)
	literals.build(lengths[:], literalSymbols[:])
	distances.build(five[:], distanceSymbols[:])
	return literals, distances
})

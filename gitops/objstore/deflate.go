package objstore

import "encoding/binary"

// deflater decompresses deflate streams (RFC 1951) that lie in memory as a
// whole. compress/flate reads byte by byte through an interface, which for the
// small objects that git keeps costs several times the work itself.
//
// It either decodes a stream or gives up; what it gives up on, compress/flate
// judges. So it may be strict where that is simpler, and decides about damage
// nowhere.
type deflater struct {
	// codes are those of the current block: own, or the fixed ones.
	*codes
	own  codes
	used [2]lengths

	src []byte
	pos int
	// acc holds the next have bits of the stream, lowest first.
	acc  uint64
	have uint
	// overrun counts bytes of zeros that were read behind the end.
	overrun int
}

const (
	maxLiterals  = 288
	maxDistances = 32
	endOfBlock   = 256
	maxCodeLen   = 15
	// rootBits is how many bits the first look at a code takes: nearly all
	// codes of small objects are no longer.
	rootBits = 10
)

// Length and distance codes stand for a base and some bits that follow (RFC
// 1951, section 3.2.5).
var (
	lengthBase    = [29]uint16{3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258}
	lengthExtra   = [29]uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0}
	distanceBase  = [30]uint16{1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577}
	distanceExtra = [30]uint8{0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13}
	codeOrder     = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
)

// refill brings at least 48 bits, zeros behind the end of the stream.
func (d *deflater) refill() {
	if d.pos+8 <= len(d.src) {
		d.acc |= binary.LittleEndian.Uint64(d.src[d.pos:]) << d.have
		n := (63 - d.have) >> 3
		d.pos += int(n)
		d.have += n << 3
		return
	}
	for d.have <= 56 {
		if d.pos < len(d.src) {
			d.acc |= uint64(d.src[d.pos]) << d.have
		} else {
			d.overrun++
		}
		d.pos++
		d.have += 8
	}
}

func (d *deflater) take(n uint) int {
	v := int(d.acc & (1<<n - 1))
	d.acc >>= n
	d.have -= n
	return v
}

// inflate decodes into out until the stream ends or out is full. rest is what
// follows the stream, nil when out was full before its end; ok is false when it
// gave up.
func (d *deflater) inflate(src, out []byte) (n int, rest []byte, ok bool) {
	d.src, d.pos, d.acc, d.have, d.overrun = src, 0, 0, 0, 0
	defer func() { d.src = nil }()
	for {
		d.refill()
		final, kind := d.take(1), d.take(2)
		var full bool
		switch kind {
		case 0:
			n, full, ok = d.storedBlock(out, n)
		case 1:
			d.codes, ok = fixedCodes(), true
		case 2:
			ok = d.dynamicCodes()
		default:
			return 0, nil, false
		}
		if ok && kind != 0 {
			n, full, ok = d.block(out, n)
		}
		if !ok || uint(d.overrun)*8 > d.have {
			return 0, nil, false
		}
		if full {
			return n, nil, true
		}
		if final == 1 {
			return n, d.behind(), true
		}
	}
}

// behind is what follows the last byte of which a bit was used.
func (d *deflater) behind() []byte {
	return d.src[min(d.pos-int(d.have/8), len(d.src)):]
}

func (d *deflater) storedBlock(out []byte, n int) (int, bool, bool) {
	d.take(d.have & 7)
	d.refill()
	size, check := d.take(16), d.take(16)
	at := d.pos - int(d.have/8)
	if size != check^0xffff || at+size > len(d.src) {
		return n, false, false
	}
	copied := copy(out[n:], d.src[at:at+size])
	d.pos, d.acc, d.have, d.overrun = at+size, 0, 0, 0
	return n + copied, copied < size, true
}

// dynamicCodes reads the two codes of a block, themselves written in a third
// (RFC 1951, section 3.2.7), for which the table of distances serves.
func (d *deflater) dynamicCodes() bool {
	d.codes = &d.own
	d.refill()
	literals, distances, codes := d.take(5)+257, d.take(5)+1, d.take(4)+4
	if literals > maxLiterals-2 || distances > maxDistances-2 {
		return false
	}
	var written [len(codeOrder)]uint8
	for i := range codes {
		if d.have < 3 {
			d.refill()
		}
		written[codeOrder[i]] = uint8(d.take(3))
	}
	list := &d.used[0]
	list.n = 0
	for symbol, n := range written {
		if n > 0 {
			list.add(symbol, n)
		}
	}
	if !d.distances.build(list, false) || !d.codeLengths(literals, literals+distances) {
		return false
	}
	return d.literals.build(&d.used[0], false) && d.distances.build(&d.used[1], true)
}

// codeLengths reads the lengths of both codes, which are written as one list.
func (d *deflater) codeLengths(literals, total int) bool {
	d.used[0].n, d.used[1].n = 0, 0
	last := uint8(0)
	for i := 0; i < total; {
		if d.have < 16 {
			d.refill()
		}
		e := d.distances.root[d.acc&d.distances.mask]
		if e == 0 {
			return false
		}
		d.take(uint(e & 15))
		again := 1
		switch symbol := e >> 4; symbol {
		case 16:
			if i == 0 {
				return false
			}
			again = 3 + d.take(2)
		case 17:
			last, again = 0, 3+d.take(3)
		case 18:
			last, again = 0, 11+d.take(7)
		default:
			last = uint8(symbol)
		}
		if i+again > total {
			return false
		}
		for end := i + again; i < end && last > 0; i++ {
			if i < literals {
				d.used[0].add(i, last)
			} else {
				d.used[1].add(i-literals, last)
			}
			again--
		}
		i += again
	}
	return true
}

// block decodes one compressed block; full says that out ended before it. It is
// where the time goes, so the state is held in registers.
func (d *deflater) block(out []byte, n int) (int, bool, bool) {
	literals, src, pos, acc, have := &d.literals, d.src, d.pos, d.acc, d.have
	for {
		// A literal takes at most 15 bits, a match 48 in all.
		if have < 48 {
			if pos+8 > len(src) {
				break
			}
			acc |= binary.LittleEndian.Uint64(src[pos:]) << have
			more := (63 - have) >> 3
			pos += int(more)
			have += more << 3
		}
		e := literals.root[acc&literals.mask&(1<<rootBits-1)]
		if e == 0 || e>>4 >= endOfBlock || n >= len(out) {
			var next after
			d.pos, d.acc, d.have = pos, acc, have
			if n, next = d.symbol(out, n); next != onward {
				return n, next == isFull, next != isDamaged
			}
			pos, acc, have = d.pos, d.acc, d.have
			continue
		}
		out[n] = byte(e >> 4)
		n++
		acc >>= e & 15
		have -= uint(e & 15)
	}
	d.pos, d.acc, d.have = pos, acc, have
	for {
		var next after
		if n, next = d.symbol(out, n); next != onward {
			return n, next == isFull, next != isDamaged
		}
	}
}

// after is how a block goes on behind a symbol.
type after uint8

const (
	onward after = iota
	isEnd
	isFull
	isDamaged
)

// symbol decodes one symbol of a block, with what follows it.
func (d *deflater) symbol(out []byte, n int) (int, after) {
	if d.have < 48 {
		d.refill()
	}
	symbol, ok := d.next(&d.literals)
	switch {
	case !ok || uint(d.overrun)*8 > d.have:
		return n, isDamaged
	case symbol == endOfBlock:
		return n, isEnd
	case symbol < endOfBlock && n == len(out):
		return n, isFull
	case symbol < endOfBlock:
		out[n] = byte(symbol)
		return n + 1, onward
	}
	length, distance, ok := d.match(symbol)
	if !ok || distance > n || uint(d.overrun)*8 > d.have {
		return n, isDamaged
	}
	whole := min(length, len(out)-n)
	copyWithin(out, n, distance, whole)
	if whole < length {
		return n + whole, isFull
	}
	return n + whole, onward
}

// next decodes one symbol of a code.
func (d *deflater) next(c *prefixCode) (symbol int, ok bool) {
	if e := c.root[d.acc&c.mask]; e != 0 {
		d.take(uint(e & 15))
		return int(e >> 4), true
	}
	symbol, used, ok := c.long(d.acc)
	d.take(used)
	return symbol, ok
}

// match reads what follows a length symbol.
func (d *deflater) match(symbol int) (length, distance int, ok bool) {
	symbol -= endOfBlock + 1
	if symbol >= len(lengthBase) {
		return 0, 0, false
	}
	length = int(lengthBase[symbol]) + d.take(uint(lengthExtra[symbol]))
	code, ok := d.next(&d.distances)
	if !ok || code >= len(distanceBase) {
		return 0, 0, false
	}
	return length, int(distanceBase[code]) + d.take(uint(distanceExtra[code])), true
}

// copyWithin repeats what lies distance before n. Where the two overlap, each
// round doubles what can be copied at once.
func copyWithin(out []byte, n, distance, length int) {
	from, end := n-distance, n+length
	for n < end {
		n += copy(out[n:end], out[from:n])
	}
}

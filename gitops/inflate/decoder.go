package inflate

import (
	"encoding/binary"
	"io"
	"sync"
)

// decoder decompresses one stream at a time.
//
// hold has the next bits of the stream, the first one lowest, held says how many
// of them there are. Behind the end of src hold has zeros and held goes below
// zero when they are taken, which is how the end is noticed.
type decoder struct {
	src  []byte
	in   int
	hold uint64
	held int

	dst []byte
	out int

	literals  table
	distances table
	lengths   [maxLiterals + maxDistances]uint8
}

var decoders = sync.Pool{New: func() any { return new(decoder) }}

func (d *decoder) start(dst, src []byte) {
	d.src, d.in, d.hold, d.held = src, 0, 0, 0
	d.dst, d.out = dst, 0
}

// putBack lets go of what was read, which would otherwise stay reachable.
func (d *decoder) putBack() {
	d.src, d.dst = nil, nil
	decoders.Put(d)
}

// rest is what stands behind the stream, from the next whole byte on.
func (d *decoder) rest() []byte { return d.src[d.in-d.held/8:] }

// fill makes sure that hold has 56 bits, or all that are left.
func (d *decoder) fill() {
	if d.held < 0 {
		return
	}
	if d.in+8 <= len(d.src) {
		d.hold |= binary.LittleEndian.Uint64(d.src[d.in:]) << d.held
		d.in += (63 - d.held) >> 3
		d.held |= 56
		// The bits above are those that the next fill brings once more: the same
		// ones, so that nothing changes.
		return
	}
	for d.held < 56 && d.in < len(d.src) {
		d.hold |= uint64(d.src[d.in]) << d.held
		d.in++
		d.held += 8
	}
}

// take gives the next n bits, at most 16.
func (d *decoder) take(n int) (int, error) {
	if d.held < n {
		if d.fill(); d.held < n {
			return 0, io.ErrUnexpectedEOF
		}
	}
	v := int(d.hold & (1<<n - 1))
	d.hold >>= n
	d.held -= n
	return v, nil
}

// The kinds of a block (RFC 1951, 3.2.3).
const (
	blockStored = iota
	blockFixed
	blockDynamic
)

// run decompresses blocks until the last one ends. A full dst with more to come
// is ErrLonger.
func (d *decoder) run() error {
	for {
		head, err := d.take(3)
		if err != nil {
			return err
		}
		switch head >> 1 {
		case blockStored:
			err = d.stored()
		case blockFixed:
			err = d.block(fixedTables())
		case blockDynamic:
			if err = d.readTables(); err == nil {
				err = d.block(&d.literals, &d.distances)
			}
		default:
			err = ErrCorrupt
		}
		if err != nil || head&1 == 1 {
			return err
		}
	}
}

// stored copies a block that is not compressed; it begins at a whole byte.
func (d *decoder) stored() error {
	d.in -= d.held / 8
	d.hold, d.held = 0, 0
	if len(d.src)-d.in < 4 {
		return io.ErrUnexpectedEOF
	}
	n := binary.LittleEndian.Uint16(d.src[d.in:])
	if binary.LittleEndian.Uint16(d.src[d.in+2:]) != ^n {
		return ErrCorrupt
	}
	d.in += 4
	block := d.src[d.in:min(d.in+int(n), len(d.src))]
	copied := copy(d.dst[d.out:], block)
	d.out += copied
	d.in += copied
	switch {
	case copied == int(n):
		return nil
	case copied == len(block):
		return io.ErrUnexpectedEOF
	}
	return ErrLonger
}

// block decompresses literals and matches until the block's end. What a symbol
// changes lives in variables of its own: through d it would be memory's.
func (d *decoder) block(literals, distances *table) error {
	dst, out, hold, held := d.dst, d.out, d.hold, d.held
	for {
		// One symbol with its distance takes at most 15+5+15+13 bits.
		if held < 48 {
			d.hold, d.held = hold, held
			d.fill()
			hold, held = d.hold, d.held
		}
		e := literals.find(hold)
		hold >>= e.bits()
		held -= e.bits()
		if e.isLiteral() && held >= 0 && out < len(dst) {
			dst[out] = byte(e.value())
			out++
			continue
		}
		d.out, d.hold, d.held = out, hold, held
		switch {
		case held < 0:
			return io.ErrUnexpectedEOF
		case e.isLiteral():
			return ErrLonger
		case e.isEnd():
			return nil
		}
		if err := d.match(e, distances); err != nil {
			return err
		}
		out, hold, held = d.out, d.hold, d.held
	}
}

// match copies what stood before; e is its length.
func (d *decoder) match(e entry, distances *table) error {
	if e.value() == 0 {
		return d.invalid()
	}
	length := e.value() + d.extra(e)
	e = distances.find(d.hold)
	if e.value() == 0 {
		return d.invalid()
	}
	d.hold >>= e.bits()
	d.held -= e.bits()
	distance := e.value() + d.extra(e)
	switch {
	case d.held < 0:
		return io.ErrUnexpectedEOF
	case distance > d.out:
		return ErrCorrupt
	}
	room := len(d.dst) - d.out
	n := min(length, room)
	copyBack(d.dst, d.out, distance, n)
	d.out += n
	if length > room {
		return ErrLonger
	}
	return nil
}

// copyBack copies n bytes to dst[at:] from distance before it.
func copyBack(dst []byte, at, distance, n int) {
	from := at - distance
	// Most matches are short: eight bytes at once, a few too many, are written
	// over by what comes next.
	if distance >= 8 && n <= 40 && at+n+8 <= len(dst) {
		for end := at + n; at < end; at, from = at+8, from+8 {
			binary.LittleEndian.PutUint64(dst[at:], binary.LittleEndian.Uint64(dst[from:]))
		}
		return
	}
	// One that is longer than its distance repeats itself: what was just written
	// is read again, twice as much each time.
	for done := 0; done < n; {
		done += copy(dst[at+done:at+n], dst[from:at+done])
	}
}

// extra takes the bits that go with a length or a distance. At most 48 are taken
// between two fills, so that none is lacking unless src has ended.
func (d *decoder) extra(e entry) int {
	n := e.extra()
	v := int(d.hold & (1<<n - 1))
	d.hold >>= n
	d.held -= n
	return v
}

// invalid is a code that no symbol has, or the zeros behind the end.
func (d *decoder) invalid() error {
	if d.held < maxBits && d.in == len(d.src) {
		return io.ErrUnexpectedEOF
	}
	return ErrCorrupt
}

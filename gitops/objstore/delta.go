package objstore

import (
	"errors"
	"fmt"
)

var errDeltaCut = errors.New("delta is cut off")

// applyDelta builds an object from its base and the instructions of a delta:
// copy a range of the base, or insert bytes that follow (gitformat-pack,
// "Deltified representation"). The instructions are checked as a whole before
// memory is reserved for what they claim.
func applyDelta(base, delta []byte, limit int64) ([]byte, error) {
	baseSize, delta, err := deltaSize(delta)
	if err != nil {
		return nil, err
	}
	if baseSize != uint64(len(base)) {
		return nil, fmt.Errorf("delta is for a base of %d bytes, not %d", baseSize, len(base))
	}
	size, delta, err := deltaSize(delta)
	if err != nil {
		return nil, err
	}
	if size > uint64(limit) {
		return nil, fmt.Errorf("delta makes %d bytes, more than the limit of %d", size, limit)
	}
	var total uint64
	err = eachInstruction(base, delta, func(part []byte) { total += uint64(len(part)) })
	if err != nil {
		return nil, err
	}
	if total != size {
		return nil, fmt.Errorf("delta makes %d bytes where it claims %d", total, size)
	}
	out := make([]byte, 0, size)
	err = eachInstruction(base, delta, func(part []byte) { out = append(out, part...) })
	return out, err
}

// eachInstruction calls emit with the bytes of each instruction in turn.
func eachInstruction(base, delta []byte, emit func([]byte)) error {
	for len(delta) > 0 {
		op := delta[0]
		delta = delta[1:]
		switch {
		case op&0x80 != 0:
			offset, size, rest, err := copyRange(op, delta)
			if err != nil {
				return err
			}
			if offset > len(base) || size > len(base)-offset {
				return fmt.Errorf("delta copies %d bytes at %d of a base of %d", size, offset, len(base))
			}
			emit(base[offset : offset+size])
			delta = rest
		case op != 0:
			if int(op) > len(delta) {
				return errDeltaCut
			}
			emit(delta[:op])
			delta = delta[op:]
		default:
			return errors.New("delta has the reserved instruction 0")
		}
	}
	return nil
}

// copyRange reads the operands of a copy: each of the low seven bits of op
// says whether one byte of the offset (4) and the size (3) is there. A size of
// 0 stands for 0x10000.
func copyRange(op byte, delta []byte) (offset, size int, rest []byte, err error) {
	for i := range 7 {
		if op&(1<<i) == 0 {
			continue
		}
		if len(delta) == 0 {
			return 0, 0, nil, errDeltaCut
		}
		if i < 4 {
			offset |= int(delta[0]) << (8 * i)
		} else {
			size |= int(delta[0]) << (8 * (i - 4))
		}
		delta = delta[1:]
	}
	if size == 0 {
		size = 0x10000
	}
	return offset, size, delta, nil
}

// deltaSize reads a size in groups of 7 bits, lowest first.
func deltaSize(delta []byte) (size uint64, rest []byte, err error) {
	for i := 0; i < len(delta) && i < 9; i++ {
		size |= uint64(delta[i]&0x7f) << (7 * i)
		if delta[i]&0x80 == 0 {
			return size, delta[i+1:], nil
		}
	}
	return 0, nil, errDeltaCut
}

package objstore

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// mapping is a file in memory. Reads of its bytes belong inside of guard.
type mapping struct {
	bytes   []byte
	release func([]byte) error
}

func (m *mapping) close() error {
	if m.release == nil {
		return nil
	}
	release := m.release
	m.release = nil
	return release(m.bytes)
}

// guard turns a fault in mapped memory into an error: a file that is cut short
// under us, or a disk that fails, is damage like any other and must not end
// the program. Other panics pass.
func guard(read func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case interface {
			runtime.Error
			Addr() uintptr
		}:
			err = fmt.Errorf("read mapped file: %w", error(fault))
		default:
			panic(fault)
		}
	}()
	return read()
}

//go:build unix

package objstore

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a whole file for reading. The mapping outlives the file's name:
// what a repack deletes stays readable here.
func mapFile(path string) (mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return mapping{}, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return mapping{}, err
	}
	size := int(info.Size())
	if size == 0 {
		return mapping{}, nil
	}
	if int64(size) != info.Size() {
		return mapping{}, fmt.Errorf("%q does not fit into memory: %w", path, errUnknownFormat)
	}
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return mapping{}, fmt.Errorf("map %q: %w (%w)", path, err, errUnknownFormat)
	}
	return mapping{bytes: b, release: unix.Munmap}, nil
}

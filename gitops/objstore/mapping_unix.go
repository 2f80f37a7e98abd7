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
		return mapping{}, fmt.Errorf("%q is too large to be mapped on this machine", path)
	}
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		// Some network file systems cannot map; reading is slower and right.
		whole, err := os.ReadFile(path)
		return mapping{bytes: whole}, err
	}
	return mapping{bytes: b, release: unix.Munmap}, nil
}

//go:build !unix

package objstore

import "os"

// mapFile reads the whole file: correct everywhere, if slower than a mapping.
func mapFile(path string) (mapping, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return mapping{}, err
	}
	return mapping{bytes: b}, nil
}

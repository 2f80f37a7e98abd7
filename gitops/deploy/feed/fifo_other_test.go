//go:build !unix

package feed

import "os"

// mkfifo makes what is no plain file either.
func mkfifo(path string) error { return os.Mkdir(path, 0o700) }

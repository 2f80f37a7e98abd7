//go:build !unix

package events

import "errors"

// mkfifo has nothing to make.
func mkfifo(string) error { return errors.ErrUnsupported }

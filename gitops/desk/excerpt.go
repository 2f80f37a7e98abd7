package desk

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"ahead/gitops"
)

// excerptLimit bounds what is read of a file that a person names, in bytes. The
// end is kept of a longer one: the newest lines of a log are there.
const excerptLimit = 1 << 20

// Excerpt reads a text file that a person names, such as a saved stack trace; ~
// is their home. A file longer than 1 MiB gives its last whole lines, and cut says so.
func (d *Desk) Excerpt(ctx context.Context, path string) (text string, cut bool, err error) {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", false, unread(path, err)
	}
	if !info.Mode().IsRegular() {
		// A pipe or a terminal might never end.
		return "", false, &gitops.Error{Code: gitops.CodeUsage, What: path + " is no ordinary file", Hint: "save the text into a file, or paste it"}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", false, unread(path, err)
	}
	defer f.Close()
	cut = info.Size() > excerptLimit
	if cut {
		if _, err := f.Seek(-excerptLimit, io.SeekEnd); err != nil {
			return "", false, unread(path, err)
		}
	}
	raw, err := io.ReadAll(io.LimitReader(f, excerptLimit))
	if err != nil {
		return "", false, unread(path, err)
	}
	text = string(raw)
	if cut {
		if _, whole, ok := strings.Cut(text, "\n"); ok {
			text = whole
		}
	}
	return text, cut, ctx.Err()
}

func unread(path string, err error) error {
	return &gitops.Error{
		Code: gitops.CodeUsage, What: "the file cannot be read", Err: fmt.Errorf("read %q: %w", path, err),
		Hint: "name a file that you may read, or paste its text",
	}
}

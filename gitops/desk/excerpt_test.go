package desk

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
)

func TestExcerpt(t *testing.T) {
	dir := t.TempDir()
	d := &Desk{}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	got, cut, err := d.Excerpt(context.Background(), write("trace", "panic: nil\n\ttotal.go:41\n"))
	if err != nil || cut || got != "panic: nil\n\ttotal.go:41\n" {
		t.Errorf("%q, %v", got, err)
	}
	line := strings.Repeat("x", 99) + "\n"
	got, cut, err = d.Excerpt(context.Background(), write("log", strings.Repeat(line, 20_000)+"the last line\n"))
	if err != nil || !cut || len(got) > 1<<20 || !strings.HasSuffix(got, "the last line\n") || !strings.HasPrefix(got, line) {
		t.Errorf("%d bytes, from %.20q, %v", len(got), got, err)
	}
	for _, path := range []string{filepath.Join(dir, "none"), dir, os.DevNull} {
		if _, _, err := d.Excerpt(context.Background(), path); gitops.CodeOf(err) != gitops.CodeUsage {
			t.Errorf("%s: %v", path, err)
		}
	}
}

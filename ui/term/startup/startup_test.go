package startup_test

import (
	"go/parser"
	"go/token"
	"testing"
)

// What it takes for the answer to be there before the question; the pty test of
// ui sees whether it is enough.
func TestImportsNothingButLipgloss(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "startup.go", nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Imports) != 1 || f.Imports[0].Path.Value != `"github.com/charmbracelet/lipgloss"` {
		t.Errorf("imports %v", f.Imports)
	}
	if self := "ahead/ui/term/startup"; self > "github.com/charmbracelet/bubbletea" {
		t.Errorf("%s is initialised after Bubble Tea", self)
	}
}

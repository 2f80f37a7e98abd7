package cli

import (
	"context"
	"errors"
	"io"
	"testing"
)

// TestAReadThatNobodyAnswersIsLeft: selections and resolutions may come from a
// terminal, and whoever waits there must be able to go.
func TestAReadThatNobodyAnswersIsLeft(t *testing.T) {
	r, _ := shop(t)
	x := start(t, 200, 50, r.Env(), r.Path(), "plan", "--stdin", "--no-fetch")
	x.press("v1.1.0" + enter)
	x.see(`"verdict":"clean"`)
	x.press(ctrlC)
	if code := x.exit(); code != exitError {
		t.Errorf("--stdin: exit code %d, want %d\n%s", code, exitError, x.text())
	}
	x.see("interrupted")

	silent, _ := io.Pipe()
	a := &app{in: silent}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.readResolutions(ctx, nil, "-"); !errors.Is(err, context.Canceled) {
		t.Errorf("--resolve - ends with %v", err)
	}
}

package cli

import (
	"bufio"
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// longestLine bounds one selection on standard input: some 25,000 commits.
const longestLine = 1 << 20

// answer is one line of output of `plan --stdin`.
type answer struct{ document any }

// planLines answers one selection a line, in order. Selections are planned on
// all cores; the snapshot is read once. A selection that cannot be planned
// answers with an error object on its line, and the rest goes on.
func (a *app) planLines(ctx context.Context, d *desk.Desk, f planFlags) error {
	snap, err := a.look(ctx, d)
	if err != nil {
		return err
	}
	d.ExpectMany()
	defer collectLate()()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// pending holds the answers in the order of the questions; its size bounds
	// how far the reader runs ahead of the writer.
	pending := make(chan chan answer, 4*runtime.GOMAXPROCS(0))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var readErr error
	go func() {
		defer close(pending)
		readErr = a.readSelections(ctx, func(line string) {
			result := make(chan answer, 1)
			pending <- result
			slots <- struct{}{}
			go func() {
				defer func() { <-slots }()
				result <- answerSafely(func() any { return a.planLine(ctx, d, snap, f, line) })
			}()
		})
	}()
	for result := range pending {
		// Every plan is waited for, since it reads from d; what a cancelled one
		// came to is no answer.
		if got := <-result; ctx.Err() == nil {
			printJSON(a.out, got.document)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return readErr
}

// roomForMany is the memory, in bytes, that many plans may take on top of what
// is there: three times what their caches hold at most.
const roomForMany = 160 << 20

// collectLate bounds the garbage that gathers by its size instead of by what is
// in use, which the caches are most of. The function that it gives ends that.
func collectLate() (end func()) {
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	room := int64(now.Sys-now.HeapReleased) + roomForMany
	before := debug.SetMemoryLimit(-1)
	debug.SetMemoryLimit(min(before, room))
	return func() { debug.SetMemoryLimit(before) }
}

// answerSafely keeps a fault in one plan from taking the other answers along.
func answerSafely(plan func() any) (out answer) {
	defer func() {
		if p := recover(); p != nil {
			out = answer{errorDocument{newErrorBody(&gitops.Error{
				Code: gitops.CodeInternal, What: fmt.Sprintf("a fault in ahead itself: %v", p),
				Hint: "report this selection",
			})}}
		}
	}()
	return answer{plan()}
}

func (a *app) readSelections(ctx context.Context, each func(line string)) error {
	lines := bufio.NewScanner(interruptible{ctx, a.in})
	lines.Buffer(make([]byte, 0, 64<<10), longestLine)
	for lines.Scan() {
		if ctx.Err() != nil {
			return nil
		}
		if line := strings.TrimSpace(lines.Text()); line != "" {
			each(line)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read selections: %w", err)
	}
	return nil
}

func (a *app) planLine(ctx context.Context, d *desk.Desk, snap gitops.Snapshot, f planFlags, line string) any {
	remedy, err := f.remedy(ctx, d, strings.Fields(line))
	if err != nil {
		return errorDocument{newErrorBody(err)}
	}
	p, err := a.planWith(ctx, d, snap, remedy, f.fetchMissing)
	if err != nil {
		return errorDocument{newErrorBody(err)}
	}
	doc, err := a.planDocument(ctx, d, p, f)
	if err != nil {
		return errorDocument{newErrorBody(err)}
	}
	return doc
}

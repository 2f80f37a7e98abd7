package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/ui/term"
)

func addFetchMissing(f *pflag.FlagSet, to *bool) {
	f.BoolVar(to, "fetch-missing", false, "in a partial clone, let git fetch the objects that this needs")
}

// planWith plans. Only where fetch says so does a partial clone get what the
// plan needs; without it the error names what is missing.
func (a *app) planWith(ctx context.Context, d *desk.Desk, snap gitops.Snapshot, remedy gitops.Remedy, fetch bool) (gitops.Plan, error) {
	if fetch {
		if err := d.FetchMissing(ctx, snap, remedy); err != nil {
			return gitops.Plan{}, err
		}
	}
	return d.Plan(ctx, snap, remedy)
}

// mayFetch asks a person who is there whether what is missing may be fetched.
func (a *app) mayFetch(ctx context.Context, answers *bufio.Reader, f revertFlags, err error) bool {
	var absent *gitops.Absent
	if !errors.As(err, &absent) || f.fetchMissing || f.yes || a.flags.json || !a.canAsk() {
		return false
	}
	var e *gitops.Error
	if errors.As(err, &e) {
		a.say("%s", term.Clean(e.What))
	}
	fmt.Fprintf(a.out, "fetch them from %s now? y/N: ", term.Clean(absent.Remote))
	line, readErr := readAnswer(ctx, answers)
	if readErr != nil {
		a.say("")
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/gitops/suspect"
)

// suspectFlags are what a person knows of the trouble.
type suspectFlags struct {
	traces []string
	paths  []string
	text   string
	at     string
	since  string
	onto   string
	good   []string
	bad    []string
	forget bool
	most   int
}

func (a *app) suspectsCommand() *cobra.Command {
	var f suspectFlags
	cmd := &cobra.Command{
		Use:   "suspects",
		Short: "Who it was: what production runs, ranked by what is known",
		Long: `Puts the commits that production runs into the order in which they are
suspected, with reasons. Give it what you have: a stack trace or a log, an error's
text, paths, a time. Commits that production does not contain are no suspects.

A TIME is 2006-01-02T15:04:05Z, "2006-01-02 15:04", 15:04 (today), or how long
ago: 90m, 2h, 3d. --good and --bad take any commit or deployment that was tried;
they are remembered for a day, and count the next time you ask, but never with
--json. --forget drops them.`,
		Args: cobra.NoArgs,
		RunE: a.run(func(ctx context.Context, _ []string) error { return a.suspects(ctx, f) }),
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&f.traces, "trace", nil, "`FILE` with a stack trace or a log in it, - for standard input")
	fl.StringArrayVar(&f.paths, "path", nil, "a file or folder that is thought to be in it; can be repeated")
	fl.StringVar(&f.text, "text", "", "an error message, or what is wrong in your own words")
	fl.StringVar(&f.at, "at", "", "the `TIME` when the trouble began")
	fl.StringVar(&f.since, "since", "", "look back to this `TIME|DEPLOYMENT` instead of the usual number of commits")
	fl.StringVar(&f.onto, "onto", "", "what production runs: a deployment, tag, commit, or the branch as the remote has it (default: the deployed commit, else the latest release, else the tip)")
	fl.StringArrayVar(&f.good, "good", nil, "a commit or deployment that is known not to have the trouble; can be repeated")
	fl.StringArrayVar(&f.bad, "bad", nil, "a commit or deployment that is known to have it; can be repeated")
	fl.BoolVar(&f.forget, "forget", false, "drop the answers of --good and --bad that are remembered")
	fl.IntVar(&f.most, "limit", 10, "how many to print, 0 for all; with --json all are")
	return cmd
}

func (a *app) suspects(ctx context.Context, f suspectFlags) error {
	if f.most < 0 {
		return &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("--limit %d", f.most), Hint: "give a number from 0"}
	}
	e := gitops.Evidence{Text: f.text, Paths: f.paths}
	var err error
	if e.Trace, err = a.readTraces(f.traces); err != nil {
		return err
	}
	if f.at != "" {
		if e.At, err = parsePast("--at", f.at, a.now()); err != nil {
			return err
		}
	}
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close()
	snap, err := a.look(ctx, d)
	if err != nil {
		return err
	}
	opt, err := a.suspectOptions(ctx, d, snap, f)
	if err != nil {
		return err
	}
	s, err := a.rankSuspects(ctx, d, snap, e, opt, f)
	if err != nil {
		return err
	}
	if a.flags.json {
		printJSON(a.out, newSuspectDocuments(s))
		return nil
	}
	return a.printSuspects(d, s, f.most)
}

// rankSuspects ranks by the answers of a bisection, too. For a script only those
// count that it gives itself: its outcome must not depend on what somebody typed
// before.
func (a *app) rankSuspects(ctx context.Context, d *desk.Desk, snap gitops.Snapshot, e gitops.Evidence, opt desk.SuspectOptions, f suspectFlags) (s gitops.Suspects, err error) {
	if e.Good, err = resolveAll(ctx, d, snap, f.good); err != nil {
		return s, err
	}
	if e.Bad, err = resolveAll(ctx, d, snap, f.bad); err != nil {
		return s, err
	}
	if f.onto != "" {
		if e.Runs, err = d.ResolveFor(ctx, snap, f.onto); err != nil {
			return s, err
		}
	}
	if f.forget {
		if err := d.Forget(); err != nil {
			return s, fmt.Errorf("drop what is good and bad: %w", err)
		}
	}
	opt.Recall = !a.flags.json
	return d.SuspectsAmong(ctx, snap, e, opt)
}

// readTraces reads files, and at most once standard input.
func (a *app) readTraces(names []string) (string, error) {
	var all []string
	for i, name := range names {
		if name == "-" && slices.Contains(names[:i], "-") {
			return "", &gitops.Error{Code: gitops.CodeUsage, What: "--trace - is given twice", Hint: "standard input can be read once"}
		}
		text, err := a.readTrace(name)
		if err != nil {
			return "", err
		}
		all = append(all, text)
	}
	return strings.Join(all, "\n\n"), nil
}

func (a *app) readTrace(name string) (string, error) {
	in := a.in
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return "", &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("--trace %s cannot be read", name), Hint: "give a file, or - for standard input", Err: err}
		}
		defer file.Close()
		in = file
	}
	// Of a longer log the end is what matters, but a pipe cannot be read from its
	// end: what is over the bound is read and let go.
	text, err := readTail(in, suspect.MaxTrace)
	if err != nil {
		return "", &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("--trace %s cannot be read", name), Hint: "give a text file, or - for standard input", Err: err}
	}
	return text, nil
}

// readTail keeps the last most bytes.
func readTail(in io.Reader, most int) (string, error) {
	var kept []byte
	buf := make([]byte, 256<<10)
	for {
		n, err := in.Read(buf)
		kept = append(kept, buf[:n]...)
		if len(kept) > 2*most {
			kept = append([]byte(nil), kept[len(kept)-most:]...)
		}
		if errors.Is(err, io.EOF) {
			return string(kept[max(0, len(kept)-most):]), nil
		}
		if err != nil {
			return "", err
		}
	}
}

func (a *app) suspectOptions(ctx context.Context, d *desk.Desk, snap gitops.Snapshot, f suspectFlags) (opt desk.SuspectOptions, err error) {
	if f.since == "" {
		return opt, nil
	}
	if b, ok := snap.BatchByName(f.since); ok {
		opt.After = b.Deployment.Commit
		return opt, nil
	}
	if opt.Since, err = parsePast("--since", f.since, a.now()); err == nil || errors.Is(err, errAhead) {
		return opt, err
	}
	// A release further back than the list goes, or any commit.
	if opt.After, err = d.Resolve(ctx, f.since); err != nil {
		return opt, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("--since %s is neither a deployment nor a time", f.since),
			Hint: "`ahead list` shows the deployments; a time is 2006-01-02T15:04:05Z or 2h", Err: err,
		}
	}
	return opt, nil
}

func resolveAll(ctx context.Context, d *desk.Desk, snap gitops.Snapshot, names []string) ([]gitops.Hash, error) {
	var out []gitops.Hash
	for _, name := range names {
		h, err := d.ResolveFor(ctx, snap, name)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// timeLayouts are those without a zone, which are in the person's own.
var timeLayouts = [...]string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}

// errAhead is the cause where a moment is yet to come.
var errAhead = errors.New("it is yet to come")

// aheadSlack is how far ahead of this clock a moment may be that has come: it is read
// off another machine's log.
const aheadSlack = 10 * time.Minute

// parsePast is parseTime for a moment that was: one that is yet to come is a slip, of a
// zone or of a digit, which would be taken for now.
func parsePast(flag, s string, now time.Time) (time.Time, error) {
	t, err := parseTime(flag, s, now)
	if err == nil && t.After(now.Add(aheadSlack)) {
		return t, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("%s %s", flag, s), Err: errAhead,
			Hint: "it is " + now.UTC().Format("2006-01-02 15:04 UTC") + " now; times without a zone are this machine's own",
		}
	}
	return t, err
}

// parseTime reads a moment, or how long ago it was.
func parseTime(flag, s string, now time.Time) (time.Time, error) {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05-0700", time.RFC1123Z} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation("15:04", s, now.Location()); err == nil {
		y, m, day := now.Date()
		at := time.Date(y, m, day, t.Hour(), t.Minute(), 0, 0, now.Location())
		if at.After(now) {
			at = at.AddDate(0, 0, -1)
		}
		return at, nil
	}
	if ago, ok := parseAgo(s); ok {
		return now.Add(-ago), nil
	}
	// Ten digits are the seconds of a Unix clock, as logs have them.
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && len(s) == 10 {
		return time.Unix(n, 0), nil
	}
	return time.Time{}, &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("%s %s is no time", flag, s),
		Hint: "give 2006-01-02T15:04:05Z, \"2006-01-02 15:04\", 15:04, or how long ago: 90m, 2h, 3d",
	}
}

// parseAgo reads a duration, in days and weeks, too.
func parseAgo(s string) (time.Duration, bool) {
	s = strings.TrimSuffix(strings.TrimSuffix(s, " ago"), " ")
	if d, err := time.ParseDuration(s); err == nil && d >= 0 {
		return d, true
	}
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		number, ok := strings.CutSuffix(s, unit)
		if n, err := strconv.Atoi(number); ok && err == nil && n >= 0 && n < 10000 {
			return time.Duration(n) * length, true
		}
	}
	return 0, false
}

package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/ui/term"
	"ahead/ui/wording"
)

func (a *app) listCommand() *cobra.Command {
	var limit int
	var withVerdicts, fetchMissing bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Recent deployments with the commits they carried",
		Args:  cobra.NoArgs,
		RunE: a.run(func(ctx context.Context, _ []string) error {
			return a.list(ctx, limit, withVerdicts, fetchMissing)
		}),
	}
	cmd.Flags().IntVar(&limit, "limit", desk.DefaultLimit, "how many commits in all")
	cmd.Flags().BoolVar(&withVerdicts, "verdicts", false, "say of each commit what would come of reverting it")
	addFetchMissing(cmd.Flags(), &fetchMissing)
	return cmd
}

func (a *app) list(ctx context.Context, limit int, withVerdicts, fetchMissing bool) error {
	if limit < 1 {
		return &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("--limit %d", limit), Hint: "give a number from 1"}
	}
	if fetchMissing && !withVerdicts {
		return &gitops.Error{Code: gitops.CodeUsage, What: "--fetch-missing goes with --verdicts", Hint: "the list alone needs nothing that a partial clone lacks"}
	}
	// A list allocates some megabytes and ends: collections every four of them
	// would take an eighth of its time.
	if !withVerdicts {
		defer debug.SetGCPercent(debug.SetGCPercent(400))
	}
	opts := a.deskOptions()
	opts.Limit = limit
	d, err := desk.Open(ctx, opts)
	if err != nil {
		return err
	}
	defer d.Close()
	snap, err := a.look(ctx, d)
	if err != nil {
		return err
	}
	var v verdicts
	if withVerdicts {
		if v, err = withWords(ctx, d, &snap, fetchMissing); err != nil {
			return err
		}
	}
	if a.flags.json {
		// There is nobody to tell of a closed stream.
		_, _ = a.out.Write(appendList(nil, snap, v))
		return nil
	}
	a.tellOpenRuns(ctx, d)
	a.printList(snap, v)
	return nil
}

// withWords judges every listed commit, and notes what cannot be judged here.
func withWords(ctx context.Context, d *desk.Desk, snap *gitops.Snapshot, fetchMissing bool) (verdicts, error) {
	if fetchMissing {
		if err := d.FetchForVerdicts(ctx, *snap); err != nil {
			return nil, err
		}
	}
	v, missing, err := judgeAll(ctx, d, *snap)
	if missing > 0 {
		snap.Notices = append(snap.Notices, gitops.Notice{
			Code: gitops.WarnMissingObjects,
			Text: "unknown: " + count(missing, "commit") + " cannot be judged without content that is not in this partial clone; --fetch-missing lets git fetch it",
		})
	}
	return v, err
}

// judgeAll computes the verdict of every listed commit on all cores. missing
// counts those that have none for want of objects.
func judgeAll(ctx context.Context, d *desk.Desk, snap gitops.Snapshot) (v verdicts, missing int, err error) {
	judged := make([]gitops.Judgement, len(snap.Commits))
	errs := make([]error, len(snap.Commits))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := range next {
				judged[i], errs[i] = d.Judge(ctx, snap, snap.Commits[i].Hash)
			}
		}()
	}
	for i := range snap.Commits {
		next <- i
	}
	close(next)
	workers.Wait()
	v = make(verdicts, len(judged))
	for i, j := range judged {
		// What could not be judged has no verdict; the rows of the others stand.
		if errs[i] == nil {
			v[snap.Commits[i].Hash] = j
		} else if gitops.CodeOf(errs[i]) == gitops.CodeMissingObject {
			missing++
		}
	}
	return v, missing, ctx.Err()
}

// printList is the list for a person: one block a deployment.
func (a *app) printList(s gitops.Snapshot, v verdicts) {
	now := a.now()
	a.say("%s   %s", term.Clean(s.Location.Name), term.Clean(a.roadName(s)))
	a.say("%s", term.Clean(deployedLine(s, now)))
	if line := driftLine(s); line != "" {
		a.say("drift: %s", term.Clean(line))
	}
	if len(s.Environments) > 1 {
		a.say("environment: %s, of %s; --environment shows another", term.Clean(s.Environment), term.Clean(someOf(s.Environments)))
	}
	a.printSources(s, now)
	for _, n := range s.Notices {
		a.say("note: %s", term.Clean(n.Text))
	}
	if s.Deployed != nil {
		a.say("")
		a.say("%-10s   %s", wording.Waiting(s), term.Clean(unreleasedLine(s)))
		a.printCommits(s, s.Unreleased, v, now)
	}
	for _, b := range s.Batches {
		if len(b.Commits) == 0 && !tellsWithoutCommits(b.Deployment) {
			continue
		}
		a.say("")
		a.say("%s   %s, %s", term.Clean(b.Deployment.Name()), term.Clean(statusOf(b.Deployment, now)), sizeOf(s, b))
		if len(b.Commits) == 0 {
			continue
		}
		a.printCommits(s, b, v, now)
	}
	if s.Deployed == nil {
		a.say("")
		for _, c := range s.Commits {
			a.printCommit(c, v, now)
		}
	}
}

// tellsWithoutCommits reports whether a deployment is worth a line though it
// brought nothing: a rollback is what runs; what failed, or is under way, may be
// what somebody is looking for.
func tellsWithoutCommits(d gitops.Deployment) bool {
	return d.Status == gitops.StatusLive || d.Status == gitops.StatusFailed || d.Status == gitops.StatusPending
}

// sizeOf is how many commits a deployment brought, as far as that is known.
func sizeOf(s gitops.Snapshot, b gitops.Batch) string {
	switch n := len(b.Commits); {
	case n == 0 && s.Drift.Missing && s.Deployed != nil && b.Deployment.Commit == s.Deployed.Commit:
		return "its commits are not here"
	case b.Truncated:
		return fmt.Sprintf("%d+ commits", n)
	default:
		return count(n, "commit")
	}
}

func (a *app) roadName(s gitops.Snapshot) string {
	if s.Remote == "" {
		return s.Branch + " (no remote)"
	}
	return s.Branch + " → " + s.Remote
}

// longestActor is how much of an actor's name is shown, in columns.
const longestActor = 60

// deployedLine is honest about what is known: a tag is a release, not a
// deployment.
func deployedLine(s gitops.Snapshot, now time.Time) string {
	if s.Deployed == nil {
		return "deployed: unknown (" + wording.Unknown(s) + ")"
	}
	what := "latest release"
	if s.Deployed.Source != gitops.SourceTags {
		what = "live in " + s.Environment
	}
	line := what + ": " + s.Deployed.Name()
	if s.Deployed.Tag != "" {
		line += " " + s.Deployed.Commit.Short()
	}
	if at := s.Deployed.At(); !at.IsZero() {
		line += ", " + age(now, at)
	}
	if s.Deployed.Actor != "" {
		line += ", by " + term.Cut(term.Clean(s.Deployed.Actor), longestActor)
	}
	if s.Deployed.Source != gitops.SourceTags {
		line += "; " + s.Deployed.Source + " says so" + asOf(s, now)
	}
	return line
}

// asOf says how old the word of a source is that was not heard now.
func asOf(s gitops.Snapshot, now time.Time) string {
	for _, source := range s.Sources {
		if source.Name == s.Deployed.Source && source.Condition != gitops.SourceFresh {
			return ", as of " + age(now, source.AnsweredAt) + " ago"
		}
	}
	return ""
}

func (a *app) printCommits(s gitops.Snapshot, b gitops.Batch, v verdicts, now time.Time) {
	for _, h := range b.Commits {
		if c, ok := s.CommitByHash(h); ok {
			a.printCommit(c, v, now)
		}
	}
	if b.Truncated {
		a.say("  … more; --limit lists further back")
	}
}

func (a *app) printCommit(c gitops.Commit, v verdicts, now time.Time) {
	word := ""
	if j, ok := v[c.Hash]; ok {
		word = fmt.Sprintf("%-9s", j.Verdict)
	} else if v != nil {
		word = "unknown  "
	}
	a.say("  %s%s  %-5s  %s  %s", word, c.Hash.Short(), age(now, c.Committer.When),
		term.Fit(term.Clean(c.Author.Name), 16), term.Cut(term.Clean(c.Subject()), longestSubject))
}

// longestSubject bounds a row of the list, in cells.
const longestSubject = 160

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// age is how long ago something was, in its largest unit.
func age(now, then time.Time) string {
	if then.IsZero() {
		return "?"
	}
	d := now.Sub(then)
	switch {
	case d < 0:
		return "0 s"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d m", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d", int(d.Hours())/24)
	}
}

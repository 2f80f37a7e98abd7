package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/history"
	"ahead/gitops/suspect"
)

// SuspectOptions say among whom the culprit is looked for. The zero value takes
// what production is known to run, the suspect deployment first.
type SuspectOptions struct {
	// Since leaves out what came into production's history before it.
	Since time.Time
	// After is a deployment whose commits are left out.
	After gitops.Hash
	// Limit is how many suspects are listed where neither Since nor After says how
	// far back to go; 0 for DefaultLimit. The suspect deployment is always whole.
	Limit int
	// Recall says that the answers that somebody gave within the last day about the
	// same deployed commit count, too, and that those of the evidence are kept.
	Recall bool
}

const (
	// mostSuspects bounds a window that somebody asked for.
	mostSuspects = 5000
	// mostDeployments bounds the deployments that name the suspects.
	mostDeployments = 60
	// habitCommits is how far behind the suspects their repository's habit of
	// reverting is learned.
	habitCommits = 2000
)

// Suspects is SuspectsAmong all that production runs, as a person asks who answers
// one question after the other.
func (d *Desk) Suspects(ctx context.Context, snap gitops.Snapshot, e gitops.Evidence) (gitops.Suspects, error) {
	return d.SuspectsAmong(ctx, snap, e, SuspectOptions{Recall: true})
}

// SuspectsAmong ranks what production runs by the evidence; no network. Commits
// that production does not contain are no suspects, and a notice says how many that
// are; all that it contains may be, whatever the tags say.
func (d *Desk) SuspectsAmong(ctx context.Context, snap gitops.Snapshot, e gitops.Evidence, opt SuspectOptions) (gitops.Suspects, error) {
	s, err := d.suspects(ctx, snap, e, opt)
	if d.misled(err) {
		s, err = d.suspects(ctx, snap, e, opt)
	}
	return s, err
}

func (d *Desk) suspects(ctx context.Context, snap gitops.Snapshot, e gitops.Evidence, opt SuspectOptions) (gitops.Suspects, error) {
	w := &suspectWindow{Desk: d, snap: snap, evidence: e, opt: opt}
	if err := w.settle(ctx); err != nil {
		return gitops.Suspects{}, err
	}
	if opt.Recall {
		w.recall()
	}
	if err := w.list(ctx); err != nil {
		return gitops.Suspects{}, fmt.Errorf("list the suspects: %w", err)
	}
	q := suspect.Inquiry{
		Deployed: w.deployed, Candidates: w.candidates, Evidence: w.evidence, Names: w.names(),
		Habit: suspect.Learn(w.older), Files: d.filesOf(w.deployed),
	}
	var err error
	if q.Cleared, err = w.cleared(ctx); err != nil {
		return gitops.Suspects{}, fmt.Errorf("weigh what is known to be good or bad: %w", err)
	}
	found, err := suspect.Gather(ctx, d.repo.Objects(), q)
	if err != nil {
		return gitops.Suspects{}, err
	}
	d.keepFiles(w.deployed, found.Files)
	s := suspect.Rank(found)
	if err := w.lookAhead(ctx); err != nil {
		return gitops.Suspects{}, fmt.Errorf("look at what production does not contain: %w", err)
	}
	s.Why, s.Suspect, s.Answers = w.why, w.suspectName(), w.answered()
	s.Notices = append(w.notices, s.Notices...)
	return s, nil
}

// ResolveFor finds the commit that a person means who looks at a snapshot: a
// deployment's name goes before any other, and the production branch is what the
// remote holds of it, not what a checkout has beside.
func (d *Desk) ResolveFor(ctx context.Context, snap gitops.Snapshot, name string) (gitops.Hash, error) {
	if b, ok := snap.BatchByName(name); ok && !b.Deployment.Commit.IsZero() {
		return b.Deployment.Commit, nil
	}
	if name == snap.Branch && !snap.Tip.IsZero() {
		return snap.Tip, nil
	}
	return d.Resolve(ctx, name)
}

// knownFiles are the names of the files of one commit: asking again with other
// evidence must not read a large tree again.
type knownFiles struct {
	commit gitops.Hash
	files  *suspect.Index
}

func (d *Desk) filesOf(commit gitops.Hash) *suspect.Index {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, known := range d.files {
		if known.commit == commit {
			return known.files
		}
	}
	return nil
}

func (d *Desk) keepFiles(commit gitops.Hash, files *suspect.Index) {
	if files == nil || d.filesOf(commit) != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files = [...]knownFiles{{commit, files}, d.files[0]}
}

// cleared are the candidates that the answers of a bisection rule out: all that a
// good commit contains, and all that a bad one does not.
func (w *suspectWindow) cleared(ctx context.Context) (map[gitops.Hash]bool, error) {
	out := map[gitops.Hash]bool{}
	for _, good := range w.evidence.Good {
		lacks, err := w.lacks(ctx, good)
		if err != nil {
			return nil, err
		}
		for _, k := range w.candidates {
			if !lacks[k.Commit.Hash] {
				out[k.Commit.Hash] = true
			}
		}
	}
	for _, bad := range w.evidence.Bad {
		lacks, err := w.lacks(ctx, bad)
		if err != nil {
			return nil, err
		}
		for h := range lacks {
			out[h] = true
		}
	}
	n := 0
	for _, k := range w.candidates {
		if out[k.Commit.Hash] {
			n++
		}
	}
	switch {
	case n == 0:
	case n == len(w.candidates):
		w.notice(gitops.NoticeAllCleared, "every suspect is ruled out ("+w.answers()+"): an answer is wrong, or it lies further back")
	default:
		w.notice(gitops.NoticeCleared, fmt.Sprintf("%s ruled out by what is known to be good or bad (%s)", counted(n, "commit is", "commits are"), w.answers()))
	}
	return out, nil
}

// lacks are the commits of production that a commit does not contain.
func (w *suspectWindow) lacks(ctx context.Context, h gitops.Hash) (map[gitops.Hash]bool, error) {
	commits, _, err := history.Between(ctx, w.repo.CommitGraph(), h, w.deployed, 0)
	out := make(map[gitops.Hash]bool, len(commits))
	for _, c := range commits {
		out[c.Hash] = true
	}
	return out, err
}

// answers tells the answers of a bisection in words.
func (w *suspectWindow) answers() string {
	names := w.names()
	var said []string
	for _, part := range []struct {
		hashes []gitops.Hash
		word   string
	}{{w.evidence.Good, "good"}, {w.evidence.Bad, "bad"}} {
		for _, h := range part.hashes {
			name := names[h]
			if name == "" {
				name = h.Short()
			}
			said = append(said, name+" "+part.word)
		}
	}
	return strings.Join(said, ", ")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

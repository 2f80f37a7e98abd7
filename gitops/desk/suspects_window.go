package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/history"
	"ahead/gitops/suspect"
)

// suspectWindow finds what production ran when the trouble began, and which
// commits may have brought it.
type suspectWindow struct {
	*Desk
	snap     gitops.Snapshot
	evidence gitops.Evidence
	opt      SuspectOptions

	deployed gitops.Hash
	why      string
	// rows are the deployments up to that one, newest first.
	rows       []gitops.Deployment
	candidates []suspect.Candidate
	// outside counts the commits of the branch that production does not contain.
	outside int
	// older are commits behind the candidates.
	older   []gitops.Commit
	tried   tried
	notices []gitops.Notice
}

func (w *suspectWindow) notice(code, text string) {
	w.notices = append(w.notices, gitops.Notice{Code: code, Text: text})
}

// settle finds the deployed commit, and on whose word.
func (w *suspectWindow) settle(ctx context.Context) error {
	w.findRemedies(ctx)
	w.choose()
	if w.deployed.IsZero() {
		return &gitops.Error{
			Code: gitops.CodeEmptyRepository, What: "there is no commit that production could run",
			Hint: "fetch the production branch first",
		}
	}
	_, err := w.repo.Objects().Commit(w.deployed)
	asOfNow := w.evidence.Runs.IsZero() && w.evidence.At.IsZero()
	switch lost := w.snap.Drift.Missing; {
	case lost && errors.Is(err, gitops.ErrMissing):
		return w.notHere("the deployed commit " + w.deployed.Short())
	case lost && asOfNow && w.snap.Deployed == nil:
		return w.notHere("what is deployed")
	case lost && asOfNow && err == nil:
		w.notice(gitops.NoticeBelieved, "what is deployed now is not in this clone: "+describeDeployment(*w.snap.Deployed)+", is looked at")
	case err != nil:
		return fmt.Errorf("read what production runs: %w", err)
	}
	return w.countOutside(ctx)
}

// notHere is the error of a production that runs what this clone lacks.
func (w *suspectWindow) notHere(what string) error {
	hint := "fetch it from where it was deployed from"
	if fetch := w.snap.Drift.Fetch; fetch != "" {
		hint = "bring it with `" + fetch + "`"
	}
	return &gitops.Error{Code: gitops.CodeMissingObject, What: what + " is not in this clone", Hint: hint}
}

// choose takes the first that is known of: what somebody says, the deployment in
// force when the trouble began, the deployed commit, the tip.
func (w *suspectWindow) choose() {
	switch force := w.inForce(); {
	case !w.evidence.Runs.IsZero():
		w.deployed, w.why = w.evidence.Runs, "as you say"
	case force != nil:
		w.deployed = force.Commit
		w.why = fmt.Sprintf("%s, in force when the trouble began", describeDeployment(*force))
	case w.tried.before != nil:
		before := *w.tried.before
		w.deployed, w.why = before.Commit, describeDeployment(before)+", before the remedy"
	case w.snap.Rollback != nil && !w.snap.Rollback.Onward && w.evidence.At.IsZero():
		// It went back because of what it ran before: the culprit is not in what it
		// runs now.
		left := w.snap.Rollback.Left
		w.deployed, w.why = left.Commit, left.Name()+", from which it went back"
	case w.snap.Deployed != nil:
		w.deployed, w.why = w.snap.Deployed.Commit, describeDeployment(*w.snap.Deployed)
		if !w.evidence.At.IsZero() {
			w.notice(gitops.NoticeBelieved, "no deployment is known from before "+w.evidence.At.UTC().Format("2006-01-02 15:04 UTC")+": the one in force now is looked at")
		}
	default:
		w.deployed, w.why = w.snap.Tip, fmt.Sprintf("the tip of %s: %s", w.snap.Branch, w.untold())
	}
}

// untold says why nobody knows what is deployed.
func (w *suspectWindow) untold() string {
	text := "nothing tells what is deployed"
	for _, c := range w.snap.Claims {
		if c.Commit.IsZero() || !deploy.SameEnvironment(c.Environment, w.snap.Environment) {
			continue
		}
		if text = "no source says that anything is live"; c.Status == gitops.StatusLive {
			return "the sources disagree on what is deployed"
		}
	}
	return text
}

func describeDeployment(d gitops.Deployment) string {
	if d.Source == gitops.SourceTags || d.Source == "" {
		return "the release " + d.Name() + ", by its tag"
	}
	if d.Name() == d.Commit.Short() {
		return "by " + d.Source
	}
	return d.Name() + ", by " + d.Source
}

// after reports whether a deployment came after the trouble began.
func (w *suspectWindow) after(d gitops.Deployment) bool {
	return !w.evidence.At.IsZero() && d.At().After(w.evidence.At)
}

// inForce is the newest deployment from before the trouble; nil where no time is
// known, or none from before it.
func (w *suspectWindow) inForce() *gitops.Deployment {
	if w.evidence.At.IsZero() {
		return nil
	}
	return newestBefore(w.snap.Batches, w.evidence.At, gitops.Hash{})
}

// newestBefore is the newest deployment that arrived by a moment and is of another
// commit than but; nil for none.
func newestBefore(batches []gitops.Batch, at time.Time, but gitops.Hash) *gitops.Deployment {
	var best *gitops.Deployment
	for i := range batches {
		row := &batches[i].Deployment
		if row.Status == gitops.StatusFailed || row.Status == gitops.StatusPending || row.At().IsZero() || row.At().After(at) || row.Commit == but {
			continue
		}
		if best == nil || row.At().After(best.At()) {
			best = row
		}
	}
	return best
}

// countOutside tells how many commits of the branch are no suspects, since
// production does not contain them.
func (w *suspectWindow) countOutside(ctx context.Context) error {
	if w.snap.Tip.IsZero() || w.snap.Tip == w.deployed {
		return nil
	}
	n, err := history.Count(ctx, w.repo.CommitGraph(), w.deployed, w.snap.Tip)
	if errors.Is(err, gitops.ErrMissing) || err == nil && n == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("count what production does not contain: %w", err)
	}
	text := fmt.Sprintf("%s of %s not in what production ran (%s), and so no suspects",
		counted(n, "commit", "commits"), w.snap.Branch+map[bool]string{true: " is", false: " are"}[n == 1], w.deployed.Short())
	w.notice(gitops.NoticeNotDeployed, text)
	w.outside = n
	return nil
}

// list finds the candidates, each with the deployment that brought it.
func (w *suspectWindow) list(ctx context.Context) error {
	commits, err := w.window(ctx)
	if err != nil {
		return err
	}
	limit := w.opt.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	asked := commits != nil
	walk := limit + habitCommits
	if asked {
		walk = len(commits) + habitCommits
	}
	line, err := w.timeline(ctx, walk)
	if err != nil {
		return err
	}
	ages, names := w.batches(line)
	if !asked {
		commits = line.Commits[:min(len(line.Commits), w.wholeSuspect(line, ages, limit))]
	}
	if asked && len(commits) == 0 {
		w.notice(gitops.NoticeWindowEmpty, "nothing of what production ran ("+w.deployed.Short()+") is younger than that")
	}
	w.take(commits, ages, names)
	taken := make(map[gitops.Hash]bool, len(commits))
	for _, c := range commits {
		taken[c.Hash] = true
	}
	for _, c := range line.Commits {
		if !taken[c.Hash] {
			w.older = append(w.older, c)
		}
	}
	w.youngest()
	return nil
}

// take makes candidates of the commits of the window, but for those that came after
// the trouble or were shipped against it.
func (w *suspectWindow) take(commits []gitops.Commit, ages map[gitops.Hash]int, names map[gitops.Hash]string) {
	tooNew := w.tooNew(commits)
	for _, c := range commits {
		if tooNew[c.Hash] || w.tried.none(c.Hash) {
			continue
		}
		age, known := ages[c.Hash]
		if !known {
			age = len(w.rows)
		}
		w.candidates = append(w.candidates, suspect.Candidate{Commit: c, Age: age, Deployment: names[c.Hash]})
	}
	w.tried.tell(w)
	if len(tooNew) > 0 {
		w.notice(gitops.NoticeTooNew, fmt.Sprintf("%s younger than the trouble, and so no suspects", counted(len(tooNew), "commit is", "commits are")))
	}
}

// timeline cuts the newest commits of production at the deployments among them.
// Whether an older release is contained, which may take all of history to tell,
// is no matter: it brought none of these.
func (w *suspectWindow) timeline(ctx context.Context, limit int) (history.Timeline, error) {
	line, err := history.Walk(ctx, w.repo.CommitGraph(), w.deployed, nil, nil, limit)
	if err != nil {
		return line, err
	}
	listed := make(map[gitops.Hash]bool, len(line.Commits))
	for _, c := range line.Commits {
		listed[c.Hash] = true
	}
	for _, b := range w.snap.Batches {
		row := b.Deployment
		if len(w.rows) == mostDeployments {
			break
		}
		if row.Status != gitops.StatusFailed && listed[row.Commit] && (w.evidence.Runs == w.deployed || !w.after(row)) {
			w.rows = append(w.rows, row)
		}
	}
	if len(w.rows) == 0 {
		return line, nil
	}
	return history.Walk(ctx, w.repo.CommitGraph(), w.deployed, w.rows, nil, limit)
}

// window lists what was asked for by a time or a deployment; nil where nothing
// was.
func (w *suspectWindow) window(ctx context.Context) ([]gitops.Commit, error) {
	from := w.opt.After
	if from.IsZero() {
		if w.opt.Since.IsZero() {
			return nil, nil
		}
		var err error
		if from, err = w.lastBefore(ctx, w.opt.Since); err != nil {
			return nil, err
		}
	}
	commits, cut, err := history.Between(ctx, w.repo.CommitGraph(), from, w.deployed, mostSuspects)
	if cut {
		w.notice(gitops.NoticeWindowCut, fmt.Sprintf("only the newest %d commits are looked at", mostSuspects))
	}
	if commits == nil {
		commits = []gitops.Commit{}
	}
	return commits, err
}

// lastBefore is the newest commit of the mainline from before a time: what came
// into the mainline after it is within the window, however early it was written.
func (w *suspectWindow) lastBefore(ctx context.Context, since time.Time) (gitops.Hash, error) {
	for at := w.deployed; ; {
		if err := ctx.Err(); err != nil {
			return gitops.Hash{}, err
		}
		l, err := w.repo.CommitGraph().Links(at)
		switch {
		case errors.Is(err, gitops.ErrMissing):
			return gitops.Hash{}, nil
		case err != nil:
			return gitops.Hash{}, err
		case l.When < since.Unix():
			return at, nil
		case len(l.Parents) == 0:
			return gitops.Hash{}, nil
		}
		at = l.Parents[0]
	}
}

// batches tells of each commit which deployment brought it, and how many came
// since.
func (w *suspectWindow) batches(line history.Timeline) (ages map[gitops.Hash]int, names map[gitops.Hash]string) {
	ages, names = map[gitops.Hash]int{}, map[gitops.Hash]string{}
	age := 0
	put := func(hashes []gitops.Hash, name string) {
		for _, h := range hashes {
			ages[h], names[h] = age, name
		}
		if len(hashes) > 0 {
			age++
		}
	}
	put(line.Unreleased.Commits, "")
	for _, b := range line.Batches {
		put(b.Commits, b.Deployment.Name())
	}
	return ages, names
}

// wholeSuspect is how many commits are listed so that the suspect deployment is
// among them as a whole, as far as it was read.
func (w *suspectWindow) wholeSuspect(line history.Timeline, ages map[gitops.Hash]int, limit int) int {
	for i := len(line.Commits) - 1; i >= limit; i-- {
		if age, ok := ages[line.Commits[i].Hash]; ok && age == 0 && len(w.rows) > 0 {
			return i + 1
		}
	}
	return limit
}

// tooNew are commits from after the trouble began. One that an older commit of
// production contains was there, whatever its date says.
func (w *suspectWindow) tooNew(commits []gitops.Commit) map[gitops.Hash]bool {
	out := map[gitops.Hash]bool{}
	if w.evidence.At.IsZero() {
		return out
	}
	there := map[gitops.Hash]bool{}
	for _, c := range commits {
		if !there[c.Hash] && c.Committer.When.After(w.evidence.At) {
			out[c.Hash] = true
			continue
		}
		for _, p := range c.Parents {
			there[p] = true
		}
	}
	return out
}

// youngest makes the youngest deployment that has candidates the suspect one.
func (w *suspectWindow) youngest() {
	if len(w.candidates) == 0 {
		return
	}
	least := slices.MinFunc(w.candidates, func(a, b suspect.Candidate) int { return a.Age - b.Age }).Age
	for i := range w.candidates {
		w.candidates[i].Age -= least
	}
}

// suspectName is the deployment of the first candidates.
func (w *suspectWindow) suspectName() string {
	for _, k := range w.candidates {
		if k.Age == 0 {
			return k.Deployment
		}
	}
	return ""
}

func (w *suspectWindow) names() map[gitops.Hash]string {
	out := map[gitops.Hash]string{}
	for _, row := range w.rows {
		if _, known := out[row.Commit]; !known {
			out[row.Commit] = row.Name()
		}
	}
	return out
}

package plain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// pageSize is how many rows are read out before the person is asked again.
const pageSize = 20

// chooseDeployment reads out the deployments and asks for one.
func (s *session) chooseDeployment() (gitops.Batch, error) {
	batches := s.snap.Batches
	s.say("")
	s.say("Deployments, newest first:")
	if n := len(s.snap.Unreleased.Commits); n > 0 {
		s.say("0. %s, %s", wording.Waiting(s.snap), count(n, s.snap.Unreleased.Truncated))
	}
	shown := 0
	for {
		for ; shown < len(batches) && (shown == 0 || shown%pageSize != 0); shown++ {
			s.say("%d. %s", shown+1, s.deploymentWords(batches[shown]))
		}
		question := "Which one? A number, " + s.otherWays() + "or q to quit."
		if shown < len(batches) {
			question = fmt.Sprintf("Which one? A number, m for more of the %d, %sor q to quit.", len(batches), s.otherWays())
		}
		answer, err := s.choose(question)
		if err != nil {
			return gitops.Batch{}, err
		}
		if strings.EqualFold(answer, "m") && shown < len(batches) {
			s.say("%d. %s", shown+1, s.deploymentWords(batches[shown]))
			shown++
			continue
		}
		if strings.EqualFold(answer, "s") {
			return gitops.Batch{}, errSuspects
		}
		if strings.EqualFold(answer, "e") && s.nextEnvironment() != "" {
			return gitops.Batch{}, s.changeEnvironment()
		}
		if answer == "0" && len(s.snap.Unreleased.Commits) > 0 {
			return s.snap.Unreleased, nil
		}
		if n, err := strconv.Atoi(answer); err == nil && n >= 1 && n <= len(batches) {
			return batches[n-1], nil
		}
		if b, ok := s.snap.BatchByName(answer); ok {
			return b, nil
		}
		s.say("There is no deployment %s.", wording.Quote(term.Clean(answer)))
	}
}

func (s *session) deploymentWords(b gitops.Batch) string {
	d := b.Deployment
	state := wording.Release(d)
	if now := s.snap.Deployed; d.Status == gitops.StatusReleased && (now == nil || now.Commit != d.Commit || now.Tag != d.Tag) {
		// Of releases that are known by their tags alone one is the latest.
		state = "released"
	}
	out := fmt.Sprintf("%s, %s, %s, %s", term.Clean(d.Name()), state,
		wording.Ago(d.At(), s.opts.Now()), count(len(b.Commits), b.Truncated))
	if d.Environment != "" {
		out += ", " + term.Clean(d.Environment)
	}
	return out + s.toldBy(d)
}

func count(n int, more bool) string {
	switch {
	case more && n == 0:
		return "commits not counted yet"
	case more:
		return "more than " + wording.Count(n, "commit")
	}
	return wording.Count(n, "commit")
}

// chooseRemedy reads out the commits of a deployment with what would come of
// reverting each, and asks what to do.
func (s *session) chooseRemedy(b gitops.Batch) (gitops.Remedy, error) {
	s.say("")
	b, err := s.readFurther(b)
	if err != nil {
		return gitops.Remedy{}, err
	}
	switch {
	case len(b.Commits) == 0 && b.Deployment.Status == gitops.StatusFailed:
		s.say("It failed, so it brought nothing by itself: what it carried came with the next one, or is undeployed still.")
	case len(b.Commits) == 0:
		s.say("It brought no commits of its own that are known.")
	default:
		s.say("Commits, newest first, with what reverting each alone would come to:")
	}
	shown, err := s.sayCommits(b, 0)
	if err != nil {
		return gitops.Remedy{}, err
	}
	for {
		answer, err := s.choose(s.remedyQuestion(b, shown))
		if err != nil {
			return gitops.Remedy{}, err
		}
		switch strings.ToLower(answer) {
		case "m":
			if shown, err = s.sayCommits(b, shown); err != nil {
				return gitops.Remedy{}, err
			}
			continue
		case "w":
			if r, ok := s.whole(b); ok {
				return r, nil
			}
		case "r":
			if b.Previous != "" {
				return gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: b.Previous}, nil
			}
		}
		commits, problem := s.pick(answer, b.Commits)
		if problem == "" {
			return gitops.Remedy{Kind: gitops.RevertCommits, Commits: commits}, nil
		}
		s.say("%s", problem)
	}
}

// readFurther reads a deployment whose commits lie beyond the look.
func (s *session) readFurther(b gitops.Batch) (gitops.Batch, error) {
	if !b.Truncated || b.Deployment.Commit.IsZero() {
		return b, nil
	}
	read, commits, err := s.svc.Batch(s.ctx, s.snap, b)
	switch {
	case s.ctx.Err() != nil:
		return b, s.ctx.Err()
	case err != nil:
		s.say("Its commits cannot be read: %s", term.Clean(err.Error()))
		return b, nil
	}
	s.snap = s.snap.WithBatch(read, commits)
	return read, nil
}

func (s *session) whole(b gitops.Batch) (gitops.Remedy, bool) {
	if b.Deployment.Commit.IsZero() || len(b.Commits) == 0 {
		return gitops.Remedy{}, false
	}
	return gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: b.Deployment.Name()}, true
}

func (s *session) remedyQuestion(b gitops.Batch, shown int) string {
	q := "Which to revert? A number, several with blanks between, "
	if shown < len(b.Commits) {
		q += fmt.Sprintf("m for more of the %d, ", len(b.Commits))
	}
	if r, ok := s.whole(b); ok {
		q += "w for all of " + term.Clean(r.Deployment) + ", "
	}
	if b.Previous != "" {
		q += "r to restore " + term.Clean(b.Previous) + ", "
	}
	return q + "b to go back, q to quit."
}

// sayCommits reads out the next page.
func (s *session) sayCommits(b gitops.Batch, from int) (int, error) {
	to := min(from+pageSize, len(b.Commits))
	for i := from; i < to; i++ {
		h := b.Commits[i]
		j, err := s.svc.Judge(s.ctx, s.snap, h)
		if s.ctx.Err() != nil {
			return i, s.ctx.Err()
		}
		who := ""
		if c, ok := s.snap.CommitByHash(h); ok {
			who = fmt.Sprintf(", by %s, %s", term.Clean(c.Author.Name), wording.Ago(c.Committer.When, s.opts.Now()))
		}
		s.say("%d. %s, %s%s: %s", i+1, h.Short(), wording.Subject(s.snap, h), who, judgementWords(j, err))
	}
	return to, nil
}

func judgementWords(j gitops.Judgement, err error) string {
	reason := ""
	if j.Reason != "" {
		reason = ", " + term.Clean(j.Reason)
	}
	switch {
	case err != nil:
		return "not known, " + term.Clean(err.Error())
	case j.Verdict == gitops.VerdictClean:
		return "clean"
	case j.Verdict == gitops.VerdictConflict:
		return "conflict in " + wording.Count(j.Conflicts, "file")
	case j.Verdict == gitops.VerdictEmpty:
		return "nothing to do" + reason
	case j.Verdict == gitops.VerdictRefused:
		return "refused" + reason
	default:
		return "not known"
	}
}

// pick reads an answer such as "2", "1 3", "2-4" or a commit id. It gives the
// commits, or a sentence about what is wrong with the answer.
func (s *session) pick(answer string, from []gitops.Hash) ([]gitops.Hash, string) {
	var out []gitops.Hash
	words := strings.FieldsFunc(answer, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	if len(words) == 0 {
		return nil, "Say a number, or one of the letters."
	}
	for _, w := range words {
		hs, ok := s.pickOne(w, from)
		if !ok {
			return nil, "There is no commit " + wording.Quote(term.Clean(w)) + "."
		}
		for _, h := range hs {
			if !slices.Contains(out, h) {
				out = append(out, h)
			}
		}
	}
	return out, ""
}

func (s *session) pickOne(w string, from []gitops.Hash) ([]gitops.Hash, bool) {
	inside := func(n int) bool { return n >= 1 && n <= len(from) }
	if n, err := strconv.Atoi(w); err == nil && inside(n) {
		return from[n-1 : n], true
	}
	if a, b, ok := strings.Cut(w, "-"); ok {
		first, errA := strconv.Atoi(a)
		last, errB := strconv.Atoi(b)
		if errA == nil && errB == nil && inside(first) && inside(last) && first <= last {
			return from[first-1 : last], true
		}
	}
	return s.byID(w)
}

// byID finds a commit that people read to each other by the start of its id.
func (s *session) byID(w string) ([]gitops.Hash, bool) {
	const least = 4
	if len(w) < least {
		return nil, false
	}
	var found []gitops.Hash
	for _, c := range s.snap.Commits {
		if strings.HasPrefix(c.Hash.String(), strings.ToLower(w)) {
			found = append(found, c.Hash)
		}
	}
	return found, len(found) == 1
}

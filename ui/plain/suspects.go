package plain

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/gitops/suspect"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// suspects asks for what is known, reads the suspects out in their order, and
// asks which to revert.
func (s *session) suspects() (gitops.Remedy, error) {
	if err := s.askEvidence(); err != nil {
		return gitops.Remedy{}, err
	}
	for {
		s.say("Ranking the suspects.")
		found, err := s.svc.Suspects(s.ctx, s.snap, s.evidence)
		if s.ctx.Err() != nil {
			return gitops.Remedy{}, s.ctx.Err()
		}
		if err != nil {
			s.say("They cannot be ranked: %s", term.Clean(err.Error()))
			return gitops.Remedy{}, errBack
		}
		s.sayBasis(found)
		remedy, again, err := s.chooseSuspect(found)
		if err != nil || !again {
			return remedy, err
		}
	}
}

// mostPasted bounds what is taken of a trace, in bytes.
const mostPasted = 1 << 20

// askEvidence asks for a trace, words, paths and a time. What was told before
// stays where nothing new is said; the answers of trying do, too.
func (s *session) askEvidence() error {
	s.say("")
	s.say("Any of the next five answers is enough; an empty one keeps what you said before.")
	trace, err := s.askTrace()
	if err != nil {
		return err
	}
	if trace != "" {
		s.evidence.Trace = trace
	}
	words, err := s.ask("What do people see? In your own words.")
	if err != nil {
		return err
	}
	if words != "" {
		s.evidence.Text = words
	}
	paths, err := s.ask("Which files or folders are in it? Blanks between.")
	if err != nil {
		return err
	}
	if paths != "" {
		s.evidence.Paths = strings.FieldsFunc(paths, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
	}
	if err := s.askBegan(); err != nil {
		return err
	}
	return s.askRuns()
}

// askTrace reads lines up to one with a single dot. A first line that begins with
// @ names a file.
func (s *session) askTrace() (string, error) {
	s.say("Paste a stack trace, a log or an error, or type @ and the path of a file. End with a line that is a single dot.")
	var pasted tail
	for {
		line, _, err := s.in.pasted(s.ctx)
		if err != nil {
			return "", err
		}
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "@"); ok && pasted.empty() && !strings.Contains(path, " ") {
			text, cut, err := s.svc.Excerpt(s.ctx, path)
			if err != nil {
				s.say("%s. Paste it, or name another file; a single dot for none.", term.Clean(err.Error()))
				continue
			}
			lines := wording.Count(strings.Count(text, "\n"), "line")
			if cut {
				s.say("It is long: its last %s are read.", lines)
			} else {
				s.say("Read %s.", lines)
			}
			return text, nil
		}
		if strings.TrimSpace(line) == "." {
			break
		}
		pasted.add(line)
	}
	text := strings.TrimRight(pasted.text(), "\n")
	if text == "" {
		return "", nil
	}
	if pasted.cut {
		s.say("It is long: its last %s are taken.", wording.Count(strings.Count(text, "\n")+1, "line"))
	}
	if n := len(suspect.Parse(text)); n > 0 {
		s.say("It names %s in code.", wording.Count(n, "place"))
	} else {
		s.say("It names no place in code: its words count.")
	}
	return text, nil
}

// tail keeps the last whole lines of what it is given: there a log has what happened
// last.
type tail struct {
	lines []string
	size  int
	cut   bool
}

func (t *tail) empty() bool { return len(t.lines) == 0 }

func (t *tail) add(line string) {
	t.lines = append(t.lines, line)
	for t.size += len(line) + 1; t.size > mostPasted; t.cut = true {
		t.size -= len(t.lines[0]) + 1
		t.lines = t.lines[1:]
	}
}

func (t *tail) text() string { return strings.Join(t.lines, "\n") }

func (s *session) askBegan() error {
	for {
		text, err := s.ask("When did it begin? Such as 14:02 (UTC), 2024-05-06 14:02, 20 min ago.")
		if err != nil {
			return err
		}
		at, ok := wording.When(text, s.opts.Now())
		switch {
		case !ok:
			s.say("That is no time.")
			continue
		case !at.IsZero():
			s.evidence.At = at
		}
		return nil
	}
}

// askRuns asks for what production runs, which is often ahead of what the tags say.
func (s *session) askRuns() error {
	for {
		text, err := s.ask("What does production run? A commit, a tag, or " + term.Clean(s.snap.Branch) + ". Believed: " + s.believed() + ".")
		if err != nil || text == "" {
			return err
		}
		h, err := s.svc.ResolveFor(s.ctx, s.snap, text)
		if err == nil {
			s.evidence.Runs = h
			return nil
		}
		s.sayProblem("", err)
	}
}

// believed is what production is taken to run, on the person's own word where they
// gave it.
func (s *session) believed() string {
	if runs := s.evidence.Runs; !runs.IsZero() {
		return wording.NameOf(s.snap, runs) + ", as you said"
	}
	return wording.Believed(s.snap)
}

// sayBasis says what the order rests on.
func (s *session) sayBasis(found gitops.Suspects) {
	s.say("")
	first := ""
	if found.Suspect != "" {
		first = " in " + term.Clean(found.Suspect) + " and before"
	}
	s.say("%s%s.", capital(wording.Count(len(found.Ranked), "suspect")), first)
	if basis := wording.Basis(s.snap, found); basis != "" {
		s.say("%s.", capital(basis))
	}
	for _, said := range wording.Answers(s.snap, found.Answers, s.opts.Now()) {
		s.say("%s.", said)
	}
	for _, n := range found.Notices {
		s.say("Note: %s.", wording.SuspectNotice(n, wording.InLines))
	}
}

// firstSuspects is how many are read out before the person is asked.
const firstSuspects = 5

// chooseSuspect reads the suspects out and asks. again says that an answer wants
// them ranked anew.
func (s *session) chooseSuspect(found gitops.Suspects) (_ gitops.Remedy, again bool, _ error) {
	if len(found.Ranked) == 0 {
		err := s.nobodyLeft(found)
		return gitops.Remedy{}, err == nil, err
	}
	ranked := make([]gitops.Hash, len(found.Ranked))
	for i, r := range found.Ranked {
		ranked[i] = r.Commit
	}
	shown, err := s.saySuspects(found, 0, firstSuspects)
	if try := wording.Try(found); err == nil && try != "" {
		s.say("The evidence does not decide: %s.", try)
	}
	for err == nil {
		var answer string
		if answer, err = s.choose(s.suspectQuestion(found, shown)); err != nil {
			break
		}
		if strings.EqualFold(answer, "m") && shown < len(ranked) {
			shown, err = s.saySuspects(found, shown, pageSize)
			continue
		}
		switch heard, err := s.tellMore(answer, found); {
		case err != nil || heard == heardNews:
			return gitops.Remedy{}, true, err
		case heard == heardNothingNew:
			continue
		}
		commits, problem := s.pick(answer, ranked)
		if problem == "" {
			return gitops.Remedy{Kind: gitops.RevertCommits, Commits: commits}, false, nil
		}
		s.say("%s", problem)
	}
	return gitops.Remedy{}, false, err
}

// heard is what came of an answer that might have changed the order of suspects.
type heard uint8

const (
	// heardElse: it was about something else.
	heardElse heard = iota
	// heardNothingNew: it could not be followed, and why was said. The order stands,
	// and need not be read out again.
	heardNothingNew
	heardNews
)

// tellMore takes what changes the order: other evidence, or whether something that
// was tried has the trouble.
func (s *session) tellMore(answer string, found gitops.Suspects) (heard, error) {
	word, about, _ := strings.Cut(strings.ToLower(answer), " ")
	switch {
	case word == "n" && about == "":
		return heardNews, s.askEvidence()
	case word == "forget" && len(found.Answers) > 0:
		return heardNews, s.forgetAnswers()
	case word != "works" && word != "broken":
		return heardElse, nil
	}
	try, name := found.Try.Commit, found.Try.Name
	if about != "" {
		name = strings.TrimSpace(answer[len(word):])
		h, err := s.svc.ResolveFor(s.ctx, s.snap, name)
		if err != nil {
			s.sayProblem("", err)
			return heardNothingNew, nil
		}
		try = h
	}
	if try.IsZero() {
		s.say("Say of what, such as: %s v1.2.3.", word)
		return heardNothingNew, nil
	}
	s.evidence = s.evidence.With(try, word == "works")
	s.say("Noted: %s.", wording.Answer(name, word == "works"))
	return heardNews, nil
}

// forgetAnswers drops what was tried. What cannot be dropped is said, and would
// count again.
func (s *session) forgetAnswers() error {
	s.evidence = s.evidence.Answered(nil)
	if err := s.svc.Forget(); err != nil {
		s.say("The answers cannot be dropped: %s", term.Clean(err.Error()))
		return errBack
	}
	s.say("Forgotten.")
	return nil
}

// nobodyLeft leads on where the answers rule out every suspect.
func (s *session) nobodyLeft(found gitops.Suspects) error {
	if len(found.Answers) == 0 {
		return errBack
	}
	answer, err := s.choose("No suspect is left. The word forget drops the answers, b goes back, q quits.")
	if err == nil && strings.EqualFold(answer, "forget") {
		return s.forgetAnswers()
	}
	if err != nil {
		return err
	}
	return errBack
}

func (s *session) suspectQuestion(found gitops.Suspects, shown int) string {
	q := "Which to revert? A number, several with blanks between, "
	if shown < len(found.Ranked) {
		q += fmt.Sprintf("m for more of the %d, ", len(found.Ranked))
	}
	if wording.Try(found) != "" {
		q += "the word works or broken about " + term.Clean(found.Try.Name) + " (with a name behind it, about that), "
	}
	if len(found.Answers) > 0 {
		q += "the word forget to drop what was tried, "
	}
	return q + "n to tell more, b to go back, q to quit."
}

// saySuspects reads out the next ones with what speaks against them, and what
// reverting each alone would come to.
func (s *session) saySuspects(found gitops.Suspects, from, n int) (int, error) {
	to := min(from+n, len(found.Ranked))
	for _, r := range found.Ranked[from:to] {
		j, err := s.svc.Judge(s.ctx, s.snap, r.Commit)
		if s.ctx.Err() != nil {
			return from, s.ctx.Err()
		}
		in, reasons := "", make([]string, len(r.Reasons))
		if r.Deployment != "" {
			in = ", in " + term.Clean(r.Deployment)
		}
		for i, reason := range r.Reasons {
			reasons[i] = term.Clean(reason.Text)
		}
		s.say("%d. %s, %s%s: %s", r.Rank, r.Commit.Short(), s.subjectOf(r.Commit), in, judgementWords(j, err))
		s.say("   Why: %s.", strings.Join(reasons, "; "))
	}
	return to, nil
}

// subjectOf names a suspect that may lie beyond the look.
func (s *session) subjectOf(h gitops.Hash) string {
	c, ok := s.snap.CommitByHash(h)
	if !ok {
		var err error
		if c, err = s.svc.Commit(h); err != nil {
			return "—"
		}
	}
	return fmt.Sprintf("%s, by %s, %s", term.Clean(c.Subject()), term.Clean(c.Author.Name), wording.Ago(c.Committer.When, s.opts.Now()))
}

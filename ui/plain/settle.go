package plain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/gitops/release"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// settle plans a remedy, lets the person change what belongs to it, and leads
// to the gate. It ends with errBack, errQuit, or when the story is over.
func (s *session) settle(r gitops.Remedy) error {
	if r.Reason != "" || r.Incident != "" {
		s.reason, s.incident, s.asked = r.Reason, r.Incident, true
	}
	for {
		r.Reason, r.Incident = s.reason, s.incident
		plan, checked, err := s.plan(r)
		var next *gitops.Remedy
		if err == nil {
			next, err = s.decide(plan, checked)
		}
		again, ok := replanned(err)
		switch {
		case ok:
			r = again
		case err != nil:
			return err
		case next == nil:
			return s.follow()
		default:
			r = *next
		}
	}
}

// planAgain says that the world moved on, and that the remedy wants a new plan.
type planAgain struct{ remedy gitops.Remedy }

func (*planAgain) Error() string { return "the branch moved on" }

// askWhy asks for reason and incident, once a conversation. A message that was
// written by hand is told of them, since it is taken as it is.
func (s *session) askWhy(r *gitops.Remedy) error {
	if s.asked {
		return nil
	}
	before := wording.WhyOf(*r)
	var err error
	if s.reason, err = s.ask("Why? One line for the commit message, or nothing."); err != nil {
		return err
	}
	if s.incident, err = s.ask("The incident's id, or nothing."); err != nil {
		return err
	}
	s.asked = true
	r.Reason, r.Incident = s.reason, s.incident
	if r.Message != "" {
		r.Message = wording.WhyOf(*r).Tell(r.Message, before)
	}
	return nil
}

// plan works a remedy out, reads out what it comes to, and lets git compute
// the same. checked is nil when git agrees.
func (s *session) plan(r gitops.Remedy) (p gitops.Plan, checked error, err error) {
	s.say("")
	s.say("Working out the plan.")
	p, err = s.planned(r)
	if s.ctx.Err() != nil {
		return p, nil, s.ctx.Err()
	}
	if err != nil {
		s.sayProblem("there is no plan: ", err)
		return p, nil, s.withAll(r)
	}
	s.snap = wording.Naming(s.snap, wording.Unlisted(s.snap, p, s.svc.Commit))
	verb, object := wording.Title(s.snap, p.Remedy)
	s.say("Plan: %s %s, onto %s %s.", strings.ToLower(verb), object, term.Clean(p.Branch), p.Onto.Short())
	verdict := "Verdict: " + wording.Verdict(p)
	if p.Verdict != gitops.VerdictClean && p.Reason != "" {
		verdict += ", " + term.Clean(p.Reason)
	}
	s.say("%s.", verdict)
	if p.ByGit != "" {
		s.say("By git: %s.", wording.ByGit(p))
	}
	s.sayLeftOut(p)
	if !p.Publishable() {
		s.sayConflicts(p)
		return p, nil, nil
	}
	if p, err = s.withWhy(p); err != nil {
		return p, nil, err
	}
	checked = s.svc.Check(s.ctx, p)
	if s.ctx.Err() != nil {
		return p, nil, s.ctx.Err()
	}
	s.sayCheck(checked)
	s.sayPlan(p)
	return p, checked, s.sayDiff(p, firstDiff)
}

// withWhy asks why, now that the plan can ship, and gives the plan with the
// answer in its message.
func (s *session) withWhy(p gitops.Plan) (gitops.Plan, error) {
	r := p.Remedy
	before := wording.WhyOf(r)
	if err := s.askWhy(&r); err != nil || wording.WhyOf(r) == before {
		return p, err
	}
	told, err := s.svc.Plan(s.ctx, s.snap, r)
	if s.ctx.Err() != nil {
		return p, s.ctx.Err()
	}
	if err != nil {
		s.say("There is no plan: %s.", term.Clean(err.Error()))
		return p, errBack
	}
	return told, nil
}

func (s *session) sayCheck(err error) {
	switch {
	case err == nil:
		s.say("Git computes the same result.")
	case gitops.CodeOf(err) == gitops.CodeDisagreement:
		s.say("GIT DISAGREES, this must not ship: %s.", term.Clean(err.Error()))
	default:
		s.say("Git did not confirm this result: %s.", term.Clean(err.Error()))
	}
}

// decide asks what to do with a plan. It gives a changed remedy to plan next,
// or nil once the plan has shipped.
func (s *session) decide(p gitops.Plan, checked error) (*gitops.Remedy, error) {
	ways := s.ways(p, checked)
	for {
		var words []string
		for _, w := range ways {
			words = append(words, w.key+" "+w.words)
		}
		s.say("")
		answer, err := s.choose("What now? " + strings.Join(append(words, "b to go back", "q to quit"), ", ") + ".")
		if err != nil {
			return nil, err
		}
		act := s.wayOf(ways, answer)
		if act == nil {
			s.say("Say one of the letters.")
			continue
		}
		next, err := act()
		if !errors.Is(err, errStay) {
			return next, err
		}
	}
}

// errStay says that the same question is to be asked again.
var errStay = errors.New("stay")

// way is one answer to "what now".
type way struct {
	key, words string
	act        func() (*gitops.Remedy, error)
}

func (s *session) wayOf(ways []way, answer string) func() (*gitops.Remedy, error) {
	for _, w := range ways {
		if strings.EqualFold(w.key, answer) {
			return w.act
		}
	}
	return nil
}

// ways are the answers that make sense for a plan.
func (s *session) ways(p gitops.Plan, checked error) []way {
	var out []way
	stay := func(err error) (*gitops.Remedy, error) {
		if err == nil {
			err = errStay
		}
		return nil, err
	}
	if why := s.blocked(p, checked); why == "" {
		out = append(out, way{"s", "to ship", func() (*gitops.Remedy, error) { return nil, s.gate(p) }})
	} else if p.Publishable() {
		s.say("It cannot ship: %s.", why)
	}
	if p.Publishable() {
		out = append(out,
			way{"d", "for the whole diff", func() (*gitops.Remedy, error) { return stay(s.sayDiff(p, 0)) }},
			way{"m", "to write the message", func() (*gitops.Remedy, error) { return s.writeMessage(p) }},
			way{"t", "to name the tag", func() (*gitops.Remedy, error) { return s.nameTag(p) }},
			way{"i", "for reason and incident", func() (*gitops.Remedy, error) { return s.rewriteReason(p) }})
	}
	if canLeave(p) {
		out = append(out, way{"l", "to leave parts out", func() (*gitops.Remedy, error) { return s.leaveOut(p) }})
	}
	if len(p.Dependants) > 0 && !p.Remedy.WithDependants && p.Remedy.Kind == gitops.RevertCommits {
		r := p.Remedy
		r.WithDependants, r.Message, r.LeaveOut = true, "", nil
		words := "to revert " + wording.Count(len(p.Dependants), "dependant") + " along"
		out = append(out, way{"a", words, func() (*gitops.Remedy, error) { return &r, nil }})
	}
	if !p.Publishable() {
		out = append(out, s.roundabout(p)...)
	}
	if checked != nil && gitops.CodeOf(checked) != gitops.CodeDisagreement {
		r := p.Remedy
		out = append(out, way{"g", "to ask git again", func() (*gitops.Remedy, error) { return &r, nil }})
	}
	return out
}

// roundabout are the remedies beside one that cannot ship: the deployment that
// brought the suspect as a whole, and the one before it as it was.
func (s *session) roundabout(p gitops.Plan) []way {
	b, ok := s.batchOf(p.Remedy)
	if !ok {
		return nil
	}
	var out []way
	add := func(key, words string, r gitops.Remedy) {
		r.Reason, r.Incident, r.Tag, r.NoTag = s.reason, s.incident, p.Remedy.Tag, p.Remedy.NoTag
		out = append(out, way{key, words, func() (*gitops.Remedy, error) { return &r, nil }})
	}
	if r, ok := s.whole(b); ok && p.Remedy.Kind == gitops.RevertCommits {
		add("w", "to revert all of "+term.Clean(r.Deployment), r)
	}
	if b.Previous != "" && p.Remedy.Kind != gitops.RestoreDeployment {
		add("r", "to restore "+term.Clean(b.Previous), gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: b.Previous})
	}
	return out
}

// batchOf finds what brought the newest of the suspects.
func (s *session) batchOf(r gitops.Remedy) (gitops.Batch, bool) {
	if r.Kind == gitops.RevertDeployment {
		return s.snap.BatchByName(r.Deployment)
	}
	for _, b := range append([]gitops.Batch{s.snap.Unreleased}, s.snap.Batches...) {
		for _, h := range r.Commits {
			if slices.Contains(b.Commits, h) {
				return b, true
			}
		}
	}
	return gitops.Batch{}, false
}

func (s *session) blocked(p gitops.Plan, checked error) string {
	switch {
	case !p.Publishable():
		return "there is nothing to ship"
	case p.Remote == "":
		return "there is no remote"
	case p.Onto != s.snap.Tip:
		return "the plan is not for the tip of " + term.Clean(p.Branch)
	case checked != nil:
		return "git did not confirm the result"
	default:
		return ""
	}
}

// writeMessage takes lines up to one with a single dot, as mail(1) does: the
// end of the input must stay free to mean the end.
func (s *session) writeMessage(p gitops.Plan) (*gitops.Remedy, error) {
	question := "The whole message, line by line; a single dot ends it. A dot at once takes the proposed one."
	var lines []string
	for {
		line, err := s.askExactly(question)
		if err != nil {
			return nil, err
		}
		if line == "." {
			break
		}
		lines = append(lines, line)
		question = "Next line, or a single dot."
	}
	r := p.Remedy
	r.Message = strings.TrimSpace(strings.Join(lines, "\n"))
	return &r, nil
}

func (s *session) nameTag(p gitops.Plan) (*gitops.Remedy, error) {
	for {
		name, err := s.ask("The tag's name; a dash for no tag; nothing to keep it as it is.")
		if err != nil {
			return nil, err
		}
		r := p.Remedy
		switch problem := s.tagProblem(name); {
		case name == "":
			return nil, errStay
		case name == "-":
			r.Tag, r.NoTag = "", true
			return &r, nil
		case problem != "":
			s.say("%s.", capital(problem))
		default:
			r.Tag, r.NoTag = name, false
			return &r, nil
		}
	}
}

func (s *session) tagProblem(name string) string {
	if err := release.CheckName(name); err != nil {
		return term.Clean(err.Error())
	}
	for _, t := range s.snap.Tags {
		if t.Name == name {
			return fmt.Sprintf("%s is taken, it names %s, and a tag is never moved", term.Clean(name), t.Commit.Short())
		}
	}
	return ""
}

func (s *session) rewriteReason(p gitops.Plan) (*gitops.Remedy, error) {
	r := p.Remedy
	s.asked = false
	if err := s.askWhy(&r); err != nil {
		return nil, err
	}
	return &r, nil
}

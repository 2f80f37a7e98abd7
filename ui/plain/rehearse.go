package plain

import (
	"errors"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// rehearsed finds out how publishing would go, and gives the plan as it would
// be published. errStay says that something stands in the way, which was read
// out; planAgain that the branch moved while the plan was read.
func (s *session) rehearsed(p gitops.Plan) (gitops.Plan, error) {
	s.say("Asking %s how this would go.", term.Clean(p.Remote))
	if err := s.stillNew(p); err != nil {
		return p, err
	}
	for {
		r, err := s.svc.Rehearse(s.ctx, s.snap, p)
		if s.ctx.Err() != nil {
			return p, s.ctx.Err()
		}
		if err == nil {
			s.sayRehearsal(p, r)
			return r.Plan, nil
		}
		road := wording.RoadOf(err, p)
		s.say("%s: nothing was sent, nothing was changed.", capital(strings.ToLower(road.Title)))
		s.sayWay(road)
		again, err := false, error(nil)
		switch {
		case road.Locked:
			again, err = s.unlock()
		case road.Code == gitops.CodeHook && !p.Remedy.Wishes.NoVerify:
			again, err = s.skipHooks()
			p.Remedy.Wishes.NoVerify = again
		}
		if err != nil {
			return p, err
		}
		if !again {
			return p, errStay
		}
	}
}

// stillNew looks at the remote once more: what a person takes minutes to read
// may be late by then.
func (s *session) stillNew(p gitops.Plan) error {
	if err := s.svc.Fetch(s.ctx); err != nil {
		// The rehearsal says what is wrong.
		return s.ctx.Err()
	}
	snap, err := s.svc.Snapshot(s.ctx)
	if err != nil || snap.Tip == p.Onto || !p.Remedy.Onto.IsZero() {
		return s.ctx.Err()
	}
	s.snap = snap
	s.say("%s moved to %s while you looked. Planning again on what is there now.", term.Clean(snap.Branch), snap.Tip.Short())
	return &planAgain{remedy: p.Remedy}
}

// sayRehearsal reads out what is other than it was read before.
func (s *session) sayRehearsal(p gitops.Plan, r gitops.Rehearsal) {
	for _, n := range r.Notices {
		s.say("Note: %s.", strings.TrimRight(term.Clean(n.Text), "."))
	}
	if route := wording.Route(r.Plan); route != "" {
		s.say("Route: %s.", route)
	}
	if r.Plan.Message == p.Message {
		return
	}
	s.say("The message as it will be committed:")
	for _, l := range term.CleanBlock(strings.TrimRight(r.Plan.Message, "\n"), wording.TabStop) {
		s.say("%s", strings.TrimRight("   "+l, " "))
	}
}

// sayWay reads out what is wrong, what others said of it, and what to do.
func (s *session) sayWay(road wording.Road) {
	s.say("%s.", capital(road.What))
	for _, l := range road.Detail {
		s.say("%s", strings.TrimRight("   they said: "+l, " "))
	}
	next := road.Next
	if road.Command != "" {
		next += "; " + road.Command
	}
	s.say("What to do: %s.", next)
}

// skipHooks offers the way past a hook that refuses.
func (s *session) skipHooks() (bool, error) {
	answer, err := s.ask(sayHooks + " goes on without hooks, anything else goes back.")
	return err == nil && strings.EqualFold(answer, sayHooks), err
}

// unlock lets the key's own program ask, when the person says so. It reports
// whether another try is wanted.
func (s *session) unlock() (bool, error) {
	answer, err := s.ask("u lets git ask for the key's passphrase now, anything else goes back.")
	if err != nil {
		return false, err
	}
	if !strings.EqualFold(answer, "u") {
		return false, nil
	}
	asking, err := s.svc.Unlock(s.ctx)
	if err == nil {
		s.say("Asking for the key: %s", term.Clean(asking.Words()))
		asking.SetStdin(s.from)
		asking.SetStdout(s.out.to)
		asking.SetStderr(s.out.to)
		err = asking.Run()
	}
	if s.ctx.Err() != nil {
		return false, s.ctx.Err()
	}
	if err == nil {
		return true, nil
	}
	s.sayProblem("", err)
	return false, nil
}

// sayProblem says what is wrong, and what to do about it where that is known.
func (s *session) sayProblem(lead string, err error) {
	s.say("%s.", capital(lead+term.Clean(err.Error())))
	var e *gitops.Error
	if errors.As(err, &e) && e.Hint != "" {
		s.say("What to do: %s.", term.Clean(e.Hint))
	}
}

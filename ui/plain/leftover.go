package plain

import (
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// leftovers tells at the start what earlier runs left, and asks of each to the
// branch that is looked at what is to become of it.
func (s *session) leftovers() error {
	runs, err := s.svc.Runs(s.ctx)
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	if err != nil {
		s.say("The record of an earlier run cannot be read: %s.", term.Clean(err.Error()))
	}
	for _, r := range runs {
		if r.Plan.Branch != s.snap.Branch || r.Plan.Remote != s.snap.Remote {
			s.say("A run is open: %s to %s on %s, %s. See: ahead resume %s", wording.RunName(r), term.Clean(r.Plan.Branch),
				term.Clean(r.Plan.Remote), wording.RunState(r), term.Clean(r.ID))
			continue
		}
		if err := s.leftover(r); err != nil {
			return err
		}
	}
	return nil
}

// leftover holds the conversation about one open run. nil goes on to whatever
// comes next.
func (s *session) leftover(r gitops.Run) error {
	s.say("")
	s.say("An earlier run is open: %s to %s, %s.", wording.RunName(r), term.Clean(r.Plan.Branch), wording.RunState(r))
	s.say("It was begun at %s UTC, %s, by %s on %s: %s.", r.Receipt.StartedAt.UTC().Format("2006-01-02 15:04:05"),
		wording.Ago(r.Receipt.StartedAt, s.opts.Now()), term.Clean(r.By.User), term.Clean(r.By.Host),
		term.Clean(gitops.Commit{Message: r.Plan.Message}.Subject()))
	if r.State == gitops.RunUnderWay {
		s.say("Wait until it is done; nothing else ships from here meanwhile.")
		return nil
	}
	for {
		s.say("Asking %s what it holds of it.", term.Clean(r.Plan.Remote))
		st, err := s.svc.Standing(s.ctx, r)
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		question := "1 asks again, 2 closes it, 3 leaves it for later, q quits."
		carries := false
		if err != nil {
			s.say("That is not known: %s.", term.Clean(err.Error()))
		} else {
			s.say("%s", capital(term.Clean(st.Words)))
			s.say("%s", term.Clean(st.Next))
			if carries = st.Onward != gitops.OnwardNothing; carries {
				question = "1 asks again, 2 closes it, 3 leaves it for later, 4 carries it on, q quits."
			}
		}
		done, err := s.aboutRun(r, st, question, carries)
		if done || err != nil {
			return err
		}
	}
}

// aboutRun puts the question until something comes of it; done is false when
// the remote is to be asked again.
func (s *session) aboutRun(r gitops.Run, st gitops.Standing, question string, carries bool) (done bool, err error) {
	for {
		answer, err := s.choose(question)
		if err != nil {
			return true, err
		}
		switch {
		case answer == "1":
			return false, nil
		case answer == "2":
			if closed, err := s.closeRun(r); closed || err != nil {
				return true, err
			}
		case answer == "3":
			return true, nil
		case answer == "4" && carries:
			return true, s.carryOn(st)
		default:
			s.say("Say one of the numbers.")
		}
	}
}

func (s *session) closeRun(r gitops.Run) (bool, error) {
	why, err := s.ask("Why is it given up? One line for the record; nothing leaves it open.")
	if err != nil || why == "" {
		return false, err
	}
	if err := s.svc.CloseRun(s.ctx, r, why); err != nil {
		s.say("It was not closed: %s.", term.Clean(err.Error()))
		return false, s.ctx.Err()
	}
	s.say("Closed. %s was not touched.", capital(term.Clean(r.Plan.Remote)))
	return true, nil
}

// carryOn goes on as the standing says; what has to be planned again is settled
// as any other plan, and the run closed once that one is confirmed.
func (s *session) carryOn(st gitops.Standing) error {
	p := st.Run.Plan
	p.Tag = st.Tag
	if st.Onward == gitops.OnwardPlan {
		remedy := p.Remedy
		remedy.Onto = gitops.Hash{}
		s.replacing = &st
		defer func() { s.replacing = nil }()
		return s.settle(remedy)
	}
	if st.Onward != gitops.OnwardSettle {
		name, what := p.Tag.Name, "the new tag's name"
		if name == "" {
			name, what = p.Branch, "the branch's name, since no tag is made"
		}
		answer, err := s.askExactly(fmt.Sprintf("To carry on, type %s: %s. Anything else leaves it open.", what, term.Clean(name)))
		if err != nil {
			return err
		}
		if answer != name {
			s.say("That is not the name. The run stays open.")
			return nil
		}
	}
	s.say("Carrying on with %s.", shipName(p))
	err := s.shipBy(p, func(observe func(gitops.StepResult)) (gitops.Receipt, error) {
		return s.svc.CarryOn(s.ctx, st, observe)
	}, len(st.Run.Receipt.Steps))
	if err != nil {
		road := wording.RoadAfter(err, p, s.receipt)
		s.say("")
		s.say("%s: %s.", capital(strings.ToLower(road.Title)), road.Shipped)
		s.sayWay(road)
		s.say("The run stays open.")
		return err
	}
	return s.follow()
}

// afterFailure goes on from an error that left a run: the person is asked about
// it at once. It reports whether there was one.
func (s *session) afterFailure(id string) (bool, error) {
	runs, err := s.svc.Runs(s.ctx)
	if err != nil {
		return false, s.ctx.Err()
	}
	for _, r := range runs {
		if id == "" && r.Plan.Branch == s.snap.Branch && r.Plan.Remote == s.snap.Remote && r.State != gitops.RunWaiting || r.ID == id {
			return true, s.leftover(r)
		}
	}
	return false, nil
}

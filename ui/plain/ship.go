package plain

import (
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
	"ahead/ui/wording"
)

// gate reads out what will happen and ships on the name, typed alone on a line.
// Another way, or hooks that are skipped, is asked about anew and read out anew.
func (s *session) gate(p gitops.Plan) error {
	for {
		ready, err := s.rehearsed(p)
		if err != nil {
			return err
		}
		s.sayGate(ready)
		name, what := ready.Tag.Name, "the new tag's name"
		if name == "" {
			name, what = ready.Branch, "the branch's name, since no tag is made"
		}
		answer, err := s.askExactly("To " + deed(ready) + ", type " + what + ": " + term.Clean(name) + ". " + waysOf(ready) + "Anything else goes back.")
		if err != nil {
			return err
		}
		if name != "" && answer == name {
			return s.publish(ready)
		}
		wishes, other := otherWay(ready, answer)
		if !other {
			s.say("That is not the name. Nothing was shipped.")
			return errStay
		}
		p.Remedy.Wishes = wishes
	}
}

// sayGate reads out the steps and what comes with them.
func (s *session) sayGate(p gitops.Plan) {
	s.say("")
	s.say("%s this? Nothing has been changed yet, anywhere.", capital(strings.TrimSuffix(deed(p), " it")))
	for i, step := range p.Publication() {
		s.say("%d. %s: %s. As git: %s", i+1, step.Name(), term.Clean(step.Words()), term.Clean(step.Command()))
	}
	s.sayLeftOut(p)
	s.sayWhy(p)
	s.sayCommitList("Ships along", wording.Waiting(s.snap)+" commit", p.Collateral)
	if n := s.snap.Unpushed; n > 0 {
		s.say("%s of your local %s %s not shipped.", wording.Count(n, "commit"), term.Clean(p.Branch), are(n))
	}
	s.sayWarnings(p.Warnings)
}

// deed is what typing the name does.
func deed(p gitops.Plan) string {
	if p.Passage.ByPullRequest() {
		return "propose it"
	}
	return "ship"
}

// sayWhy says reason and incident, and which of them the message does not hold.
func (s *session) sayWhy(p gitops.Plan) {
	left := wording.Untold(p)
	for _, w := range []struct{ name, text, untold string }{
		{"Reason", p.Remedy.Reason, left.Reason}, {"Incident", p.Remedy.Incident, left.Incident},
	} {
		switch {
		case w.text == "":
			s.say("%s: none given.", w.name)
		case w.untold != "":
			s.say("%s, %s%s.", w.name, wording.NotTold, term.Clean(w.text))
		default:
			s.say("%s: %s.", w.name, term.Clean(w.text))
		}
	}
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// publish ships the plan.
func (s *session) publish(p gitops.Plan) error {
	s.say("Shipping %s.", shipName(p))
	err := s.shipBy(p, func(observe func(gitops.StepResult)) (gitops.Receipt, error) {
		if r := s.replacing; r != nil {
			if err := s.svc.CloseRun(s.ctx, r.Run, "planned again: "+r.Words); err != nil {
				return gitops.Receipt{}, err
			}
			s.replacing = nil
		}
		return s.svc.Publish(s.ctx, p, observe)
	}, 0)
	if err != nil {
		return s.sayRoad(err, p)
	}
	return nil
}

// shipBy publishes, or goes on with a run that had some steps before, and reads
// out each step as it ends, and what came of it all.
func (s *session) shipBy(p gitops.Plan, do func(func(gitops.StepResult)) (gitops.Receipt, error), before int) error {
	confirmed := s.opts.Now()
	verified := false
	receipt, err := do(func(r gitops.StepResult) { s.sayStep(r) })
	for _, r := range receipt.Steps[min(before, len(receipt.Steps)):] {
		verified = verified || r.Name == (gitops.VerifyStep{}).Name() && r.State == gitops.StepDone
	}
	s.receipt, s.name, s.sent = receipt, shipName(p), p
	if err != nil {
		return err
	}
	s.shipped = true
	s.watch = wording.Watch{Since: confirmed, Sources: s.snap.Sources, Began: s.evidence.At}
	took := receipt.FinishedAt.Sub(receipt.StartedAt)
	if before > 0 {
		took = s.opts.Now().Sub(confirmed)
	}
	s.say("")
	switch {
	case wording.Waits(receipt):
		s.shipped = false
		s.say("Proposed, not shipped: %s.", wording.Merge(p, receipt, "ahead resume"))
	case verified:
		s.say("Shipped %s in %s.", shipName(p), wording.Took(took))
	default:
		s.say("Pushed %s, but not verified.", shipName(p))
	}
	if left := wording.LeavesOut(p.LeftOut, 0); left != "" {
		s.say("It is partial: it %s.", left)
	}
	s.sayReceipt()
	return nil
}

func shipName(p gitops.Plan) string {
	if p.Tag.Name != "" {
		return term.Clean(p.Tag.Name)
	}
	return term.Clean(p.Branch)
}

func (s *session) sayStep(r gitops.StepResult) {
	if r.State == gitops.StepRunning || r.State == gitops.StepWaiting && r.Detail == "" {
		return
	}
	detail := ""
	if r.Detail != "" {
		detail = ", " + strings.Join(term.CleanBlock(r.Detail, wording.TabStop), " / ")
	}
	at := ""
	if !r.At.IsZero() {
		at = " at " + r.At.UTC().Format("15:04:05")
	}
	s.say("%s: %s%s%s", term.Clean(r.Name), term.Clean(string(r.State)), at, detail)
}

// sayRoad explains what stopped publishing. Where the world moved on, the
// remedy is planned again; else the error ends the conversation.
func (s *session) sayRoad(err error, p gitops.Plan) error {
	road := wording.RoadAfter(err, p, s.receipt)
	s.say("")
	s.say("%s: %s.", capital(strings.ToLower(road.Title)), road.Shipped)
	if !road.Again {
		s.sayWay(road)
		if road.Runs || road.Code == gitops.CodeOutcomeUnknown {
			if found, onward := s.afterFailure(s.receipt.ID); found {
				if onward == nil && !s.shipped {
					return errBack
				}
				return onward
			}
		}
		return err
	}
	s.say("%s.", capital(road.What))
	for _, l := range road.Detail {
		s.say("%s", strings.TrimRight("   they said: "+l, " "))
	}
	s.say("Planning again on what is there now.")
	if err := s.look(true); err != nil {
		return err
	}
	r := p.Remedy
	if road.Code == gitops.CodeTagTaken {
		r.Tag = ""
	}
	return &planAgain{remedy: r}
}

func (s *session) sayReceipt() {
	r := s.receipt
	s.say("Receipt %s: commit %s", term.Clean(r.ID), r.Commit)
	if r.Tag.Name != "" {
		s.say("   tag %s, object %s", term.Clean(r.Tag.Name), r.Tag.Object)
	}
	for _, u := range r.Refs {
		old := "nothing"
		if !u.Old.IsZero() {
			old = u.Old.Short()
		}
		evidence := ""
		if u.Evidence != "" {
			evidence = ", " + term.Clean(u.Evidence)
		}
		s.say("   %s from %s to %s, %s%s", term.Clean(u.Ref), old, u.New.Short(), term.Clean(u.Status), evidence)
	}
	if next := wording.AfterShipping(s.snap, s.sent, r); s.shipped && next != "" {
		s.say("%s.", capital(next))
	}
	if s.shipped {
		s.say("It is released, so the only way is forward: to undo it, revert %s as any other commit.", r.Commit.Short())
	}
}

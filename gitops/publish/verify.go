package publish

import (
	"context"

	"ahead/gitops"
)

// remoteState is what the remote holds of the two refs; zero rows for refs
// that it does not have.
type remoteState struct{ branch, tag remoteRow }

// where is what to ask: the remote by its name, unless it is pushed to at
// another address than it is fetched from.
func (s *shipment) where() string {
	if len(s.urls.push) == 1 && s.urls.push[0] != s.urls.fetch {
		return s.urls.push[0]
	}
	return s.plan.Remote
}

// ask asks the remote what it holds.
func (s *shipment) ask(ctx context.Context) (remoteState, error) {
	refs := []string{s.branchRef()}
	if s.hasTag() {
		refs = append(refs, s.tagRef())
	}
	rows, err := s.g.lsRemote(ctx, s.where(), refs...)
	if err != nil {
		return remoteState{}, err
	}
	var state remoteState
	for _, row := range rows {
		// ls-remote matches the end of a name too.
		switch row.ref {
		case s.branchRef():
			state.branch = row
		case s.tagRef():
			state.tag = row
		}
	}
	return state, nil
}

// arrival is how much of a push the remote holds.
type arrival int

const (
	arrivedNothing arrival = iota
	arrivedPart
	arrivedAll
)

// arrived judges a state by what was sent. A branch that has moved on from our
// commit holds it too; an error means that this cannot be told.
func (s *shipment) arrived(ctx context.Context, state remoteState) (arrival, error) {
	wanted, there := 0, 0
	if s.sends.branch {
		wanted++
		holds, err := s.branchHolds(ctx, state.branch.hash)
		if err != nil {
			return arrivedNothing, err
		}
		if holds {
			there++
		}
	}
	if s.sends.tag {
		wanted++
		if state.tag.hash == s.receipt.Tag.Object {
			there++
		}
	}
	switch there {
	case 0:
		return arrivedNothing, nil
	case wanted:
		return arrivedAll, nil
	}
	return arrivedPart, nil
}

func (s *shipment) branchHolds(ctx context.Context, tip gitops.Hash) (bool, error) {
	switch tip {
	case s.receipt.Commit:
		return true, nil
	case s.plan.Onto, gitops.Hash{}:
		return false, nil
	}
	if _, err := s.g.Fetch(ctx, s.plan.Remote, s.plan.Branch); err != nil {
		return false, err
	}
	return s.g.isAncestor(ctx, s.receipt.Commit, tip)
}

// verify asks the remote once more after a push that went well: its answer,
// not git's exit status, is the evidence on the receipt.
func (s *shipment) verify(ctx context.Context) (outcome, error) {
	state, err := s.ask(ctx)
	var got arrival
	if err == nil {
		got, err = s.arrived(ctx, state)
	}
	if err != nil {
		return outcome{}, s.unknown(s.plan.Remote+" accepted the push and cannot be asked what it holds", stderrOf(err))
	}
	if got == arrivedNothing {
		return outcome{}, s.unknown(s.plan.Remote+" accepted the push and does not hold it", state.branch.line)
	}
	if got == arrivedPart {
		return outcome{}, s.partly(state, state.branch.line+"\n"+state.tag.line)
	}
	s.recordArrived(state)
	words := s.plan.Remote + " holds both"
	if !s.sends.tag {
		words = s.plan.Remote + " holds it"
	}
	if state.branch.hash != s.receipt.Commit {
		words += "; " + s.plan.Branch + " has moved on to " + state.branch.hash.Short()
	}
	return done("%s", words)
}

func (s *shipment) recordArrived(state remoteState) {
	s.receipt.Refs = []gitops.RefUpdate{s.branchArrived(state)}
	if s.sends.tag {
		s.receipt.Refs = append(s.receipt.Refs, gitops.RefUpdate{
			Ref: s.tagRef(), New: s.receipt.Tag.Object, Status: "created", Evidence: state.tag.line,
		})
	}
}

func (s *shipment) branchArrived(state remoteState) gitops.RefUpdate {
	return gitops.RefUpdate{
		Ref: s.branchRef(), Old: s.plan.Onto, New: s.receipt.Commit, Status: "updated", Evidence: state.branch.line,
	}
}

package publish

import (
	"context"
	"fmt"
	"strings"

	"ahead/gitops"
)

// Namer names the next release, given the tags that the remote holds.
type Namer func(taken map[string]bool) (gitops.TagPlan, error)

// Standing asks the remote what it holds of a run that is not over, and says
// what can be done about it. Nothing is changed but what a fetch brings. A
// remote that cannot be asked is the answer ReachedUnknown and no error. next
// is asked for another tag where the run's own name went to somebody else.
func (g *Git) Standing(ctx context.Context, run gitops.Run, next Namer) (gitops.Standing, error) {
	if run.State == gitops.RunEnded {
		return gitops.Standing{}, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("the run %s is over: %s", run.ID, run.Ended), Hint: "there is nothing to carry on",
		}
	}
	q := &inquiry{s: g.shipment(run, nil, ExecuteOptions{}), st: gitops.Standing{Run: run}, next: next}
	if name := run.Receipt.Tag.Name; name != "" {
		q.s.plan.Tag.Name = name
	}
	if err := q.ask(ctx); err != nil {
		if ctx.Err() != nil {
			return gitops.Standing{}, ctx.Err()
		}
		if code := gitops.CodeOf(err); code == gitops.CodeNoRemote || code == gitops.CodeNotPublishable {
			return gitops.Standing{}, err
		}
		q.unknown(err)
		return q.st, nil
	}
	return q.st, q.judge(ctx)
}

// inquiry is one question to the remote about one run.
type inquiry struct {
	s    *shipment
	st   gitops.Standing
	next Namer

	state remoteState
	// via is the branch of the pull request that holds the run's commit, empty
	// where the remote has none.
	via string
	// taken are all tags of the remote.
	taken map[string]bool
	// holds says that the branch contains the run's commit, tagged that the
	// remote has the run's own tag, sent that a push was begun.
	holds, tagged, sent bool
}

// ask reads the remote's refs and fetches the branch, so that what it contains
// can be told.
func (q *inquiry) ask(ctx context.Context) error {
	s := q.s
	var err error
	if s.urls, err = s.g.remoteURLs(ctx, s.plan.Remote); err != nil {
		return err
	}
	if n := len(s.urls.push); n != 1 {
		return manyAddresses(s.plan.Remote, n)
	}
	rows, err := s.g.lsRemote(ctx, s.where(), s.branchRef(), "refs/tags/*")
	if err != nil {
		return err
	}
	if s.plan.Passage.ByPullRequest() && !s.receipt.Commit.IsZero() {
		held, err := s.heldVia(ctx)
		if err != nil {
			return err
		}
		q.via = s.ourVia(held)
	}
	q.taken = map[string]bool{}
	for _, row := range rows {
		name, isTag := strings.CutPrefix(row.ref, "refs/tags/")
		if isTag && !strings.HasSuffix(name, "^{}") {
			q.taken[name] = true
		}
		switch {
		case row.ref == s.branchRef():
			q.state.branch = row
		case s.hasTag() && row.ref == s.tagRef():
			q.state.tag = row
		}
	}
	q.st.Tip = q.state.branch.hash
	if !q.st.Tip.IsZero() {
		if s.fetched, err = s.g.Fetch(ctx, s.plan.Remote, s.plan.Branch); err != nil {
			return err
		}
	}
	return q.compare(ctx)
}

// compare holds the refs against what the run made.
func (q *inquiry) compare(ctx context.Context) error {
	r := q.s.receipt
	for _, st := range r.Steps {
		q.sent = q.sent || st.Name == StepPush
	}
	q.tagged = !r.Tag.Object.IsZero() && q.state.tag.hash == r.Tag.Object
	if r.Commit.IsZero() {
		return nil
	}
	// A commit that is not here after the fetch is in nothing that was fetched.
	here, err := q.s.g.resolve(ctx, r.Commit.String()+"^{commit}")
	if err != nil || here.IsZero() {
		return err
	}
	q.holds, err = q.s.branchHolds(ctx, q.st.Tip)
	return err
}

func (q *inquiry) judge(ctx context.Context) error {
	if q.s.plan.Passage.ByPullRequest() {
		return q.judgeRequest(ctx)
	}
	if q.holds {
		q.st.Landed = q.s.receipt.Commit
		return q.landed(gitops.ReachedBranch)
	}
	if q.tagged {
		q.tagAlone()
		return nil
	}
	return q.nothing(ctx)
}

// landed is for a change that is on the production branch: all that can be
// lacking is the tag.
func (q *inquiry) landed(reached gitops.Reached) error {
	s := q.s
	at := fmt.Sprintf("%s on %s is at %s", s.plan.Branch, s.plan.Remote, q.st.Tip.Short())
	if q.st.Tip != q.st.Landed {
		at += ", which contains " + q.st.Landed.Short()
	}
	switch {
	case !s.hasTag():
		q.settle(at + ": all that was to arrive is there.")
		return nil
	case q.tagged:
		q.settle(fmt.Sprintf("%s, and the tag %s is there: all that was to arrive is there.", at, s.plan.Tag.Name))
		return nil
	}
	q.st.Reached, q.st.Onward, q.st.Tag = reached, gitops.OnwardTag, s.plan.Tag
	q.st.Words = fmt.Sprintf("%s; the tag %s is lacking.", at, s.plan.Tag.Name)
	if !q.state.tag.hash.IsZero() {
		tag, err := q.next(q.taken)
		if err != nil {
			return err
		}
		q.st.Words = fmt.Sprintf("%s; the tag %s is somebody else's, at %s.", at, s.plan.Tag.Name, q.state.tag.hash.Short())
		q.st.Tag = tag
	}
	if q.st.Tag.Name == "" {
		q.st.Onward, q.st.Next = gitops.OnwardNothing, "No other name could be found: close it and tag it yourself."
		return nil
	}
	q.st.Next = fmt.Sprintf("Tags %s as %s and pushes the tag, only if that name is still free.", q.st.Landed.Short(), q.st.Tag.Name)
	return nil
}

func (q *inquiry) settle(words string) {
	q.st.Reached, q.st.Onward, q.st.Tag = gitops.ReachedAll, gitops.OnwardSettle, q.s.plan.Tag
	q.st.Words, q.st.Next = words, "Brings the local refs along and ends the run; nothing is pushed."
}

func (q *inquiry) tagAlone() {
	s := q.s
	q.st.Reached = gitops.ReachedTag
	q.st.Words = fmt.Sprintf("%s has the tag %s, and %s does not contain its commit %s: somebody took the branch back.",
		s.plan.Remote, s.plan.Tag.Name, s.plan.Branch, s.receipt.Commit.Short())
	q.st.Next = "Nothing can be carried on: find out who did that and why, then close the run."
}

// nothing is for a run of which the production branch holds nothing.
func (q *inquiry) nothing(ctx context.Context) error {
	s := q.s
	q.st.Reached, q.st.Onward = gitops.ReachedNothing, gitops.OnwardPlan
	at := fmt.Sprintf("%s is still at %s", s.plan.Branch, s.plan.Onto.Short())
	switch q.st.Tip {
	case s.plan.Onto:
	case gitops.Hash{}:
		at = s.plan.Branch + " is gone"
	default:
		at = fmt.Sprintf("%s moved from %s to %s", s.plan.Branch, s.plan.Onto.Short(), q.st.Tip.Short())
	}
	q.st.Words = fmt.Sprintf("%s holds nothing of it: %s", s.plan.Remote, at)
	if !q.state.tag.hash.IsZero() && !s.plan.Passage.ByPullRequest() {
		q.st.Words += fmt.Sprintf(", and %s is somebody else's tag by now", s.plan.Tag.Name)
	}
	q.st.Words += "."
	if q.sent {
		q.st.Words += " The push that was cut off may yet arrive, if the server is slow; carrying on cannot make it arrive twice."
	}
	ready, err := q.ready(ctx)
	if err != nil {
		return err
	}
	if !ready {
		q.st.Next = "Plans the same remedy again on what " + s.plan.Remote + " holds now, shows it and asks."
		return nil
	}
	q.st.Onward, q.st.Tag = gitops.OnwardPush, s.plan.Tag
	q.st.Next = fmt.Sprintf("Pushes the commit %s that was confirmed, by the same way, only if %s is still at %s.",
		s.receipt.Commit.Short(), s.plan.Branch, s.plan.Onto.Short())
	return nil
}

// ready reports whether what was confirmed can be pushed as it is: the remote
// is as the person saw it, and every object is still here; nothing refers to
// them, so that git may have thrown them away.
func (q *inquiry) ready(ctx context.Context) (bool, error) {
	s := q.s
	free := q.state.tag.hash.IsZero() || s.plan.Passage.ByPullRequest()
	if q.st.Tip != s.plan.Onto || !free || len(s.receipt.Commits) != len(s.plan.Commits) || s.receipt.Commit.IsZero() {
		return false, nil
	}
	if local, err := s.g.readRef(ctx, s.tagRef()); err != nil || s.hasTag() && !local.IsZero() && local != s.receipt.Tag.Object {
		return false, err
	}
	for _, of := range []gitops.Hash{s.receipt.Commit, s.receipt.Tag.Object} {
		if of.IsZero() {
			continue
		}
		_, err := s.g.text(ctx, "rev-list", "--objects", "--quiet", of.String(), "--not", s.plan.Onto.String())
		if exitOf(err) > 0 {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// judgeRequest is for a run that goes by a pull request.
func (q *inquiry) judgeRequest(ctx context.Context) error {
	s := q.s
	if s.receipt.Commit.IsZero() || q.st.Tip.IsZero() {
		return q.nothing(ctx)
	}
	found, err := s.g.landing(ctx, q.st.Run)
	if err != nil {
		return err
	}
	switch {
	case !found.undone.IsZero():
		q.st.Reached = gitops.ReachedNothing
		q.st.Words = fmt.Sprintf("it was merged and taken back: %s.", found.words)
		q.st.Next = "Nothing can be carried on: find out why it was taken back, then close the run."
	case !found.commit.IsZero():
		q.st.Landed, q.st.LandedAs, q.st.LandedMerges = found.commit, found.as, found.merges
		err = q.landed(gitops.ReachedMerged)
		q.st.Words = strings.TrimSuffix(q.st.Words, ".") + " (" + found.words + ")."
	case q.via != "":
		q.waiting(found.words)
	case q.came(StepVerify):
		q.withdrawn(found.words)
	default:
		err = q.nothing(ctx)
	}
	return err
}

// came reports whether a step of that name was done.
func (q *inquiry) came(name string) bool {
	for _, st := range q.s.receipt.Steps {
		if st.Name == name && st.State == gitops.StepDone {
			return true
		}
	}
	return false
}

// waiting is for a branch that is there and not merged. looks is what was found
// that only looks like a merge of it.
func (q *inquiry) waiting(looks string) {
	s, way := q.s, q.s.plan.Passage
	q.st.Reached = gitops.ReachedVia
	q.st.Words = fmt.Sprintf("%s holds the branch %s at %s, and it is not merged into %s%s.",
		s.plan.Remote, q.via, s.receipt.Commit.Short(), s.plan.Branch, behind("; ", looks))
	if way.Forge != "" && !q.came(StepOpen) {
		q.st.Onward = gitops.OnwardOpen
		q.st.Next = fmt.Sprintf("Opens the pull request from %s into %s on %s.", q.via, s.plan.Branch, way.Forge)
		return
	}
	where := s.receipt.URL
	if where == "" {
		where = s.link()
	}
	q.st.Next = fmt.Sprintf("Have it merged%s, then ahead resume sees it through.", behind(": ", where))
}

// withdrawn is for a branch that was there and is gone, or was moved, without
// having been merged.
func (q *inquiry) withdrawn(looks string) {
	s := q.s
	q.st.Reached = gitops.ReachedNothing
	q.st.Words = fmt.Sprintf("the branch %s is no longer on %s as it was pushed, and %s does not hold its change%s.",
		s.via(), s.plan.Remote, s.plan.Branch, behind("; ", looks))
	q.st.Next = "Nothing can be carried on: if the change is still wanted, close this run and revert again."
}

func behind(sign, text string) string {
	if text == "" {
		return ""
	}
	return sign + text
}

func (q *inquiry) unknown(err error) {
	q.st.Reached, q.st.Onward = gitops.ReachedUnknown, gitops.OnwardNothing
	q.st.Words = fmt.Sprintf("%s cannot be asked what it holds: %s.", q.s.plan.Remote, err)
	q.st.Next = "Ask again once it can be reached; until then the outcome is not known."
}

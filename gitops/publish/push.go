package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
)

// push sends what it is about by object id, in one push; atomic, where that is
// two refs. Whatever git says of it, the remote is asked before a failure is
// called one.
func (s *shipment) push(ctx context.Context) (outcome, error) {
	out, err := s.g.run(ctx, s.pushCall())
	rows := parsePorcelain(out.stdout, s.branchRef(), s.tagRef())
	if err != nil {
		// The person may have stopped the push, and still must hear what it did.
		if err := s.settle(context.WithoutCancel(ctx), pushFailure{err: err, rows: rows, said: said(out), hook: s.hookRefused(ctx, out, err, rows)}); err != nil {
			return outcome{}, err
		}
	}
	var words []string
	if s.sends.branch {
		words = append(words, fmt.Sprintf("%s %s → %s", s.plan.Branch, s.plan.Onto.Short(), s.receipt.Commit.Short()))
	}
	if s.sends.tag {
		words = append(words, s.plan.Tag.Name+" new")
	}
	text := strings.Join(words, ", ")
	if err != nil {
		text += "; it arrived although git could not tell"
	}
	if says := serverSays(out.stderr); says != "" {
		text += "; " + s.plan.Remote + " says: " + says
	}
	return done("%s", text)
}

// pushCall is the one command that changes the remote. Each ref has its lease:
// the branch is where the plan saw it, the tag does not exist. Options take
// back what configuration could add to it: further tags, submodules, mirroring.
func (s *shipment) pushCall() call {
	args := []string{"push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"}
	if s.sends.branch && s.sends.tag {
		args = append(args, "--atomic")
	}
	var refspecs []string
	if s.sends.branch {
		args = append(args, fmt.Sprintf("--force-with-lease=%s:%s", s.branchRef(), s.plan.Onto))
		refspecs = append(refspecs, s.receipt.Commit.String()+":"+s.branchRef())
	}
	if s.sends.tag {
		args = append(args, fmt.Sprintf("--force-with-lease=%s:", s.tagRef()))
		refspecs = append(refspecs, s.receipt.Tag.Object.String()+":"+s.tagRef())
	}
	if s.opt.NoVerify {
		args = append(args, "--no-verify")
	}
	return call{
		args: append(append(args, "--", s.plan.Remote), refspecs...), timeout: s.g.pushTimeout, chatty: true, network: true,
		// Without colours, which git would put into the server's own words.
		settings: []setting{{"remote." + s.plan.Remote + ".mirror", "false"}, {"color.remote", "false"}},
	}
}

// pushRow is what git reports of one ref (git-push(1), --porcelain).
type pushRow struct {
	flag    byte
	ref     string
	summary string
}

// parsePorcelain reads the rows about refs; a hook may write anything else.
func parsePorcelain(stdout []byte, refs ...string) []pushRow {
	var rows []pushRow
	for _, line := range strings.Split(string(stdout), "\n") {
		parts := strings.SplitN(line, "\t", 3)
		if len(parts) != 3 || len(parts[0]) != 1 {
			continue
		}
		_, to, _ := strings.Cut(parts[1], ":")
		for _, ref := range refs {
			if to == ref {
				rows = append(rows, pushRow{flag: parts[0][0], ref: to, summary: parts[2]})
			}
		}
	}
	return rows
}

// pushFailure is a push that git did not call a success.
type pushFailure struct {
	err  error
	rows []pushRow
	said string
	// hook says that the pre-push hook ended it, before anything was sent.
	hook bool
}

// hookRefused tells a push that the pre-push hook here ended from one whose line
// broke: both end with 1 and without rows, but a line that breaks over http has
// git say that it is done with the server, and where there is no hook it was none.
func (s *shipment) hookRefused(ctx context.Context, out output, err error, rows []pushRow) bool {
	if s.opt.NoVerify || len(rows) > 0 || exitOf(err) != 1 || slices.Contains(strings.Split(string(out.stdout), "\n"), "Done") {
		return false
	}
	dir, err := s.g.hooksDir(context.WithoutCancel(ctx))
	if err != nil {
		return false
	}
	hook, there := hookFile(dir, prePush)
	return there && executable(hook)
}

// settle finds out from the remote what a failed push did: nil when all of it
// arrived after all.
func (s *shipment) settle(ctx context.Context, f pushFailure) error {
	state, err := s.ask(ctx)
	var got arrival
	if err == nil {
		got, err = s.arrived(ctx, state)
	}
	if err != nil {
		return s.unknown("the push to "+s.plan.Remote+" did not end well, and "+s.plan.Remote+" cannot be asked what it holds", f.said)
	}
	switch got {
	case arrivedAll:
		return nil
	case arrivedPart:
		return s.partly(state, f.said)
	}
	s.recordRefused(state)
	return s.refusal(ctx, state, f)
}

// unknown is the error of an outcome that nobody can know yet; it tells how to
// find out.
func (s *shipment) unknown(what, detail string) error {
	ask, at := s.branchRef(), s.receipt.Commit.Short()
	if s.sends.tag {
		ask, at = ask+" "+s.tagRef(), at+" and "+s.receipt.Tag.Object.Short()
	}
	return &gitops.Error{
		Code: gitops.CodeOutcomeUnknown, What: what, Detail: detail,
		Hint: fmt.Sprintf("ahead resume asks again (git ls-remote %s %s; it arrived if the answer is %s)", s.plan.Remote, ask, at),
	}
}

func (s *shipment) partly(state remoteState, detail string) error {
	return s.unknown(fmt.Sprintf("%s took one of two: %s is at %s, tag %s at %s", s.plan.Remote,
		s.plan.Branch, state.branch.hash.Short(), s.plan.Tag.Name, state.tag.hash.Short()), detail)
}

// refusal says why nothing arrived: first by what the remote holds, then by
// what git reports, and by a text only where there is nothing else to go by.
func (s *shipment) refusal(ctx context.Context, state remoteState, f pushFailure) error {
	switch {
	case s.sends.branch && state.branch.hash != s.plan.Onto:
		return s.moved(ctx, state.branch.hash)
	case s.sends.tag && !state.tag.hash.IsZero():
		return tagTaken(&gitops.TagTaken{Name: s.plan.Tag.Name, Object: state.tag.hash, Where: s.plan.Remote})
	case errors.Is(f.err, context.Canceled):
		return &gitops.Error{
			Code: gitops.CodeInterrupted, What: "the push was stopped; so far " + s.plan.Remote + " holds nothing of it",
			Err: context.Canceled, Hint: s.mayStillLand(),
		}
	case errors.Is(f.err, context.DeadlineExceeded):
		// A server that is at work after so long may well end it: that nothing is
		// there yet says nothing.
		return &gitops.Error{
			Code: gitops.CodeOutcomeUnknown, Detail: f.said, Hint: s.mayStillLand(),
			What: fmt.Sprintf("the push did not end within %s; so far %s holds nothing of it", s.g.pushTimeout, s.plan.Remote),
		}
	case s.sends.branch && s.sends.tag && saysNoAtomic(f.said):
		// Before the rows: over http git gives some all the same.
		return noAtomic(s.plan.Remote, f.said)
	case stale(f.rows):
		return s.brokeOff("the push broke off: the list of refs that it was told is not what stands there; "+s.plan.Remote+" so far holds nothing of it", f)
	case len(f.rows) > 0 || f.hook:
		return s.rejected(f)
	}
	return s.brokeOff("the push broke off; "+s.plan.Remote+" answers and so far holds nothing of it", f)
}

// stale reports whether git held the lease against another tip than the one that
// stood there before and stands there now: over http it takes a list that was cut
// short for an empty one. No code says so, only these words (git-push(1)).
func stale(rows []pushRow) bool {
	return slices.ContainsFunc(rows, func(r pushRow) bool { return strings.Contains(r.summary, "(stale info)") })
}

func (s *shipment) brokeOff(what string, f pushFailure) error {
	return &gitops.Error{
		Code: gitops.CodeRemoteUnreached, What: what, Detail: f.said,
		Hint: "look at what git said, and whether you may push there; " + s.mayStillLand(),
	}
}

// mayStillLand is for pushes without an answer: a server that is still busy
// with a hook may yet take one that its sender has given up. Going on is safe
// even so: it sends the very same objects, with the same leases.
func (s *shipment) mayStillLand() string {
	return "a slow server may still take it, and ahead resume asks once more and goes on from there"
}

// recordRefused keeps the refs as they stayed in the receipt.
func (s *shipment) recordRefused(state remoteState) {
	s.receipt.Refs = nil
	if s.sends.branch {
		s.receipt.Refs = append(s.receipt.Refs, gitops.RefUpdate{
			Ref: s.branchRef(), Old: state.branch.hash, New: s.receipt.Commit, Status: "rejected", Evidence: state.branch.line,
		})
	} else {
		s.receipt.Refs = append(s.receipt.Refs, s.branchArrived(state))
	}
	if s.sends.tag {
		s.receipt.Refs = append(s.receipt.Refs, gitops.RefUpdate{
			Ref: s.tagRef(), Old: state.tag.hash, New: s.receipt.Tag.Object, Status: "rejected", Evidence: state.tag.line,
		})
	}
}

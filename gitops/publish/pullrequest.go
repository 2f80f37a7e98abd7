package publish

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"ahead/gitops"
)

// viaTries is how many names are tried for the branch of a pull request: the
// plan's own, and with -2 and so on behind it.
const viaTries = 9

// viaNames are the names that the branch of a run may have, in order. The last
// is for a remote with a branch "revert", beside which git can hold no
// "revert/…".
func viaNames(plan gitops.Plan) []string {
	via := plan.Passage.Via
	names := []string{via}
	for n := 2; n <= viaTries; n++ {
		names = append(names, fmt.Sprintf("%s-%d", via, n))
	}
	return append(names, strings.ReplaceAll(via, "/", "-"))
}

// beside reports whether git can hold a branch of this name beside those that
// are there.
func beside(name string, held map[string]viaRow) bool {
	for i, r := range name {
		if _, taken := held[name[:i]]; r == '/' && taken {
			return false
		}
	}
	_, taken := held[name]
	return !taken
}

// via is the branch of this run: the one that was sent, else the one to send.
func (s *shipment) via() string {
	for _, r := range s.receipt.Refs {
		if name, ok := strings.CutPrefix(r.Ref, "refs/heads/"); ok && slices.Contains(viaNames(s.plan), name) {
			return name
		}
	}
	return s.plan.Passage.Via
}

// viaRow is a branch that may be the run's.
type viaRow struct {
	remoteRow
	// ours says that it holds the run's commit, as its tip or below it: forges
	// bring a branch up to date by a merge on top.
	ours bool
}

// heldVia are those of the names that the remote has.
func (s *shipment) heldVia(ctx context.Context) (map[string]viaRow, error) {
	var refs []string
	for _, name := range viaNames(s.plan) {
		refs = append(refs, "refs/heads/"+name)
	}
	if room, _, ok := strings.Cut(s.plan.Passage.Via, "/"); ok {
		refs = append(refs, "refs/heads/"+room)
	}
	rows, err := s.g.lsRemote(ctx, s.where(), refs...)
	if err != nil {
		return nil, err
	}
	held := map[string]viaRow{}
	for _, row := range rows {
		// ls-remote matches the end of a name too.
		if slices.Contains(refs, row.ref) {
			held[strings.TrimPrefix(row.ref, "refs/heads/")] = viaRow{remoteRow: row, ours: row.hash == s.receipt.Commit}
		}
	}
	if s.ourVia(held) == "" {
		s.lookBelow(ctx, held)
	}
	return held, nil
}

// lookBelow looks for the run's commit below the tips of branches that have its
// names. A branch that cannot be fetched is somebody's.
func (s *shipment) lookBelow(ctx context.Context, held map[string]viaRow) {
	for _, name := range viaNames(s.plan) {
		row, there := held[name]
		if !there {
			continue
		}
		to := "+" + row.ref + ":" + trackingRef(s.plan.Remote, name)
		if _, err := s.g.run(ctx, fetchCall(s.plan.Remote, "--no-tags", to)); err != nil {
			continue
		}
		row.ours, _ = s.g.isAncestor(ctx, s.receipt.Commit, row.hash)
		held[name] = row
	}
}

// ourVia is the branch that holds our very commit; empty where none does.
func (s *shipment) ourVia(held map[string]viaRow) string {
	for _, name := range viaNames(s.plan) {
		if held[name].ours {
			return name
		}
	}
	return ""
}

// pushVia sends the commits as a new branch of their own. A branch of the same
// name that holds our commit is an earlier try of this run; any other is
// somebody's, and left alone.
func (s *shipment) pushVia(ctx context.Context) (outcome, error) {
	if err := s.checkVia(ctx); err != nil {
		return outcome{}, err
	}
	held, err := s.heldVia(ctx)
	if err != nil {
		return outcome{}, s.g.unreached(s.plan.Remote, s.where(), err)
	}
	if name := s.ourVia(held); name != "" {
		s.recordVia(name, held[name].remoteRow, "unchanged")
		return done("%s holds it already, as %s", s.plan.Remote, name)
	}
	for _, name := range viaNames(s.plan) {
		if !beside(name, held) {
			continue
		}
		out, taken, err := s.sendVia(ctx, name)
		if !taken {
			return out, err
		}
	}
	return outcome{}, &gitops.Error{
		Code: gitops.CodeNotPublishable, What: fmt.Sprintf("%s and %d names like it are taken on %s", s.plan.Passage.Via, viaTries-1, s.plan.Remote),
		Hint: "nothing was pushed; delete those of earlier tries there, and plan again",
	}
}

// checkVia refuses what is no name for a new branch, or the production branch.
func (s *shipment) checkVia(ctx context.Context) error {
	via := s.plan.Passage.Via
	if via == s.plan.Branch || strings.HasPrefix(via, "-") {
		return internal("%q cannot be the branch of a pull request", via)
	}
	if _, err := s.g.text(ctx, "check-ref-format", "refs/heads/"+via); err != nil {
		if exitOf(err) != 1 {
			return err
		}
		return internal("%q is no name for a branch", via)
	}
	return nil
}

// sendVia pushes one new branch. taken says that somebody was faster with that
// name, and nothing was sent.
func (s *shipment) sendVia(ctx context.Context, name string) (out outcome, taken bool, err error) {
	ref := "refs/heads/" + name
	args := []string{"push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no", "--force-with-lease=" + ref + ":"}
	if s.opt.NoVerify {
		args = append(args, "--no-verify")
	}
	answer, failure := s.g.run(ctx, call{
		args:    append(args, "--", s.plan.Remote, s.receipt.Commit.String()+":"+ref),
		timeout: s.g.pushTimeout, chatty: true, network: true,
		settings: []setting{{"remote." + s.plan.Remote + ".mirror", "false"}, {"color.remote", "false"}},
	})
	words := fmt.Sprintf("%s at %s, a new branch", name, s.receipt.Commit.Short())
	if failure != nil {
		f := pushFailure{err: failure, rows: parsePorcelain(answer.stdout, ref), said: said(answer)}
		f.hook = s.hookRefused(ctx, answer, failure, f.rows)
		if taken, err := s.settleVia(context.WithoutCancel(ctx), name, f); taken || err != nil {
			return outcome{}, taken, err
		}
		words += "; it arrived although git could not tell"
	}
	if says := serverSays(answer.stderr); says != "" {
		words += "; " + s.plan.Remote + " says: " + says
	}
	s.recordVia(name, remoteRow{}, "created")
	out, err = done("%s", words)
	return out, false, err
}

// settleVia finds out from the remote what a failed push of the branch did.
func (s *shipment) settleVia(ctx context.Context, name string, f pushFailure) (taken bool, err error) {
	held, err := s.heldVia(ctx)
	if err != nil {
		return false, s.unknownVia("the push to "+s.plan.Remote+" did not end well, and "+s.plan.Remote+" cannot be asked what it holds", name, f.said)
	}
	row, there := held[name]
	switch {
	case row.ours:
		return false, nil
	case there:
		return true, nil
	case errors.Is(f.err, context.Canceled):
		return false, &gitops.Error{
			Code: gitops.CodeInterrupted, What: "the push was stopped; so far " + s.plan.Remote + " holds nothing of it",
			Err: context.Canceled, Hint: s.mayStillLand(),
		}
	case errors.Is(f.err, context.DeadlineExceeded):
		return false, s.brokeOff(fmt.Sprintf("the push did not end within %s; so far %s holds nothing of it", s.g.pushTimeout, s.plan.Remote), f)
	case len(f.rows) > 0 || f.hook:
		return false, s.refusedVia(name, f)
	}
	return false, s.brokeOff("the push broke off; "+s.plan.Remote+" answers and so far holds nothing of it", f)
}

// refusedVia is a server, or a hook here, that does not want the new branch
// either.
func (s *shipment) refusedVia(name string, f pushFailure) error {
	err := s.rejected(f)
	var e *gitops.Error
	if errors.As(err, &e) && len(f.rows) > 0 {
		e.Hint = fmt.Sprintf("nothing was pushed; read why the server refuses the new branch %s, or let somebody push it who may", name)
	}
	return err
}

func (s *shipment) unknownVia(what, name, detail string) error {
	return &gitops.Error{
		Code: gitops.CodeOutcomeUnknown, What: what, Detail: detail,
		Hint: fmt.Sprintf("ahead resume asks again (git ls-remote %s refs/heads/%s; it arrived if the answer is %s)",
			s.plan.Remote, name, s.receipt.Commit.Short()),
	}
}

func (s *shipment) recordVia(name string, row remoteRow, status string) {
	s.receipt.Refs = []gitops.RefUpdate{{
		Ref: "refs/heads/" + name, New: s.receipt.Commit, Status: status, Evidence: row.line,
	}}
}

// verifyVia asks the remote whether it holds that branch: its answer is the
// evidence on the receipt.
func (s *shipment) verifyVia(ctx context.Context) (outcome, error) {
	held, err := s.heldVia(ctx)
	if err != nil {
		return outcome{}, s.unknownVia(s.plan.Remote+" accepted the push and cannot be asked what it holds", s.via(), stderrOf(err))
	}
	name := s.ourVia(held)
	if name == "" {
		return outcome{}, s.unknownVia(s.plan.Remote+" accepted the push and does not hold it", s.via(), held[s.via()].line)
	}
	s.recordVia(name, held[name].remoteRow, "created")
	return done("%s holds it, as %s", s.plan.Remote, name)
}

// openRequest asks the forge for a pull request, or a person. A forge that
// fails ends nothing: the branch is there, and the page that opens the request
// does the same.
func (s *shipment) openRequest(ctx context.Context) (outcome, error) {
	// A run that was killed in its push may have sent another name than planned.
	if len(s.receipt.Refs) == 0 {
		if held, err := s.heldVia(ctx); err == nil && s.ourVia(held) != "" {
			name := s.ourVia(held)
			s.recordVia(name, held[name].remoteRow, "created")
		}
	}
	link := s.link()
	byHand := "open the pull request from " + s.via() + " into " + s.plan.Branch
	if link != "" {
		byHand += ": " + link
	}
	if s.opt.Requests == nil {
		s.receipt.URL = link
		return outcome{gitops.StepWaiting, byHand}, nil
	}
	title, body := RequestText(s.plan)
	page, err := s.opt.Requests.Open(ctx, s.via(), s.plan.Branch, title, body)
	if err != nil {
		s.receipt.URL = link
		return outcome{gitops.StepFailed, err.Error() + "; " + byHand}, nil
	}
	s.receipt.URL = page
	return done("%s", strings.TrimSpace("asked to merge "+s.via()+" into "+s.plan.Branch+" "+page))
}

// link is the plan's, for the branch that was sent: its name may have got a
// number. In a link the name stands as it is or escaped.
func (s *shipment) link() string {
	planned, sent := s.plan.Passage.Via, s.via()
	link := s.plan.Passage.Link
	if planned == sent {
		return link
	}
	for _, escape := range []func(string) string{url.QueryEscape, func(s string) string { return s }} {
		if old := escape(planned); strings.Contains(link, old) {
			return strings.Replace(link, old, escape(sent), 1)
		}
	}
	return link
}

// bodyLimit bounds what a pull request says, in bytes; GitHub takes 65,536
// characters.
const bodyLimit = 60_000

// RequestText is what the plan's pull request is called and what it says: the
// messages of its commits. A squash makes its message of that, so the lines
// that say what is reverted have to be in it.
func RequestText(plan gitops.Plan) (title, body string) {
	n := len(plan.Commits)
	if n == 0 {
		return "", ""
	}
	newest := gitops.Commit{Message: plan.Commits[n-1].Message}
	title = newest.Subject()
	if n == 1 {
		_, body, _ = strings.Cut(newest.Message, "\n")
		return title, abridge(strings.TrimSpace(body), bodyLimit)
	}
	title = fmt.Sprintf("%s and %d more", title, n-1)
	parts := make([]string, 0, n)
	for _, c := range plan.Commits {
		parts = append(parts, strings.TrimSpace(c.Message))
	}
	return title, abridge(strings.Join(parts, "\n\n"), bodyLimit)
}

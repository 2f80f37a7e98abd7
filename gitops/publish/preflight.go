package publish

import (
	"context"
	"fmt"
	"strings"

	"ahead/gitops"
)

// habits is what git's configuration says of how commits are made here.
type habits struct {
	signCommits bool
	signOff     bool
	// committer is name and address, as a trailer wants it.
	committer string
}

// preflight finds out everything that can be known before anything is asked of
// the remote.
func (s *shipment) preflight(ctx context.Context) (outcome, error) {
	if err := checkPlan(s.plan); err != nil {
		return outcome{}, err
	}
	if err := s.checkNames(ctx); err != nil {
		return outcome{}, err
	}
	var err error
	if s.urls, err = s.g.remoteURLs(ctx, s.plan.Remote); err != nil {
		return outcome{}, err
	}
	if n := len(s.urls.push); n != 1 {
		return outcome{}, manyAddresses(s.plan.Remote, n)
	}
	if s.habits, err = s.g.habits(ctx); err != nil {
		return outcome{}, err
	}
	words := fmt.Sprintf("git %s, as %s, to %s", s.g.version, s.habits.committer, s.plan.Remote)
	if s.unlocked {
		words += "; this file system has no locks: take care that nobody publishes from it on another machine"
	}
	return done("%s", words)
}

// checkPlan refuses a plan that says nothing to do or not where.
func checkPlan(plan gitops.Plan) error {
	switch {
	case !plan.Publishable():
		return notPublishable(plan)
	case plan.Onto.IsZero():
		return internal("the plan names no commit to stand on")
	case plan.Branch == "":
		return &gitops.Error{
			Code: gitops.CodeNoBranch, What: "the plan names no production branch", Hint: "name it with --branch NAME",
		}
	}
	for _, c := range plan.Commits {
		if strings.TrimSpace(c.Message) == "" {
			return internal("a commit of the plan has no message")
		}
	}
	return nil
}

// checkNames lets git judge the names. A leading dash is a valid part of a ref
// and still refused for tags, as `git tag` does: nobody could name it later.
func (s *shipment) checkNames(ctx context.Context) error {
	if _, err := s.g.text(ctx, "check-ref-format", s.branchRef()); err != nil {
		if exitOf(err) != 1 {
			return err
		}
		return &gitops.Error{
			Code: gitops.CodeNoBranch, What: fmt.Sprintf("%q is no name for a branch", s.plan.Branch),
			Hint: "name the production branch with --branch NAME",
		}
	}
	if !s.hasTag() {
		return nil
	}
	_, err := s.g.text(ctx, "check-ref-format", s.tagRef())
	if err != nil && exitOf(err) != 1 {
		return err
	}
	if err != nil || strings.HasPrefix(s.plan.Tag.Name, "-") {
		return &gitops.Error{
			Code: gitops.CodeBadTag, What: fmt.Sprintf("%q is no name for a tag", s.plan.Tag.Name),
			Hint: "name the tag with --tag NAME (rules: git help check-ref-format)",
		}
	}
	return nil
}

// habits reads identity and signing. Git itself says who commits, so that
// environment, includes and useConfigOnly all count.
func (g *Git) habits(ctx context.Context) (habits, error) {
	var h habits
	for _, name := range []string{"GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"} {
		ident, err := g.text(ctx, "var", name)
		if err != nil && exitOf(err) < 0 {
			return h, err
		}
		end := strings.LastIndex(ident, ">")
		if err != nil || end < 0 {
			return h, noIdentity(err)
		}
		h.committer = ident[:end+1]
	}
	var err error
	if h.signCommits, err = g.flag(ctx, "commit.gpgSign"); err != nil {
		return h, err
	}
	h.signOff, err = g.flag(ctx, "format.signOff")
	return h, err
}

func noIdentity(err error) error {
	return &gitops.Error{
		Code: gitops.CodeNoIdentity, What: "git does not know who you are",
		Hint:   `git config --global user.name "Your Name" && git config --global user.email you@example.com`,
		Detail: strings.TrimSpace(stderrOf(err)),
	}
}

// flag reads a yes-or-no setting; unset is no. A value that is neither counts
// as an error: guessing about a signature would be wrong silently.
func (g *Git) flag(ctx context.Context, key string) (bool, error) {
	value, err := g.text(ctx, "config", "--type=bool", "--get", key)
	if exitOf(err) == 1 {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", key, err)
	}
	return value == "true", nil
}

package gitops_test

import (
	"os/exec"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// byHand is a person who copies the commands of a publication into a shell,
// in a checkout whose branch has a commit that nobody has pushed.
type byHand struct {
	t      *testing.T
	mine   *gittest.Repo
	origin *gittest.Bare
	// commit is what the last git commit-tree wrote.
	commit string
}

func newByHand(t *testing.T, branch string) (*byHand, gitops.Plan) {
	t.Helper()
	h := &byHand{t: t, mine: gittest.New(t)}
	h.mine.Commit("Good\n", map[string]string{"a": "1\n"})
	bad := h.mine.Commit("Bad\n", map[string]string{"a": "2\n"})
	h.origin = h.mine.WithRemote()
	for _, r := range []*gittest.Repo{h.mine, h.origin.Repo} {
		if branch != "main" {
			// Names that git branch and git push would take for options.
			r.Git("update-ref", "refs/heads/"+branch, "refs/heads/main")
			r.Git("symbolic-ref", "HEAD", "refs/heads/"+branch)
			r.Git("update-ref", "-d", "refs/heads/main")
		}
	}
	h.mine.Commit("Not pushed\n", map[string]string{"secret": "x\n"})
	h.mine.Write("message", "Revert\n")
	return h, gitops.Plan{
		Remote: "origin", Branch: branch, Onto: bad,
		Commits: []gitops.NewCommit{{Tree: h.mine.Rev(bad.String() + "^^{tree}"), Message: "Revert\n"}},
		Tag:     gitops.TagPlan{Name: "v1.0.1", Annotated: true},
	}
}

// shell runs one command as it is.
func (h *byHand) shell(command string) (string, error) {
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir, cmd.Env = h.mine.Dir, append(h.mine.Env(), "GIT_EDITOR=echo Release >")
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return errs.String(), err
	}
	return strings.TrimSpace(string(out)), nil
}

// run does every step, and gives what git ls-remote answered.
func (h *byHand) run(p gitops.Plan) (answer string) {
	h.t.Helper()
	for _, s := range p.Publication() {
		command := strings.ReplaceAll(s.Command(), "<commit>", h.commit)
		out, err := h.shell(command)
		if err != nil {
			h.t.Fatalf("%s: %v\n%s", command, err, out)
		}
		switch s.(type) {
		case gitops.CommitStep:
			h.commit = out
		case gitops.VerifyStep:
			answer = out
		}
	}
	return answer
}

// TestCommandsShipThePlan: whoever copies the commands gets the plan's tree on
// the plan's tip and the tag on that, not what the local branch happens to be.
func TestCommandsShipThePlan(t *testing.T) {
	for name, c := range map[string]struct {
		branch string
		change func(*gitops.Plan)
	}{
		"annotated":   {"main", func(*gitops.Plan) {}},
		"lightweight": {"main", func(p *gitops.Plan) { p.Tag.Annotated = false }},
		"no tag":      {"main", func(p *gitops.Plan) { p.Tag = gitops.TagPlan{} }},
		"chain": {"main", func(p *gitops.Plan) {
			p.Commits = append(p.Commits, gitops.NewCommit{Tree: p.Commits[0].Tree, Message: "Again\n"})
		}},
		"odd names":     {"it's;$(exit)&\"main\"", func(p *gitops.Plan) { p.Tag.Name = "v1|`exit`<'x'>#" }},
		"the same name": {"release", func(p *gitops.Plan) { p.Tag.Name = "release" }},
		"a keyword":     {"tag", func(*gitops.Plan) {}},
		"a dash":        {"-main", func(*gitops.Plan) {}},
		"a plus":        {"+main", func(*gitops.Plan) {}},
	} {
		t.Run(name, func(t *testing.T) {
			h, p := newByHand(t, c.branch)
			c.change(&p)
			answer := h.run(p)
			tip := h.origin.Rev("refs/heads/" + p.Branch)
			if tip.String() != h.commit || !strings.HasPrefix(answer, h.commit+"\trefs/heads/") {
				t.Errorf("the branch is at %s, made %s, heard %q", tip, h.commit, answer)
			}
			if got := h.origin.Rev(tip.String() + "^{tree}"); got != p.Commits[0].Tree {
				t.Errorf("shipped the tree %s, planned %s", got, p.Commits[0].Tree)
			}
			if got := h.origin.Rev(tip.String() + strings.Repeat("^", len(p.Commits))); got != p.Onto {
				t.Errorf("stands on %s, planned for %s", got, p.Onto)
			}
			if p.Tag.Name == "" {
				return
			}
			tag := h.origin.Rev("refs/tags/" + p.Tag.Name)
			if got := h.origin.Rev(tag.String() + "^{commit}"); got != tip || (tag != tip) != p.Tag.Annotated {
				t.Errorf("the tag %s is on %s, the branch at %s", tag, got, tip)
			}
		})
	}
}

// TestUnfilledCommandsDoNothing: copied without the id put in, they fail and
// neither tag HEAD nor touch the remote.
func TestUnfilledCommandsDoNothing(t *testing.T) {
	h, p := newByHand(t, "main")
	p.Commits = append(p.Commits, p.Commits[0])
	before, local := h.origin.Fingerprint(), h.mine.Fingerprint()
	failed := 0
	for _, s := range p.Publication() {
		if !strings.Contains(s.Command(), "<commit>") {
			continue
		}
		if out, err := h.shell(s.Command()); err == nil {
			t.Errorf("%s did something: %s", s.Command(), out)
		}
		failed++
	}
	if failed != 3 {
		t.Errorf("%d commands with a placeholder", failed)
	}
	if h.origin.Fingerprint() != before || h.mine.Fingerprint() != local {
		t.Error("something changed")
	}
}

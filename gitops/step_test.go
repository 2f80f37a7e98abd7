package gitops_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	// path comes first on PATH.
	path string
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
	if h.path != "" {
		cmd.Env = append(cmd.Env, "PATH="+h.path+string(filepath.ListSeparator)+os.Getenv("PATH"))
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return errs.String(), err
	}
	return strings.TrimSpace(string(out)), nil
}

// run does every step, and gives what git ls-remote answered last.
func (h *byHand) run(p gitops.Plan) (answer string) {
	h.t.Helper()
	answer, err := h.try(p)
	if err != nil {
		h.t.Fatalf("%v\n%s", err, answer)
	}
	return answer
}

// try does every step until one fails.
func (h *byHand) try(p gitops.Plan) (answer string, err error) {
	for _, s := range p.Publication() {
		command := strings.ReplaceAll(s.Command(), "<commit>", h.commit)
		out, err := h.shell(command)
		if err != nil {
			return out, fmt.Errorf("%s: %w", command, err)
		}
		switch s.(type) {
		case gitops.CommitStep:
			h.commit = out
		case gitops.VerifyStep:
			answer = out
		}
	}
	return answer, nil
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

// TestCommandsOfApart: on a server without atomic push, the commands send the
// branch and then the tag, and each question answers for what was sent.
func TestCommandsOfApart(t *testing.T) {
	for _, annotated := range []bool{true, false} {
		h, p := newByHand(t, "main")
		h.origin.Git("config", "receive.advertiseAtomic", "false")
		p.Tag.Annotated = annotated
		if _, err := h.try(p); err == nil {
			t.Fatal("this server takes branch and tag together")
		}
		h.mine.Git("tag", "-d", p.Tag.Name)
		p.Passage.Apart = true
		var kinds []string
		for _, s := range p.Publication() {
			kinds = append(kinds, s.Name())
		}
		if got := strings.Join(kinds, " "); got != "commit tag push verify push verify local" {
			t.Errorf("the steps are %s", got)
		}
		answer := h.run(p)
		tip, tag := h.origin.Rev("refs/heads/main"), h.origin.Rev("refs/tags/v1.0.1")
		if tip.String() != h.commit || answer != h.commit+"\trefs/heads/main\n"+tag.String()+"\trefs/tags/v1.0.1" {
			t.Errorf("the branch is at %s, the tag %s, heard %q", tip, tag, answer)
		}
		if got := h.origin.Rev("refs/tags/v1.0.1^{commit}"); got != tip || (tag != tip) != annotated {
			t.Errorf("the tag is on %s", got)
		}
	}
}

// TestApartInsists: each of the two pushes refuses to overwrite.
func TestApartInsists(t *testing.T) {
	h, p := newByHand(t, "main")
	p.Passage.Apart = true
	another := h.origin.Clone()
	another.Commit("Meanwhile\n", map[string]string{"b": "1\n"})
	another.Git("push", "-q", "origin", "main")
	if out, err := h.try(p); err == nil || h.origin.Rev("main") != another.Head() {
		t.Errorf("the branch was overwritten: %s", out)
	}
	h, p = newByHand(t, "main")
	p.Passage.Apart = true
	h.origin.Git("tag", "v1.0.1", "main")
	was := h.origin.Rev("refs/tags/v1.0.1")
	if out, err := h.try(p); err == nil || h.origin.Rev("refs/tags/v1.0.1") != was {
		t.Errorf("the tag was overwritten: %s", out)
	}
}

// TestCommandsOfAPullRequest: they send a branch of its own and leave the
// production branch and all tags alone; what no command does is a comment.
func TestCommandsOfAPullRequest(t *testing.T) {
	for _, link := range []string{"https://example.com/compare/main...revert%2Fx?a=1&b=$(exit)", ""} {
		h, p := newByHand(t, "main")
		p.Passage = gitops.Passage{Route: gitops.RoutePullRequest, Via: "revert/abc-it's", Link: link}
		ahead := filepath.Join(t.TempDir(), "ahead")
		if err := os.WriteFile(ahead, []byte("#!/bin/sh\n[ \"$*\" = resume ]\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		h.path = filepath.Dir(ahead)
		before := h.origin.Rev("main")
		answer := h.run(p)
		if got := h.origin.Rev("refs/heads/revert/abc-it's"); got.String() != h.commit || answer != h.commit+"\trefs/heads/revert/abc-it's" {
			t.Errorf("the branch is at %s, made %s, heard %q", got, h.commit, answer)
		}
		if h.origin.Rev("main") != before || h.origin.Git("tag") != "" {
			t.Error("more was pushed")
		}
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

// TestCommandsSkipHooksWhereThePlanDoes, each of the pushes that there may be,
// and nowhere else.
func TestCommandsSkipHooksWhereThePlanDoes(t *testing.T) {
	for name, way := range map[string]gitops.Passage{
		"together": {}, "apart": {Apart: true}, "request": {Route: gitops.RoutePullRequest, Via: "revert/abc"},
		"together, bare": {NoVerify: true}, "apart, bare": {Apart: true, NoVerify: true},
		"request, bare": {Route: gitops.RoutePullRequest, Via: "revert/abc", NoVerify: true},
	} {
		h, p := newByHand(t, "main")
		ahead := filepath.Join(t.TempDir(), "ahead")
		hook := filepath.Join(h.mine.GitDir(), "hooks", "pre-push")
		for path, text := range map[string]string{ahead: "#!/bin/sh\n", hook: "#!/bin/sh\nexit 1\n"} {
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o755)); err != nil {
				t.Fatal(err)
			}
		}
		h.path, p.Passage = filepath.Dir(ahead), way
		if out, err := h.try(p); (err == nil) != way.NoVerify {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
}

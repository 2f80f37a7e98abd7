package publish

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"ahead/gitops"
)

// Check is git's agreement with a plan.
type Check struct {
	// Git is the version that agreed.
	Git Version
	// Merges counts the merges that git computed to the same tree; 0 for a
	// restored tree, which is compared with the deployment's own.
	Merges int
	// Settled counts the paths that git calls conflicts and a person decided
	// about; everywhere else git's tree is the plan's.
	Settled int
	// Full is the tree of which a partial plan leaves something out, as git
	// computed it, too; zero for one that does all.
	Full gitops.Hash
	// Tree is the tree that was agreed on.
	Tree gitops.Hash
}

// Words says what was checked.
func (c Check) Words() string {
	tree, but := c.Tree, ""
	if !c.Full.IsZero() {
		tree, but = c.Full, fmt.Sprintf(", and without what is left out to tree %s", c.Tree.Short())
	}
	if c.Settled > 0 {
		but = fmt.Sprintf(", but for %s that it leaves to a person", count(c.Settled, "path")) + but
	}
	switch c.Merges {
	case 0:
		return fmt.Sprintf("tree %s is the deployment's own", tree.Short()) + but
	case 1:
		return fmt.Sprintf("git %s merges to the same tree %s", c.Git, tree.Short()) + but
	}
	return fmt.Sprintf("git %s makes the same %d merges, to tree %s", c.Git, c.Merges, tree.Short()) + but
}

// CrossCheck lets the system's git compute what plan claims, from the commits
// themselves: the tip's tree, each suspect's tree and its parent's, each merge,
// and the tree that ships. Of a plan that leaves something out git computes the
// full tree, and then takes the rest out of it by itself; of one in which
// conflicts were settled it finds those conflicts and no others. Whatever
// differs is an error with the code git-disagrees. Nothing is written to the
// repository.
func (g *Git) CrossCheck(ctx context.Context, plan gitops.Plan) (Check, error) {
	if !plan.Publishable() {
		return Check{}, notPublishable(plan)
	}
	if err := g.checkTip(ctx, plan); err != nil {
		return Check{}, err
	}
	if err := checkChain(plan); err != nil {
		return Check{}, err
	}
	check := Check{Git: g.version, Merges: len(plan.Merges), Tree: plan.Tree}
	full, err := g.checkFull(ctx, plan, &check)
	if err != nil || !leavesOut(plan) {
		return check, err
	}
	check.Full = full
	return check, g.checkPartial(ctx, plan, full)
}

// checkFull proves how the plan's tree comes about, before anything is left
// out of it, and gives that tree.
func (g *Git) checkFull(ctx context.Context, plan gitops.Plan, check *Check) (gitops.Hash, error) {
	if len(plan.Merges) == 0 {
		full, err := g.restored(ctx, plan)
		if err == nil && full != plan.Tree && !leavesOut(plan) {
			err = disagrees("the tree of "+plan.Remedy.Deployment, plan.Tree, full)
		}
		return full, err
	}
	if err := g.checkSuspects(ctx, plan); err != nil {
		return gitops.Hash{}, err
	}
	for _, m := range plan.Merges {
		check.Settled += len(m.Settled)
	}
	return plan.Merges[len(plan.Merges)-1].Result, g.checkMerges(ctx, plan)
}

// leavesOut reports whether the plan does less than its merges: either list
// alone would hide something.
func leavesOut(plan gitops.Plan) bool { return len(plan.LeftOut)+len(plan.Remedy.LeaveOut) > 0 }

func notPublishable(plan gitops.Plan) error {
	e := &gitops.Error{
		Code: gitops.CodeNotPublishable, What: "the plan cannot be shipped: its verdict is " + plan.Verdict.String(),
		Hint: "choose a remedy whose verdict is clean",
	}
	if plan.Verdict == gitops.VerdictClean {
		e.What = "the plan cannot be shipped: it makes no commit"
	}
	if plan.Reason != "" {
		e.What += " (" + plan.Reason + ")"
	}
	return e
}

// disagrees is the error that stops a ship. It names both trees.
func disagrees(what string, ours, git gitops.Hash) *gitops.Error {
	return &gitops.Error{
		Code: gitops.CodeDisagreement,
		What: fmt.Sprintf("%s: the plan says tree %s, git says %s", what, ours, git),
		Hint: "nothing was pushed; revert with git itself (git revert) and please report this",
	}
}

// checkTip compares the tip's tree with the one that the plan was made on.
func (g *Git) checkTip(ctx context.Context, plan gitops.Plan) error {
	tree, err := g.resolve(ctx, plan.Onto.String()+"^{tree}")
	if err != nil {
		return err
	}
	if tree.IsZero() {
		return missing(plan.Onto)
	}
	if tree != plan.OntoTree {
		return disagrees("the tree of "+plan.Onto.Short(), plan.OntoTree, tree)
	}
	return nil
}

func missing(h gitops.Hash) error {
	return &gitops.Error{
		Code: gitops.CodeMissingObject, What: fmt.Sprintf("commit %s is not here", h.Short()),
		Hint: "fetch first", Err: gitops.ErrMissing,
	}
}

// checkChain proves that the merges lead from the tip's tree to the one that
// ships, and that every commit ships one of their results. What is left out is
// left out of the last of them, in the one commit that there may be then.
func checkChain(plan gitops.Plan) error {
	last := plan.Commits[len(plan.Commits)-1].Tree
	if last != plan.Tree {
		return disagrees("the last commit", plan.Tree, last)
	}
	if len(plan.Merges) == 0 || leavesOut(plan) {
		if len(plan.Commits) != 1 {
			return internal("the plan makes %d commits where there can be one", len(plan.Commits))
		}
	}
	if len(plan.Merges) == 0 {
		return nil
	}
	at := plan.OntoTree
	next := 0
	for i, m := range plan.Merges {
		if m.Ours != at {
			return disagrees(fmt.Sprintf("merge %d starts elsewhere", i+1), m.Ours, at)
		}
		at = m.Result
		// In order: a commit may sum up several merges, never the reverse.
		if next < len(plan.Commits) && plan.Commits[next].Tree == at {
			next++
		}
	}
	if leavesOut(plan) {
		return nil
	}
	if next < len(plan.Commits) {
		return disagrees(fmt.Sprintf("commit %d is no result of a merge", next+1), plan.Commits[next].Tree, at)
	}
	if at != plan.Tree {
		return disagrees("the merges lead elsewhere", plan.Tree, at)
	}
	return nil
}

// checkSuspects proves that each merge is about the suspect that it names.
// Only for reverted commits: what a merge of another remedy spans is that
// remedy's own affair.
func (g *Git) checkSuspects(ctx context.Context, plan gitops.Plan) error {
	if plan.Remedy.Kind != gitops.RevertCommits {
		return nil
	}
	for _, m := range plan.Merges {
		if m.Suspect.IsZero() {
			continue
		}
		base, err := g.resolve(ctx, m.Suspect.String()+"^{tree}")
		if err != nil {
			return err
		}
		if base.IsZero() {
			return missing(m.Suspect)
		}
		if base != m.Base {
			return disagrees("the tree of the suspect "+m.Suspect.Short(), m.Base, base)
		}
		if err := g.checkParent(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// checkParent accepts the tree of any parent: which one is the mainline was
// the person's choice.
func (g *Git) checkParent(ctx context.Context, m gitops.Merge) error {
	parents, err := g.lines(ctx, "rev-parse", "--quiet", "--verify", "--end-of-options", m.Suspect.String()+"^@")
	if err != nil && exitOf(err) < 0 {
		return err
	}
	var tree gitops.Hash
	for _, p := range parents {
		if tree, err = g.resolve(ctx, p+"^{tree}"); err != nil {
			return err
		}
		if tree == m.Theirs {
			return nil
		}
	}
	return disagrees("the tree before the suspect "+m.Suspect.Short(), m.Theirs, tree)
}

// checkMerges computes every merge in one scratch.
func (g *Git) checkMerges(ctx context.Context, plan gitops.Plan) error {
	s, err := g.newScratch()
	if err != nil {
		return err
	}
	defer s.remove()
	objects := append([]gitops.Object{}, plan.Objects...)
	sides := make([][3]gitops.Object, len(plan.Merges))
	for i, m := range plan.Merges {
		sides[i] = mergeCommits(m.Base, m.Ours, m.Theirs)
		objects = append(objects, sides[i][:]...)
	}
	if err := g.store(ctx, objects, s.env()); err != nil {
		return err
	}
	for i, m := range plan.Merges {
		if err := s.takeAttributes(ctx, m.Ours); err != nil {
			return err
		}
		got, err := s.merge(ctx, sides[i])
		if err != nil {
			return err
		}
		if len(m.Settled) > 0 {
			err = s.compareSettled(ctx, m, got, sides[i])
		} else {
			err = g.compare(ctx, m, got)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compare sets git's merge beside ours. Both halves matter: git writes a tree
// for a conflict too, with the markers in it.
func (g *Git) compare(ctx context.Context, m gitops.Merge, got GitMerge) error {
	if got.Clean && got.Tree == m.Result {
		return nil
	}
	what := "reverting " + m.Suspect.Short()
	if m.Suspect.IsZero() {
		what = "the merge"
	}
	e := disagrees(what, m.Result, got.Tree)
	if !got.Clean {
		e.What += fmt.Sprintf(", and a conflict in %s", count(len(got.Conflicts), "path"))
		var paths []string
		for _, c := range got.Conflicts {
			paths = append(paths, c.Path)
		}
		e.Detail = strings.Join(paths, "\n")
	}
	if odd := g.mergeSettings(ctx); odd != "" {
		e.Hint = "git is configured to merge in its own way here (" + odd + "); " + e.Hint
	}
	return e
}

// mergeSettings are the settings that make git's merges differ from its
// defaults.
func (g *Git) mergeSettings(ctx context.Context) string {
	out, _ := g.run(ctx, call{args: []string{
		"config", "--get-regexp",
		`^(merge\.(renames|directoryrenames|renamelimit|renormalize|conflictstyle)|diff\.(renames|renamelimit|algorithm))$`,
	}})
	return strings.Join(strings.Split(strings.TrimSpace(string(out.stdout)), "\n"), ", ")
}

var hexID = regexp.MustCompile(`^[0-9a-f]{4,40}$`)

// restored gives the tree of the deployment by its name: a tag, else a commit.
func (g *Git) restored(ctx context.Context, plan gitops.Plan) (gitops.Hash, error) {
	name := plan.Remedy.Deployment
	exprs := []string{"refs/tags/" + name + "^{tree}"}
	if hexID.MatchString(name) {
		exprs = append(exprs, name+"^{tree}")
	}
	for _, expr := range exprs {
		tree, err := g.resolve(ctx, expr)
		if err != nil || !tree.IsZero() {
			return tree, err
		}
	}
	return gitops.Hash{}, disagrees(fmt.Sprintf("no deployment %q is known to git", name), plan.Tree, gitops.Hash{})
}

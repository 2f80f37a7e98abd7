package gitops

import (
	"fmt"
	"strings"
)

// Step is one act of publishing, as a small named value. The confirm screen
// shows it in words and as the git command that it equals; publishing does it.
type Step interface {
	// Name is the stable, lower-case name: commit, tag, push, verify, local.
	Name() string
	// Words says what will happen.
	Words() string
	// Command is the git command that comes to the same.
	Command() string
}

// CommitStep makes one commit object; no ref moves. A zero Parent is the new
// commit before it, whose id nobody knows yet.
type CommitStep struct {
	Tree    Hash
	Parent  Hash
	Subject string
}

// TagStep makes the tag object; no ref moves.
type TagStep struct {
	Tag TagPlan
}

// PushStep sends branch and tag in one atomic push.
type PushStep struct {
	Remote, Branch string
	// Seen is the remote tip that the push insists on.
	Seen Hash
	// Tag is empty when only the branch is pushed.
	Tag string
}

// VerifyStep asks the remote what it holds.
type VerifyStep struct {
	Remote, Branch, Tag string
}

// LocalStep brings the local refs along.
type LocalStep struct {
	Remote, Branch, Tag string
}

// Name implements Step.
func (CommitStep) Name() string { return "commit" }

// Words implements Step.
func (s CommitStep) Words() string {
	return s.Subject + " on " + s.parent()
}

// Command implements Step.
func (s CommitStep) Command() string {
	return fmt.Sprintf("git commit-tree %s -p %s", s.Tree.Short(), s.parent())
}

func (s CommitStep) parent() string {
	if s.Parent.IsZero() {
		return "the-one-before"
	}
	return s.Parent.Short()
}

// Name implements Step.
func (TagStep) Name() string { return "tag" }

// Words implements Step.
func (s TagStep) Words() string {
	return s.Tag.Name + ", " + s.Tag.Kind()
}

// Command implements Step.
func (s TagStep) Command() string {
	switch {
	case s.Tag.Signed:
		return "git tag -s " + s.Tag.Name
	case s.Tag.Annotated:
		return "git tag -a " + s.Tag.Name
	default:
		return "git tag " + s.Tag.Name
	}
}

// Kind says what sort of tag it is: lightweight, annotated, or annotated and
// signed.
func (t TagPlan) Kind() string {
	switch {
	case t.Signed:
		return "annotated, signed"
	case t.Annotated:
		return "annotated"
	default:
		return "lightweight"
	}
}

// Name implements Step.
func (PushStep) Name() string { return "push" }

// Words implements Step.
func (s PushStep) Words() string {
	if s.Tag == "" {
		return fmt.Sprintf("%s to %s, only if its tip is still %s", s.Branch, s.Remote, s.Seen.Short())
	}
	return fmt.Sprintf("%s and %s to %s together, or neither", s.Branch, s.Tag, s.Remote)
}

// Command implements Step.
func (s PushStep) Command() string {
	parts := []string{
		"git push --atomic",
		fmt.Sprintf("--force-with-lease=%s:%s", s.Branch, s.Seen.Short()),
		s.Remote, s.Branch,
	}
	if s.Tag != "" {
		parts = append(parts, s.Tag)
	}
	return strings.Join(parts, " ")
}

// Name implements Step.
func (VerifyStep) Name() string { return "verify" }

// Words implements Step.
func (s VerifyStep) Words() string { return "ask " + s.Remote + " what it holds" }

// Command implements Step.
func (s VerifyStep) Command() string {
	return strings.TrimSpace(fmt.Sprintf("git ls-remote %s %s %s", s.Remote, s.Branch, s.Tag))
}

// Name implements Step.
func (LocalStep) Name() string { return "local" }

// Words implements Step.
func (s LocalStep) Words() string { return "bring your copy of the remote's refs along" }

// Command implements Step.
func (s LocalStep) Command() string {
	return strings.TrimSpace(fmt.Sprintf("git fetch %s %s %s", s.Remote, s.Branch, s.Tag))
}

// Publication gives the steps that publishing this plan takes, in order.
func (p Plan) Publication() []Step {
	var steps []Step
	parent := p.Onto
	for _, c := range p.Commits {
		subject := Commit{Message: c.Message}.Subject()
		steps = append(steps, CommitStep{Tree: c.Tree, Parent: parent, Subject: subject})
		parent = Hash{}
	}
	if p.Tag.Name != "" {
		steps = append(steps, TagStep{Tag: p.Tag})
	}
	return append(steps,
		PushStep{Remote: p.Remote, Branch: p.Branch, Seen: p.Onto, Tag: p.Tag.Name},
		VerifyStep{Remote: p.Remote, Branch: p.Branch, Tag: p.Tag.Name},
		LocalStep{Remote: p.Remote, Branch: p.Branch, Tag: p.Tag.Name},
	)
}

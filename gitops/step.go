package gitops

import (
	"fmt"
	"strings"
)

// placeholder stands in commands for the newest commit made so far, whose id
// nobody knows yet. It is no shell variable on purpose: an empty one would turn
// "git tag NAME $c" into a tag on HEAD and "git push $c:main" into the deletion
// of the branch, while a shell refuses this one.
const placeholder = "<commit>"

// Step is one act of publishing, as a small named value. The confirm screen
// shows it in words and as the git command that it equals; publishing does it.
type Step interface {
	// Name is the stable, lower-case name: commit, tag, push, verify, open,
	// local, land.
	Name() string
	// Words says what will happen.
	Words() string
	// Command is the git command that comes to the same. The commands of a
	// publication, run in a shell one after the other, ship what the plan says:
	// <commit> is to be replaced by the id that the last git commit-tree wrote,
	// the file message holds the message, and the plan's tree must be stored.
	// What no git command does is a line that begins with "#".
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

// PushStep sends branch and tag in one atomic push, or one of the two.
type PushStep struct {
	Remote string
	// Branch is empty when only the tag is pushed.
	Branch string
	// Seen is the tip of the branch that the push insists on; zero insists that
	// there is no such branch yet.
	Seen Hash
	// Tag is empty when only the branch is pushed.
	Tag string
	// NoVerify skips the pre-push hook.
	NoVerify bool
}

// VerifyStep asks the remote what it holds.
type VerifyStep struct {
	Remote, Branch, Tag string
}

// OpenStep asks the forge to merge a branch into the production branch.
type OpenStep struct {
	Via, Into string
	// Forge is empty where a person has to open the request, at Link.
	Forge, Link string
}

// LandStep is what is left to do once the pull request is merged.
type LandStep struct {
	Tag string
}

// LocalStep brings the local refs along.
type LocalStep struct {
	Remote, Branch, Tag string
}

// Name implements Step.
func (CommitStep) Name() string { return "commit" }

// Words implements Step.
func (s CommitStep) Words() string {
	if s.Parent.IsZero() {
		return s.Subject + " on the one before"
	}
	return s.Subject + " on " + s.Parent.Short()
}

// Command implements Step.
func (s CommitStep) Command() string {
	parent := placeholder
	if !s.Parent.IsZero() {
		parent = s.Parent.Short()
	}
	return fmt.Sprintf("git commit-tree %s -p %s -F message", s.Tree.Short(), parent)
}

// Name implements Step.
func (TagStep) Name() string { return "tag" }

// Words implements Step.
func (s TagStep) Words() string {
	return s.Tag.Name + ", " + s.Tag.Kind()
}

// Command implements Step.
func (s TagStep) Command() string {
	how := ""
	switch {
	case s.Tag.Signed:
		how = "-s "
	case s.Tag.Annotated:
		how = "-a "
	}
	return "git tag " + how + shellWord(s.Tag.Name) + " " + placeholder
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
	switch {
	case s.Branch == "":
		return fmt.Sprintf("%s to %s, only if the name is still free", s.Tag, s.Remote)
	case s.Seen.IsZero():
		return fmt.Sprintf("%s to %s, as a new branch", s.Branch, s.Remote)
	case s.Tag == "":
		return fmt.Sprintf("%s to %s, only if its tip is still %s", s.Branch, s.Remote, s.Seen.Short())
	}
	return fmt.Sprintf("%s and %s to %s together, or neither", s.Branch, s.Tag, s.Remote)
}

// Command implements Step.
func (s PushStep) Command() string {
	words := []string{"git push"}
	if s.Branch != "" && s.Tag != "" {
		words[0] += " --atomic"
	}
	if s.NoVerify {
		words[0] += " --no-verify"
	}
	if s.Branch != "" {
		seen := s.Seen.Short()
		if s.Seen.IsZero() {
			seen = ""
		}
		words = append(words, fmt.Sprintf("--force-with-lease=%s:%s", branchName(s.Branch, s.Tag), seen))
	}
	words = append(words, shellWord(s.Remote))
	if s.Branch != "" {
		words = append(words, placeholder+":"+branchRef(s.Branch))
	}
	return strings.Join(append(words, tagRefs(s.Tag)...), " ")
}

// Name implements Step.
func (VerifyStep) Name() string { return "verify" }

// Words implements Step.
func (s VerifyStep) Words() string { return "ask " + s.Remote + " what it holds" }

// Command implements Step.
func (s VerifyStep) Command() string {
	words := []string{"git ls-remote", shellWord(s.Remote)}
	if s.Branch != "" {
		words = append(words, branchRef(s.Branch))
	}
	return strings.Join(append(words, tagRefs(s.Tag)...), " ")
}

// Name implements Step.
func (OpenStep) Name() string { return "open" }

// Words implements Step.
func (s OpenStep) Words() string {
	if s.Forge == "" {
		return fmt.Sprintf("you open a pull request from %s into %s", s.Via, s.Into)
	}
	return fmt.Sprintf("a pull request from %s into %s, on %s", s.Via, s.Into, s.Forge)
}

// Command implements Step.
func (s OpenStep) Command() string {
	if s.Link == "" {
		return "# no git command: by hand"
	}
	return "# " + s.Link
}

// Name implements Step.
func (LandStep) Name() string { return "land" }

// Words implements Step.
func (s LandStep) Words() string {
	if s.Tag == "" {
		return "once it is merged, ahead resume sees it through"
	}
	return "once it is merged, ahead resume tags it " + s.Tag
}

// Command implements Step.
func (LandStep) Command() string { return "ahead resume" }

// Name implements Step.
func (LocalStep) Name() string { return "local" }

// Words implements Step.
func (s LocalStep) Words() string { return "bring your copy of the remote's refs along" }

// Command implements Step.
func (s LocalStep) Command() string {
	command := "git fetch " + shellWord(s.Remote) + " " + branchName(s.Branch, s.Tag)
	if s.Tag != "" {
		command += " tag " + shellWord(s.Tag)
	}
	return command
}

// branchName is the short name, or the full one where git would read the short
// one as the tag, as a keyword, as an option or as force.
func branchName(name, tag string) string {
	if name == tag || name == "tag" || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "+") {
		return branchRef(name)
	}
	return shellWord(name)
}

func branchRef(name string) string { return shellWord("refs/heads/" + name) }

// tagRefs is the tag's full ref, or nothing without a tag.
func tagRefs(name string) []string {
	if name == "" {
		return nil
	}
	return []string{shellWord("refs/tags/" + name)}
}

// shellWord spells s so that a POSIX shell reads it as that one word: as it is
// where no character could mean anything, in single quotes elsewhere.
func shellWord(s string) string {
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_./:@%+,-", r)
	}
	if s != "" && strings.IndexFunc(s, odd) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
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
	if p.Passage.ByPullRequest() {
		via := p.Passage.Via
		return append(steps,
			PushStep{Remote: p.Remote, Branch: via, NoVerify: p.Passage.NoVerify},
			VerifyStep{Remote: p.Remote, Branch: via},
			OpenStep{Via: via, Into: p.Branch, Forge: p.Passage.Forge, Link: p.Passage.Link},
			LandStep{Tag: p.Tag.Name},
		)
	}
	if p.Tag.Name != "" {
		steps = append(steps, TagStep{Tag: p.Tag})
	}
	return append(append(steps, p.pushes()...), LocalStep{Remote: p.Remote, Branch: p.Branch, Tag: p.Tag.Name})
}

// pushes are the steps of a direct route that change the remote, each with the
// question that proves it.
func (p Plan) pushes() []Step {
	bare := p.Passage.NoVerify
	if p.Passage.Apart && p.Tag.Name != "" {
		return []Step{
			PushStep{Remote: p.Remote, Branch: p.Branch, Seen: p.Onto, NoVerify: bare},
			VerifyStep{Remote: p.Remote, Branch: p.Branch},
			PushStep{Remote: p.Remote, Tag: p.Tag.Name, NoVerify: bare},
			VerifyStep{Remote: p.Remote, Branch: p.Branch, Tag: p.Tag.Name},
		}
	}
	return []Step{
		PushStep{Remote: p.Remote, Branch: p.Branch, Seen: p.Onto, Tag: p.Tag.Name, NoVerify: bare},
		VerifyStep{Remote: p.Remote, Branch: p.Branch, Tag: p.Tag.Name},
	}
}

package publish

import (
	"context"
	"fmt"
	"strings"

	"ahead/gitops"
)

// commit makes one commit on top of the last one made, or of the tip.
func (s *shipment) commit(ctx context.Context, c gitops.NewCommit) (outcome, error) {
	parent := s.plan.Onto
	if n := len(s.receipt.Commits); n > 0 {
		parent = s.receipt.Commits[n-1]
	}
	message := c.Message
	if !s.plan.Rehearsed {
		said, err := s.g.finishMessage(ctx, s.plan, c, s.opt.NoVerify)
		if err != nil {
			return outcome{}, err
		}
		message = said.message
	}
	made, err := s.g.commitTree(ctx, c.Tree, parent, message, s.habits.signCommits)
	if err != nil {
		return outcome{}, err
	}
	s.receipt.Commits = append(s.receipt.Commits, made)
	s.receipt.Commit = made
	words := ""
	if s.habits.signCommits {
		words = ", signed"
	}
	return done("%s on %s%s", made.Short(), parent.Short(), words)
}

// commitTree makes a commit object and reads it back: what is pushed must
// stand on parent and hold tree, whatever configuration made of it.
func (g *Git) commitTree(ctx context.Context, tree, parent gitops.Hash, message string, sign bool) (gitops.Hash, error) {
	c := call{
		args: []string{"commit-tree", tree.String(), "-p", parent.String(), "-F", "-"}, stdin: []byte(message),
		env: g.dateEnv(),
		// The message is UTF-8 already; a repository's own encoding would label
		// it as something that it is not.
		settings: []setting{{"i18n.commitEncoding", "UTF-8"}},
	}
	if sign {
		c.args = append(c.args, "-S")
		c.env = append(c.env, noTerminalForKeys...)
		// A key may have to be touched.
		c.timeout = g.pushTimeout
	}
	out, err := g.run(ctx, c)
	if err != nil {
		if sign && ctx.Err() == nil {
			return gitops.Hash{}, g.notSigned(ctx, "the commit", err)
		}
		return gitops.Hash{}, fmt.Errorf("make the commit: %w", err)
	}
	made, err := gitops.ParseHash(strings.TrimSpace(string(out.stdout)))
	if err != nil {
		return gitops.Hash{}, fmt.Errorf("make the commit: %w", err)
	}
	return made, g.checkCommit(ctx, made, tree, parent, message)
}

func (g *Git) checkCommit(ctx context.Context, made, tree, parent gitops.Hash, message string) error {
	objects, err := g.readObjects(ctx, []gitops.Hash{made}, nil)
	if err != nil {
		return err
	}
	head, body, _ := strings.Cut(string(objects[0].Data), "\n\n")
	want := fmt.Sprintf("tree %s\nparent %s\nauthor ", tree, parent)
	if !strings.HasPrefix(head, want) {
		return internal("commit %s is not on %s with tree %s", made, parent, tree)
	}
	if body != message {
		return internal("commit %s does not say what the plan says", made)
	}
	return nil
}

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
	if s.habits.signOff {
		var err error
		if message, err = s.g.signOff(ctx, message, s.habits.committer); err != nil {
			return outcome{}, err
		}
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

// signOff adds the trailer where it is not there yet, by git's own rules for
// where a message's trailers are.
func (g *Git) signOff(ctx context.Context, message, who string) (string, error) {
	out, err := g.run(ctx, call{
		args: []string{
			"interpret-trailers", "--no-divider", "--where", "end", "--if-exists", "addIfDifferent", "--if-missing", "add",
			"--trailer", "Signed-off-by: " + who,
		},
		stdin: []byte(message),
	})
	if err != nil {
		return "", fmt.Errorf("sign off: %w", err)
	}
	return string(out.stdout), nil
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
		// A key may have to be touched.
		c.timeout = g.pushTimeout
	}
	out, err := g.run(ctx, c)
	if err != nil {
		if sign && ctx.Err() == nil {
			return gitops.Hash{}, notSigned("the commit", err)
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

func notSigned(what string, err error) error {
	return &gitops.Error{
		Code: gitops.CodeSigning, What: what + " could not be signed", Detail: strings.TrimSpace(stderrOf(err)),
		Hint: "unlock the key first (ssh-add, or gpg --sign once in this terminal: ahead cannot ask for a passphrase), or see git config user.signingKey",
	}
}

package publish

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ahead/gitops"
	"ahead/gitops/publish/journal"
)

// tag makes the tag object. No ref is made here: that is the push's work.
func (s *shipment) tag(ctx context.Context) (outcome, error) {
	if !s.hasTag() {
		return skipped("no tag asked for")
	}
	plan := s.plan.Tag
	made := gitops.TagMade{Name: plan.Name, Object: s.receipt.Commit}
	words := plan.Kind()
	if plan.Annotated || plan.Signed {
		var err error
		if made.Object, err = s.g.tagObject(ctx, plan, s.receipt.Commit); err != nil {
			return outcome{}, err
		}
		if words, err = s.g.checkTag(ctx, made.Object, plan, s.receipt.Commit); err != nil {
			return outcome{}, err
		}
	}
	s.receipt.Tag = made
	return done("%s → %s, %s", plan.Name, s.receipt.Commit.Short(), words)
}

// tagObject lets `git tag` make the object, since only it knows how to sign by
// every configuration, but in a throw-away repository whose object directory
// is the real one: the object arrives, the ref does not. It lies inside the
// git directory so that includeIf "gitdir:" patterns hold there too.
func (g *Git) tagObject(ctx context.Context, plan gitops.TagPlan, commit gitops.Hash) (gitops.Hash, error) {
	dir, err := g.throwAwayRepository()
	if err != nil {
		return gitops.Hash{}, err
	}
	defer func() {
		_ = os.RemoveAll(dir)
		// Fails, as it should, when something else is in there.
		_ = os.Remove(filepath.Dir(dir))
	}()
	settings, err := g.signingSettings(ctx)
	if err != nil {
		return gitops.Hash{}, err
	}
	// Without -s, a message alone makes the tag annotated; -a would overrule
	// tag.forceSignAnnotated.
	args := []string{"tag", "--cleanup=verbatim", "-F", "-"}
	if plan.Signed {
		args = append(args, "-s")
	}
	env := append([]string{"GIT_DIR=" + dir, "GIT_OBJECT_DIRECTORY=" + g.objectDir}, g.dateEnv()...)
	env = append(env, noTerminalForKeys...)
	_, err = g.run(ctx, call{
		args: append(args, "--", plan.Name, commit.String()), stdin: []byte(wholeLine(plan.Message)),
		env: env, settings: settings, timeout: g.pushTimeout,
	})
	if err != nil {
		if ctx.Err() == nil {
			return gitops.Hash{}, g.notSigned(ctx, "the tag", err)
		}
		return gitops.Hash{}, fmt.Errorf("make the tag: %w", err)
	}
	out, err := g.run(ctx, call{args: []string{"rev-parse", "--verify", "refs/tags/" + plan.Name}, env: env})
	if err != nil {
		return gitops.Hash{}, fmt.Errorf("make the tag: %w", err)
	}
	return gitops.ParseHash(strings.TrimSpace(string(out.stdout)))
}

// wholeLine ends a message with a line ending: a signature starts on a line of
// its own.
func wholeLine(s string) string {
	if s == "" || strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}

// throwAwayRepository is the least that git takes for a repository
// (gitrepository-layout). `git init` would copy templates, hooks among them.
func (g *Git) throwAwayRepository() (string, error) {
	parent, err := journal.OwnFolder(g.gitDir, g.sharing())
	if err != nil {
		return "", fmt.Errorf("make a throw-away repository: %w", err)
	}
	dir, err := os.MkdirTemp(parent, "tmp-")
	if err != nil {
		return "", fmt.Errorf("make a throw-away repository: %w", err)
	}
	err = os.Mkdir(filepath.Join(dir, "refs"), 0o700)
	for name, text := range map[string]string{
		"HEAD":   "ref: refs/heads/none\n",
		"config": "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
	} {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
		}
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return "", fmt.Errorf("make a throw-away repository: %w", err)
	}
	return dir, nil
}

// signingSettings carries over what the repository's own configuration says of
// identity and signing.
func (g *Git) signingSettings(ctx context.Context) ([]setting, error) {
	settings, err := g.settings(ctx, `^((user|author|committer|gpg|tag|commit)\..*|core\.sharedrepository)$`)
	if err != nil {
		return nil, err
	}
	return append(settings, setting{"core.hooksPath", os.DevNull}), nil
}

// checkTag reads the tag object back and says of what sort it became:
// configuration may sign what the plan left unsigned, never the reverse.
func (g *Git) checkTag(ctx context.Context, made gitops.Hash, plan gitops.TagPlan, commit gitops.Hash) (string, error) {
	objects, err := g.readObjects(ctx, []gitops.Hash{made}, nil)
	if err != nil {
		return "", err
	}
	text := string(objects[0].Data)
	want := fmt.Sprintf("object %s\ntype commit\ntag %s\ntagger ", commit, plan.Name)
	_, body, _ := strings.Cut(text, "\n\n")
	if objects[0].Kind != gitops.KindTag || !strings.HasPrefix(text, want) || !strings.HasPrefix(body, wholeLine(plan.Message)) {
		return "", internal("tag object %s is not what the plan says", made)
	}
	rest := strings.TrimPrefix(body, wholeLine(plan.Message))
	if !strings.HasPrefix(rest, "-----BEGIN ") {
		if plan.Signed {
			return "", g.notSigned(ctx, "the tag", nil)
		}
		return "annotated", nil
	}
	// Who may sign need not be known here, so no proof is no fault.
	if _, err := g.text(ctx, "verify-tag", made.String()); err != nil {
		return "annotated, signed", nil
	}
	return "annotated, signature good", nil
}

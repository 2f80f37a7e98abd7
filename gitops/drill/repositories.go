package drill

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ahead/gitops"
	"ahead/gitops/drill/story"
)

// makeRepositories imports the history into a bare repository and clones it.
func makeRepositories(ctx context.Context, bare, workTree string, h *story.History) error {
	if _, err := runGit(ctx, "", nil, "init", "--quiet", "--bare", "--template=", "--initial-branch="+Branch, bare); err != nil {
		return err
	}
	var stream bytes.Buffer
	h.Export(&stream, Branch)
	if _, err := runGit(ctx, bare, &stream, "fast-import", "--quiet", "--date-format=raw"); err != nil {
		return err
	}
	if err := verifyImport(ctx, bare, h); err != nil {
		return err
	}
	args := []string{"clone", "--quiet", "--template=", "--origin=" + Remote, "--branch=" + Branch}
	for _, c := range cloneConfig(workTree) {
		args = append(args, "-c", c)
	}
	if _, err := runGit(ctx, "", nil, append(args, "--", bare, workTree)...); err != nil {
		return err
	}
	return configureBare(bare)
}

// verifyImport makes sure that git came to the ids that the story computed:
// scoring and the scenarios' descriptions go by those.
func verifyImport(ctx context.Context, bare string, h *story.History) error {
	out, err := runGit(ctx, bare, nil, "rev-parse", "--verify", "refs/heads/"+Branch)
	if err != nil {
		return err
	}
	if got := strings.TrimSpace(string(out)); got != h.Tip.String() {
		return &gitops.Error{
			Code: gitops.CodeInternal,
			What: fmt.Sprintf("git imported the drill's history as %s, not as %s", got, h.Tip),
			Hint: "please report this with the output of `ahead doctor`",
		}
	}
	return nil
}

// shield are settings that a person's own configuration must not decide in a
// sandbox. Local values win over global ones.
func shield(gitDir string) []string {
	return []string{
		// A folder of hooks that is there to be used, unlike a person's own.
		"core.hooksPath=" + filepath.Join(gitDir, "hooks"),
		"gc.auto=0", "maintenance.auto=false", "core.fsmonitor=false",
	}
}

// cloneConfig are the settings of the work tree, so that publishing in it
// needs neither the person's identity nor their keys.
func cloneConfig(workTree string) []string {
	return append(shield(filepath.Join(workTree, ".git")),
		"user.name=Drill", "user.email=drill@shop.example", "user.useConfigOnly=false",
		"commit.gpgSign=false", "tag.gpgSign=false", "tag.forceSignAnnotated=false", "push.gpgSign=false",
		"core.autocrlf=false", "core.eol=lf", "push.followTags=false", "protocol.file.allow=always",
	)
}

// configureBare appends to the configuration in one go: a `git config` a
// setting would cost more than the whole import.
func configureBare(bare string) error {
	settings := append(shield(bare),
		"receive.autogc=false", "receive.advertiseAtomic=true",
		// A production branch that nobody rewrites, as on a real server.
		"receive.denyNonFastForwards=true", "receive.denyDeletes=true",
	)
	name := filepath.Join(bare, "config")
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read %q: %w", name, err)
	}
	for _, s := range settings {
		key, value, _ := strings.Cut(s, "=")
		section, key, _ := strings.Cut(key, ".")
		text = fmt.Appendf(text, "[%s]\n\t%s = %s\n", section, key, quoteConfig(value))
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		return fmt.Errorf("write %q: %w", name, err)
	}
	return nil
}

// quoteConfig spells a value so that git reads it back unchanged, as described
// under "Syntax" in git-config(1).
func quoteConfig(v string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(v) + `"`
}

package publish

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
)

// signer makes an ssh key and configures it where includes and all can be
// tested: in a file that only includeIf "gitdir:" brings in.
func (w *world) signer(extra string) string {
	w.t.Helper()
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		w.t.Skip("no ssh-keygen")
	}
	dir := w.t.TempDir()
	key := filepath.Join(dir, "key")
	if out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key).CombinedOutput(); err != nil {
		w.t.Fatalf("%v %s", err, out)
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		w.t.Fatal(err)
	}
	write(w.t, filepath.Join(dir, "allowed"), "ada@example.com "+string(public), 0o600)
	write(w.t, filepath.Join(dir, "work"), fmt.Sprintf(
		"[gpg]\n\tformat = ssh\n[gpg \"ssh\"]\n\tallowedSignersFile = %s\n[user]\n\tsigningKey = %s\n%s",
		filepath.Join(dir, "allowed"), key, extra), 0o600)
	w.mine.Git("config", "includeIf.gitdir:"+w.mine.Dir+"/.path", filepath.Join(dir, "work"))
	return key
}

func TestSigned(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		config                string
		tag                   gitops.TagPlan
		tagSigned, commitSign bool
	}{
		"asked for":       {"", gitops.TagPlan{Name: "v1.0.1", Annotated: true, Signed: true, Message: "Release"}, true, false},
		"tag.gpgSign":     {"[tag]\n\tgpgSign\n", gitops.TagPlan{Name: "v1.0.1", Annotated: true, Message: "# Release\n\nmore\n"}, true, false},
		"commit.gpgSign":  {"[commit]\n\tgpgSign = yes\n", gitops.TagPlan{Name: "v1.0.1", Annotated: true, Message: "Release\n"}, false, true},
		"forceAnnotated":  {"[tag]\n\tforceSignAnnotated = true\n", gitops.TagPlan{Name: "v1.0.1", Annotated: true, Message: "Release\n"}, true, false},
		"lightweight too": {"[commit]\n\tgpgSign = yes\n", gitops.TagPlan{Name: "v1.0.1"}, false, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.signer(c.config)
			p := w.plan(w.bad)
			p.Tag = c.tag
			local := w.mine.Git("tag", "--list")
			r := w.ship(w.git(w.mine), p)
			if w.mine.Git("tag", "--list") != local+"\nv1.0.1" {
				t.Error("tags")
			}
			if _, err := w.mine.TryGit("verify-tag", "v1.0.1"); (err == nil) != c.tagSigned {
				t.Errorf("verify-tag: %v", err)
			}
			if _, err := w.mine.TryGit("verify-commit", r.Commit.String()); (err == nil) != c.commitSign {
				t.Errorf("verify-commit: %v", err)
			}
			if d := stepOf(r, StepTag).Detail; strings.Contains(d, "signature good") != c.tagSigned {
				t.Errorf("says %q", d)
			}
			if d := stepOf(r, StepCommit).Detail; strings.HasSuffix(d, ", signed") != c.commitSign {
				t.Errorf("says %q", d)
			}
			if c.tag.Annotated {
				want := c.tag.Message
				if !strings.HasSuffix(want, "\n") {
					want += "\n"
				}
				if text := w.origin.Git("cat-file", "tag", "v1.0.1"); !strings.Contains(text+"\n", "\n\n"+want) {
					t.Errorf("tag says %q", text)
				}
			}
			if w.origin.Rev("v1.0.1^{commit}") != r.Commit {
				t.Error("the tag is elsewhere")
			}
		})
	}
}

func TestCannotSign(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{"tag": "", "commit": "[commit]\n\tgpgSign = true\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			key := w.signer(config)
			if err := os.Remove(key); err != nil {
				t.Fatal(err)
			}
			p := w.plan(w.bad)
			p.Tag.Signed = true
			r, _ := w.refused(w.git(w.mine), p, gitops.CodeSigning)
			if last := r.Steps[len(r.Steps)-1]; last.Name != name {
				t.Errorf("stopped at %+v", last)
			}
		})
	}
}

func TestBadSetting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("config", "commit.gpgSign", "perhaps")
	w.refused(w.git(w.mine), w.plan(w.bad), gitops.CodeInternal)
}

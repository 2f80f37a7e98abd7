package desk

import (
	"context"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

func planOne(t *testing.T, d *Desk, r gitops.Remedy) gitops.Plan {
	t.Helper()
	p, err := d.Plan(context.Background(), look(t, d), r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func says(p gitops.Plan, code string) string {
	var all []string
	for _, w := range p.Warnings {
		if w.Code == code {
			all = append(all, w.Text)
		}
	}
	return strings.Join(all, "; ")
}

// TestADriverThatKeepsOursTookNothingBack: nothing would change, yet the tree
// still has what the suspect did.
func TestADriverThatKeepsOursTookNothingBack(t *testing.T) {
	for name, c := range map[string]struct{ attributes, driver, who string }{
		"a program": {"total merge=keep\n", "exit 0", "the merge driver"},
		// What ours changed and theirs deleted stays.
		"union": {"total merge=union\n", "", "the merge driver"},
	} {
		t.Run(name, func(t *testing.T) {
			r := gittest.New(t)
			r.Commit("Start", map[string]string{"total": "a\nz\n", "tax": "1\n", ".gitattributes": c.attributes})
			suspect := r.Commit("Round", map[string]string{"total": "a\nnew\nz\n", "tax": "2\n"})
			r.Commit("Tax back", map[string]string{"tax": "1\n"})
			gone := r.Commit("Tax again", map[string]string{"tax": "3\n"})
			r.Commit("Tax back again", map[string]string{"tax": "1\n"})
			r.Commit("Round better", map[string]string{"total": "a\nnewer\nz\n"})
			if c.driver != "" {
				r.Git("config", "merge.keep.driver", c.driver)
			}
			d := open(t, r)
			for _, mentioned := range []bool{false, true} {
				p := planOne(t, d, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
				want := c.who + " keeps total as the branch has it, and nothing else is left to revert"
				if p.Verdict != gitops.VerdictEmpty || p.Reason != want || says(p, gitops.WarnAlreadyReverted) != "" {
					t.Errorf("%s %q %v, want %q", p.Verdict, p.Reason, p.Warnings, want)
				}
				if !mentioned {
					r.Git("commit", "-q", "--allow-empty", "-m", "Revert \"Round\"\n\nThis reverts commit "+suspect.String()+".")
				}
			}
			both := planOne(t, d, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect, gone}})
			if both.Verdict != gitops.VerdictEmpty || !strings.Contains(both.Reason, "keeps total as the branch has it") {
				t.Errorf("both: %s %q", both.Verdict, both.Reason)
			}
			if p := planOne(t, d, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{gone}}); !strings.Contains(p.Reason, "later commits took it back") {
				t.Errorf("what no driver decided on: %s %q", p.Verdict, p.Reason)
			}
		})
	}
}

// TestAShallowCloneClaimsNothingOfWhatIsBelow, and names what brings it.
func TestAShallowCloneClaimsNothingOfWhatIsBelow(t *testing.T) {
	r := gittest.New(t)
	r.Commit("Start", map[string]string{"total": "a\n"})
	r.AnnotatedTag("v1.0.0")
	old := r.Commit("Banner", map[string]string{"banner": "spring\n"})
	suspect := r.Commit("Round", map[string]string{"total": "b\n"})
	r.Commit("Revert \"Round\"\n\nThis reverts commit "+suspect.String()+".", map[string]string{"total": "a\n"})
	r.AnnotatedTag("v1.1.0")
	bare := r.WithRemote()
	d := open(t, bare.Clone("--depth", "2"))
	p := planOne(t, d, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
	said := says(p, gitops.WarnAlreadyReverted)
	if p.Verdict != gitops.VerdictRefused || !strings.Contains(said, "says that it already reverts "+suspect.Short()) || strings.Contains(said, "still there") {
		t.Errorf("%s %q, says %q", p.Verdict, p.Reason, said)
	}
	for _, name := range []string{old.String(), old.Short(), "v1.0.0"} {
		_, err := d.Resolve(context.Background(), name)
		if e, ok := err.(*gitops.Error); !ok || !strings.Contains(e.Hint, "git fetch --unshallow") {
			t.Errorf("%s: %v %+v", name, err, e)
		}
	}
	for _, kind := range []gitops.RemedyKind{gitops.RestoreDeployment, gitops.RevertDeployment} {
		_, err := d.Plan(context.Background(), look(t, d), gitops.Remedy{Kind: kind, Deployment: "v1.0.0"})
		if e, ok := err.(*gitops.Error); !ok || e.Code != gitops.CodeUnknownRelease || !strings.Contains(e.Hint, "git fetch --unshallow") {
			t.Errorf("%s: %v %+v", kind, err, e)
		}
	}
}

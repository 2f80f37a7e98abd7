package desk

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// rehearsed plans the revert of the last commit but n, rehearses it, and holds
// everything here and there against what it was.
func rehearsed(t *testing.T, r *gittest.Repo, origin *gittest.Bare, d *Desk, remedy gitops.Remedy, between func()) (gitops.Plan, gitops.Rehearsal, error) {
	t.Helper()
	snap := look(t, d)
	plan, err := d.Plan(context.Background(), snap, remedy)
	if err != nil || !plan.Publishable() {
		t.Fatalf("%v %s", err, plan.Reason)
	}
	if between != nil {
		between()
	}
	mine, theirs := whole(t, r), whole(t, origin.Repo)
	got, err := d.Rehearse(context.Background(), snap, plan)
	if whole(t, r) != mine || whole(t, origin.Repo) != theirs {
		t.Error("a rehearsal changed something")
	}
	return plan, got, err
}

// whole is a repository to the last byte: every file, objects too.
func whole(t *testing.T, r *gittest.Repo) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(r.Dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			b.WriteString(path + "\n")
			return err
		}
		data, err := os.ReadFile(path)
		b.WriteString(path + "\x00" + string(data) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func noticeCodes(r gitops.Rehearsal) string {
	var out []string
	for _, n := range r.Notices {
		out = append(out, n.Code)
	}
	return strings.Join(out, " ")
}

func hookIn(t *testing.T, r *gittest.Repo, body string) {
	t.Helper()
	path := filepath.Join(r.GitDir(), "hooks", "commit-msg")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestRehearsedIsPublished(t *testing.T) {
	r, origin := shop(t)
	r.Git("config", "format.signOff", "true")
	r.Git("config", "trailer.incident.key", "Incident-Id")
	hookIn(t, r, `git interpret-trailers --in-place --trailer "Change-Id: I$(git hash-object "$1")" "$1"`)
	d := open(t, r)
	remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Rev("v1.1.0^{commit}")}, Reason: "off by a cent", Incident: "inc-1"}
	plan, got, err := rehearsed(t, r, origin, d, remedy, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "off by a cent\n\nIncident-Id: inc-1\nSigned-off-by: Ada Example <ada@example.com>\nChange-Id: I"
	if !strings.Contains(got.Plan.Message, want) || noticeCodes(got) != "hook" {
		t.Errorf("%s\n%v", got.Plan.Message, got.Notices)
	}
	if got.Plan.ID == plan.ID || got.Plan.ID == "" || got.Plan.Tag != plan.Tag || plan.Rehearsed || plan.Commits[0].Message == got.Plan.Message {
		t.Error("plan and rehearsed plan are mixed up")
	}
	if got.Plan.Passage.Route != gitops.RouteDirect || got.Plan.Passage.Apart {
		t.Errorf("passage %+v", got.Plan.Passage)
	}
	again, err := d.Rehearse(context.Background(), look(t, d), got.Plan)
	if err != nil || again.Plan.ID != got.Plan.ID {
		t.Errorf("a second rehearsal makes another plan: %v", err)
	}
	receipt, err := d.Publish(context.Background(), got.Plan, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := origin.Git("cat-file", "commit", receipt.Commit.String()); !strings.HasSuffix(text+"\n", "\n\n"+got.Plan.Message) {
		t.Errorf("committed\n%s", text)
	}
}

func TestRehearsedTag(t *testing.T) {
	for name, c := range map[string]struct {
		remedy func(*gitops.Remedy)
		// tags are made by a colleague after our look: name, then what it is on.
		tags    [][2]string
		shallow bool
		want    string
		notices string
		code    gitops.Code
	}{
		"free":                        {want: "v1.1.1"},
		"taken meanwhile":             {tags: [][2]string{{"v1.1.1", "v1.0.0"}}, want: "v1.1.2", notices: NoticeTag},
		"several taken":               {tags: [][2]string{{"v1.1.1", "v1.0.0"}, {"v1.1.2", "v1.0.0"}}, want: "v1.1.3", notices: NoticeTag},
		"released meanwhile":          {tags: [][2]string{{"v1.2.0", "main"}}, want: "v1.2.1", notices: NoticeTag},
		"elsewhere":                   {tags: [][2]string{{"v9.0.0", "other"}}, want: "v1.1.1"},
		"no release":                  {tags: [][2]string{{"nightly-7", "main"}, {"v1.2.0-rc.1", "main"}}, want: "v1.1.1"},
		"my own name":                 {remedy: func(r *gitops.Remedy) { r.Tag = "hotfix-7" }, tags: [][2]string{{"v1.1.1", "main"}}, want: "hotfix-7"},
		"my own name, taken":          {remedy: func(r *gitops.Remedy) { r.Tag = "hotfix-7" }, tags: [][2]string{{"hotfix-7", "main"}}, code: gitops.CodeTagTaken},
		"no tag":                      {remedy: func(r *gitops.Remedy) { r.NoTag = true }, tags: [][2]string{{"v1.1.1", "main"}}},
		"shallow, all tags elsewhere": {shallow: true, want: "v1.1.1", notices: NoticeTag},
		"shallow, newer ones":         {shallow: true, tags: [][2]string{{"v1.3.0", "v1.0.0"}}, want: "v1.3.1", notices: NoticeTag},
	} {
		t.Run(name, func(t *testing.T) {
			r, origin := shop(t)
			r.CheckoutNew("other")
			r.Commit("Elsewhere", map[string]string{"elsewhere": "x\n"})
			r.Git("push", "-q", "origin", "other")
			r.Checkout("main")
			remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Head()}, Reason: "x"}
			if c.remedy != nil {
				c.remedy(&remedy)
			}
			mine := r
			if c.shallow {
				mine = origin.Clone("--depth=2", "--no-tags")
			}
			_, got, err := rehearsed(t, mine, origin, open(t, mine), remedy, func() {
				for _, tag := range c.tags {
					origin.Git("tag", "-a", "-m", "x", tag[0], tag[1]+"^{commit}")
				}
			})
			if c.code != "" {
				if taken := new(gitops.TagTaken); gitops.CodeOf(err) != c.code || !errors.As(err, &taken) || taken.Where != "origin" || taken.Object.IsZero() {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil || got.Plan.Tag.Name != c.want || noticeCodes(got) != c.notices {
				t.Errorf("%v %+v %v", err, got.Plan.Tag, got.Notices)
			}
		})
	}
}

func TestRehearsalRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, r *gittest.Repo, origin *gittest.Bare)
		opts  func(*Options)
		code  gitops.Code
	}{
		"hook":          {spoil: func(t *testing.T, r *gittest.Repo, _ *gittest.Bare) { hookIn(t, r, "echo no; exit 1") }, code: gitops.CodeHook},
		"hook, skipped": {spoil: func(t *testing.T, r *gittest.Repo, _ *gittest.Bare) { hookIn(t, r, "echo no; exit 1") }, opts: func(o *Options) { o.NoVerify = true }},
		"no key": {spoil: func(t *testing.T, r *gittest.Repo, _ *gittest.Bare) {
			r.Git("config", "commit.gpgSign", "true")
			r.Git("config", "gpg.program", "/no/such/gpg")
		}, code: gitops.CodeSigning},
		"no remote": {spoil: func(t *testing.T, r *gittest.Repo, origin *gittest.Bare) {
			r.Git("remote", "set-url", "origin", "/no/such/place")
		}, code: gitops.CodeRemoteUnreached},
		"hook goes first": {spoil: func(t *testing.T, r *gittest.Repo, origin *gittest.Bare) {
			hookIn(t, r, "exit 1")
			r.Git("remote", "set-url", "origin", "/no/such/place")
		}, code: gitops.CodeHook},
	} {
		t.Run(name, func(t *testing.T) {
			r, origin := shop(t)
			c.spoil(t, r, origin)
			var change []func(*Options)
			if c.opts != nil {
				change = append(change, c.opts)
			}
			_, got, err := rehearsed(t, r, origin, open(t, r, change...), gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Head()}}, nil)
			if c.code == "" {
				if err != nil || noticeCodes(got) != "hook-skipped" {
					t.Errorf("%v %v", err, got.Notices)
				}
				return
			}
			if gitops.CodeOf(err) != c.code {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestRehearsedPassage: the way is a part of the rehearsed plan, and a request's
// text is the message as it will be.
func TestRehearsedPassage(t *testing.T) {
	r, origin := shop(t)
	hookIn(t, r, `printf '\nChange-Id: I1\n' >> "$1"`)
	remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Head()}}
	_, got, err := rehearsed(t, r, origin, open(t, r, func(o *Options) { o.PullRequest = true }), remedy, nil)
	if err != nil || !got.Plan.Passage.ByPullRequest() || got.Plan.Passage.Via == "" || !strings.HasSuffix(got.Plan.Message, "\nChange-Id: I1\n") {
		t.Errorf("%v %+v %q", err, got.Plan.Passage, got.Plan.Message)
	}
	origin.Git("config", "receive.advertiseAtomic", "false")
	_, got, err = rehearsed(t, r, origin, open(t, r), remedy, nil)
	if err != nil || !got.Plan.Passage.Apart || got.Plan.Passage.Why == "" {
		t.Errorf("%v %+v", err, got.Plan.Passage)
	}
}

// TestRehearsedTagSaysItIsSigned: configuration may sign what the releases
// before were not, and the person confirms what will be.
func TestRehearsedTagSaysItIsSigned(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen here")
	}
	r, origin := shop(t)
	key := filepath.Join(t.TempDir(), "key")
	if out, err := exec.Command(keygen, "-q", "-t", "ed25519", "-N", "", "-f", key).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	for name, value := range map[string]string{"tag.gpgSign": "true", "gpg.format": "ssh", "user.signingKey": key} {
		r.Git("config", name, value)
	}
	d := open(t, r)
	plan, got, err := rehearsed(t, r, origin, d, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Head()}}, nil)
	if err != nil || plan.Tag.Signed || !got.Plan.Tag.Signed {
		t.Errorf("%v, planned signed %v, rehearsed signed %v", err, plan.Tag.Signed, got.Plan.Tag.Signed)
	}
}

// TestComponentOfThePaths: in a repository of several parts the tag is that of
// the part that changes, not that of the part released last.
func TestComponentOfThePaths(t *testing.T) {
	r := gittest.New(t)
	r.Commit("Start", map[string]string{"api/a": "1\n", "web/w": "1\n", "README": "1\n"})
	r.AnnotatedTag("api/v1.4.0")
	r.Commit("Api", map[string]string{"api/a": "2\n"})
	r.AnnotatedTag("api/v1.4.1")
	r.Commit("Web", map[string]string{"web/w": "2\n"})
	r.AnnotatedTag("web/v2.0.0")
	both := r.Commit("Both", map[string]string{"web/w": "3\n", "web/x": "3\n", "api/b": "3\n"})
	readme := r.Commit("Readme", map[string]string{"README": "2\n"})
	origin := r.WithRemote()
	for name, c := range map[string]struct {
		commit               gitops.Hash
		want, words, notices string
	}{
		"one":     {r.Rev("api/v1.4.1^{commit}"), "api/v1.4.2", "patch after api/v1.4.1; all the files are of api", ""},
		"several": {both, "web/v2.0.1", "patch after web/v2.0.0; 2 of 3 files are of web, 1 of api", NoticeComponents},
		"none":    {readme, "web/v2.0.1", "patch after web/v2.0.0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{c.commit}}
			plan, got, err := rehearsed(t, r, origin, open(t, r), remedy, nil)
			if err != nil || plan.Tag.Name != c.want || plan.Tag.Scheme != c.words || noticeCodes(got) != c.notices || got.Plan.Tag != plan.Tag {
				t.Errorf("%v %+v %v", err, plan.Tag, got.Notices)
			}
		})
	}
	d := open(t, r)
	_, got, err := rehearsed(t, r, origin, d, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Rev("api/v1.4.1^{commit}")}}, func() {
		origin.Git("tag", "api/v1.5.0", "main")
		origin.Git("tag", "web/v3.0.0", "main")
	})
	if err != nil || got.Plan.Tag.Name != "api/v1.5.1" {
		t.Errorf("%v %+v", err, got.Plan.Tag)
	}
}

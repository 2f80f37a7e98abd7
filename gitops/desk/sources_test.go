package desk

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/gittest"
)

// rowsOf is a source that knows these.
type rowsOf struct {
	name string
	rows []gitops.Deployment
	err  error
}

func (r rowsOf) Name() string                                             { return r.name }
func (r rowsOf) Place() string                                            { return r.name + ".example.com" }
func (r rowsOf) Deployments(context.Context) ([]gitops.Deployment, error) { return r.rows, r.err }

// at is a deployment that happened so many minutes after the repository's last
// commit.
func at(r *gittest.Repo, minutes int, c gitops.Hash, status gitops.Status) gitops.Deployment {
	return gitops.Deployment{Environment: "production", Commit: c, Status: status, StartedAt: r.Now().Add(time.Duration(minutes) * time.Minute)}
}

func sources(all ...deploy.Source) func(*Options) {
	return func(o *Options) { o.Sources = all }
}

func TestDriftAgainstTipAndTagOffTheBranch(t *testing.T) {
	r, _ := shop(t)
	// v1.1.1 is released from a branch of its own, production runs a commit
	// between releases.
	live := r.Rev("main")
	r.Git("checkout", "-q", "-b", "maint", "v1.1.0")
	r.Commit("Hotfix", map[string]string{"tax": "2\n"})
	r.Commit("Hotfix, too", map[string]string{"tax": "3\n"})
	hotfix := r.Rev("maint")
	r.Git("checkout", "-q", "main")
	r.Commit("After", map[string]string{"after": "x\n"})
	r.Commit("After, too", map[string]string{"after": "y\n"})
	r.Git("push", "-q", "origin", "main")
	s := told(t, open(t, r, sources(rowsOf{"github", []gitops.Deployment{at(r, 1, live, gitops.StatusLive)}, nil})))
	if want := (gitops.Drift{Ahead: 2, Tag: "v1.1.0", TagAside: 1}); s.Drift != want {
		t.Errorf("drift %+v, want %+v", s.Drift, want)
	}
	s = told(t, open(t, r, sources(rowsOf{"gitlab", []gitops.Deployment{at(r, 1, hotfix, gitops.StatusLive)}, nil})))
	if want := (gitops.Drift{Ahead: 3, Aside: 2, Tag: "v1.1.0", TagAside: 2}); s.Drift != want {
		t.Errorf("off the branch: drift %+v, want %+v", s.Drift, want)
	}
	// The hotfix is a release, and what runs is not told to be behind an older one.
	r.Git("tag", "-a", "-m", "v1.1.1", "v1.1.1", "maint")
	hot := told(t, open(t, r, sources(rowsOf{"gitlab", []gitops.Deployment{at(r, 1, hotfix, gitops.StatusLive)}, nil})))
	if want := (gitops.Drift{Ahead: 3, Aside: 2, Tag: "v1.1.1"}); hot.Drift != want {
		t.Errorf("a hotfix that is released: drift %+v, want %+v", hot.Drift, want)
	}
	if s.Rollback != nil || s.Environment != "production" || len(s.Claims) != 1 || s.Sources[0].Condition != gitops.SourceFresh {
		t.Errorf("%+v %+v", s.Rollback, s.Sources)
	}
}

// Releases that are tagged beside the branch, as by a commit that sets the version,
// are releases all the same; one of an older line is none that production runs.
func TestTheLatestReleaseNeedNotLieOnTheBranch(t *testing.T) {
	r := gittest.New(t)
	r.Commit("Start", map[string]string{"a": "1\n"})
	r.AnnotatedTag("v0.1.0")
	for _, minor := range []string{"1.0", "1.1", "1.2"} {
		r.Commit("For "+minor, map[string]string{"a": minor + "\n"})
		r.CheckoutNew("release-" + minor)
		r.Commit("Version "+minor+".0", map[string]string{"version": minor + ".0\n"})
		r.AnnotatedTag("v" + minor + ".0")
		r.Checkout("main")
	}
	r.Commit("Not released", map[string]string{"a": "new\n"})
	r.Checkout("release-1.0")
	r.Commit("Backport", map[string]string{"b": "1\n"})
	r.AnnotatedTag("v1.0.1")
	r.Checkout("main")
	r.WithRemote()
	d := open(t, r)
	s := look(t, d)
	if s.Deployed == nil || s.Deployed.Tag != "v1.2.0" {
		t.Fatalf("deployed %+v", s.Deployed)
	}
	if want := (gitops.Drift{Ahead: 1, Aside: 1, Tag: "v1.2.0"}); s.Drift != want {
		t.Errorf("drift %+v, want %+v", s.Drift, want)
	}
	if got := notice(s, "released-elsewhere"); !strings.Contains(got, "v1.0.1") {
		t.Errorf("notice %q", got)
	}
	plan, err := d.Plan(context.Background(), s, gitops.Remedy{Commits: []gitops.Hash{s.Tip}})
	if err != nil || plan.Tag.Name != "v1.2.1" {
		t.Errorf("the next one is called %q, %v", plan.Tag.Name, err)
	}
	// The same by what runs.
	s = told(t, open(t, r, sources(rowsOf{"github", []gitops.Deployment{at(r, 1, r.Rev("v1.1.0^{commit}"), gitops.StatusLive)}, nil})))
	if want := (gitops.Drift{Ahead: 2, Aside: 1, Tag: "v1.2.0", TagAhead: 2, TagAside: 1}); s.Drift != want {
		t.Errorf("drift %+v, want %+v", s.Drift, want)
	}
}

// A line whose commits are merged up into the next one has its own releases, though
// those of the next one have all of it.
func TestALineMergedUpKeepsItsReleases(t *testing.T) {
	r := gittest.New(t)
	r.Commit("Start", map[string]string{"a": "1\n"})
	r.Git("branch", "1.x")
	for i := range 5 {
		r.Commit("For 2.0", map[string]string{"b": strings.Repeat("+", i)})
	}
	r.AnnotatedTag("v2.0.0")
	r.Checkout("1.x")
	r.Commit("Fix", map[string]string{"c": "1\n"})
	r.AnnotatedTag("v1.0.1")
	r.Commit("Fix, too", map[string]string{"c": "2\n"})
	r.Checkout("main")
	r.Merge("1.x")
	r.AnnotatedTag("v2.0.1")
	for branch, want := range map[string]string{"1.x": "v1.0.1", "main": "v2.0.1"} {
		if s := look(t, open(t, r, func(o *Options) { o.Branch = branch })); s.Deployed == nil || s.Deployed.Tag != want {
			t.Errorf("%s: deployed %+v", branch, s.Deployed)
		}
	}
}

func TestWithTagsOnlyDriftIsThatOfTheRelease(t *testing.T) {
	r, _ := shop(t)
	s := look(t, open(t, r))
	if want := (gitops.Drift{Ahead: 1, Tag: "v1.1.0"}); s.Drift != want || s.Environment != deploy.Production || len(s.Sources) != 0 {
		t.Errorf("drift %+v, sources %+v", s.Drift, s.Sources)
	}
}

func TestARollbackIsNamedForTheDangerThatItIs(t *testing.T) {
	r, _ := shop(t)
	v1, v2, tip := r.Rev("v1.0.0^{commit}"), r.Rev("v1.1.0^{commit}"), r.Rev("main")
	rows := []gitops.Deployment{
		at(r, 3, v1, gitops.StatusLive), at(r, 2, tip, gitops.StatusSuperseded),
		at(r, 1, v2, gitops.StatusSuperseded), at(r, 0, v1, gitops.StatusSuperseded),
	}
	s := told(t, open(t, r, sources(rowsOf{"argocd", rows, nil})))
	if s.Rollback == nil || s.Rollback.Left.Commit != tip || s.Rollback.Lost != 2 || s.Rollback.Pending != 2 {
		t.Fatalf("%+v", s.Rollback)
	}
	want := "production went back from " + tip.Short() + " to v1.0.0: main still holds 2 commits that were given up, and the next ordinary deploy brings them back, the bad one among them"
	if got := notice(s, "rolled-back"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// The batches: what came first with which deployment.
	if n := len(s.Batches[0].Commits); n != 0 {
		t.Errorf("going back brought %d commits", n)
	}
	s = told(t, open(t, r, sources(rowsOf{"argocd", rows[1:], nil})))
	if s.Rollback != nil {
		t.Errorf("an ordinary deployment: %+v", s.Rollback)
	}
}

// What a failed deployment carried came with the one after it.
func TestAFailedDeploymentBroughtNothing(t *testing.T) {
	r, _ := shop(t)
	v1, v2, tip := r.Rev("v1.0.0^{commit}"), r.Rev("v1.1.0^{commit}"), r.Rev("main")
	s := told(t, open(t, r, sources(rowsOf{"github", []gitops.Deployment{
		at(r, 3, tip, gitops.StatusLive), at(r, 2, v2, gitops.StatusFailed), at(r, 1, v1, gitops.StatusSuperseded),
	}, nil})))
	if len(s.Batches) != 3 || len(s.Batches[0].Commits) != 2 || len(s.Batches[1].Commits) != 0 || s.Batches[1].Deployment.Status != gitops.StatusFailed {
		t.Errorf("%+v", s.Batches)
	}
	if last := s.Batches[2]; last.Deployment.Commit != v1 || len(last.Commits) != 1 {
		t.Errorf("what was before it: %+v", last)
	}
	if s.Rollback != nil {
		t.Errorf("%+v", s.Rollback)
	}
}

func TestADeployedCommitThatIsNotHereSaysWhichFetchBringsIt(t *testing.T) {
	r, _ := shop(t)
	other := r.Clone()
	away := other.Commit("Deployed from elsewhere", map[string]string{"x": "y\n"})
	other.Git("push", "-q", r.Git("remote", "get-url", "origin"), "HEAD:refs/heads/hotfix")
	live := at(r, 1, away, gitops.StatusLive)
	d := open(t, r, sources(rowsOf{"github", []gitops.Deployment{live, at(r, 0, r.Rev("v1.0.0^{commit}"), gitops.StatusSuperseded)}, nil}))
	s := told(t, d)
	if !s.Drift.Missing || s.Drift.Fetch != "git fetch origin "+away.String() || s.Deployed == nil || s.Deployed.Commit != away {
		t.Fatalf("%+v, deployed %+v", s.Drift, s.Deployed)
	}
	if got := notice(s, "deployed-missing"); !strings.Contains(got, "github says that production runs "+away.Short()) || !strings.Contains(got, s.Drift.Fetch) {
		t.Errorf("notice %q", got)
	}
	if len(s.Commits) == 0 || s.Batches[0].Deployment.Commit != away {
		t.Errorf("the list is gone: %+v", s.Batches)
	}
	// The command does what it says.
	cmd := exec.Command("sh", "-c", s.Drift.Fetch)
	cmd.Dir, cmd.Env = r.Path(), r.Env()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %s", err, out)
	}
	if s = look(t, d); s.Drift.Missing || s.Drift.Aside != 1 {
		t.Errorf("after the fetch: %+v", s.Drift)
	}
}

// In a shallow clone the command brings the history between, too: production runs
// nothing then that the branch lacks. Until it is there nothing is made of it.
func TestInAShallowCloneNothingIsSaidToBeDropped(t *testing.T) {
	r := gittest.New(t)
	for i := range 6 {
		r.Commit("c", map[string]string{"a": strings.Repeat("+", i)})
		r.Git("branch", "hotfix", "-f")
	}
	r.Checkout("hotfix")
	beside := r.Commit("Hotfix", map[string]string{"b": "1"})
	r.Checkout("main")
	bare := r.WithRemote()
	r.Git("push", "-q", "origin", "hotfix")
	old := r.Rev("main~4")
	for _, c := range []struct {
		runs gitops.Hash
		own  string
		want gitops.Drift
	}{
		{old, "", gitops.Drift{Ahead: 4}},
		{old, "git fetch -q origin " + old.String(), gitops.Drift{Ahead: 2}},
		{beside, "", gitops.Drift{Aside: 1}},
		{beside, "git fetch -q origin " + beside.String(), gitops.Drift{Aside: 1}},
	} {
		clone := bare.Clone("--depth", "2", "--no-local", "--branch", "main")
		source := sources(rowsOf{"github", []gitops.Deployment{at(r, 1, c.runs, gitops.StatusLive)}, nil})
		s := told(t, open(t, clone, source))
		if want := "git fetch --unshallow origin " + c.runs.String(); !s.Drift.Missing || s.Drift.Fetch != want {
			t.Fatalf("%+v, want %q", s.Drift, want)
		}
		cmd := exec.Command("sh", "-c", s.Drift.Fetch)
		if c.own != "" {
			cmd = exec.Command("sh", "-c", c.own)
		}
		cmd.Dir, cmd.Env = clone.Path(), clone.Env()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s", out)
		}
		if s = told(t, open(t, clone, source)); s.Drift != c.want {
			t.Errorf("after %q: %+v, want %+v", cmd.Args[2], s.Drift, c.want)
		}
	}
}

func TestCommitsToldByShortIdOrTag(t *testing.T) {
	r, _ := shop(t)
	v1 := r.Rev("v1.0.0^{commit}")
	short := at(r, 2, gitops.Hash{}, gitops.StatusLive)
	short.Ref = v1.String()[:9]
	tag := at(r, 1, gitops.Hash{}, gitops.StatusSuperseded)
	tag.Tag = "v1.1.0"
	s := told(t, open(t, r, sources(rowsOf{"command", []gitops.Deployment{short, tag}, nil})))
	if s.Deployed == nil || s.Deployed.Commit != v1 || s.Deployed.Tag != "v1.0.0" || s.Claims[1].Commit != r.Rev("v1.1.0^{commit}") {
		t.Errorf("deployed %+v, claims %+v", s.Deployed, s.Claims)
	}
	// One that leads nowhere is told, and what it says is no shell's business.
	lost := at(r, 3, gitops.Hash{}, gitops.StatusLive)
	lost.Tag = "v9;touch /tmp/pwned"
	s = told(t, open(t, r, sources(rowsOf{"command", []gitops.Deployment{lost, short}, nil})))
	if !s.Drift.Missing || s.Drift.Fetch != "git fetch --tags origin" {
		t.Errorf("%+v", s.Drift)
	}
}

// What runs now and has no time is not older than what another source dates.
func TestALostCommitWithoutATime(t *testing.T) {
	r, _ := shop(t)
	lost := gitops.Deployment{Environment: "production", Tag: "build-7", Status: gitops.StatusLive}
	dated := lost
	dated.StartedAt = r.Now().Add(30 * time.Minute)
	live := []gitops.Deployment{at(r, 60, r.Rev("v1.0.0^{commit}"), gitops.StatusLive)}
	for _, c := range []struct {
		name    string
		first   rowsOf
		second  rowsOf
		missing bool
	}{
		{"believed more", rowsOf{"command", []gitops.Deployment{lost}, nil}, rowsOf{"github", live, nil}, true},
		{"believed less", rowsOf{"github", live, nil}, rowsOf{"command", []gitops.Deployment{lost}, nil}, false},
		{"dated before", rowsOf{"command", []gitops.Deployment{dated}, nil}, rowsOf{"github", live, nil}, false},
	} {
		if s := told(t, open(t, r, sources(c.first, c.second))); s.Drift.Missing != c.missing {
			t.Errorf("%s: %+v", c.name, s.Drift)
		}
	}
}

// A source may name anything: a look never ends at what is no commit.
func TestWhatIsNoCommitStopsNoLook(t *testing.T) {
	r, _ := shop(t)
	tag, tree, blob := r.Rev("v1.0.0"), r.Rev("main^{tree}"), r.Rev("main:tax")
	rows := []gitops.Deployment{
		at(r, 5, tree, gitops.StatusLive), at(r, 4, blob, gitops.StatusSuperseded), at(r, 3, tag, gitops.StatusLive),
		at(r, 2, gitops.HashObject(gitops.KindBlob, []byte("nowhere")), gitops.StatusSuperseded), at(r, 1, r.Rev("main"), gitops.StatusSuperseded),
	}
	d := open(t, r, sources(rowsOf{"command", rows, nil}))
	for range 2 {
		s := told(t, d)
		if s.Deployed == nil || s.Deployed.Commit != r.Rev("v1.0.0^{commit}") || len(s.Batches) < 3 {
			t.Fatalf("deployed %+v, %d batches", s.Deployed, len(s.Batches))
		}
		if !s.Drift.Missing || !strings.Contains(notice(s, "deployed-missing"), tree.String()) {
			t.Errorf("drift %+v, %v", s.Drift, s.Notices)
		}
	}
}

func TestEnvironmentsAreKeptApart(t *testing.T) {
	r, _ := shop(t)
	v1, v2, tip := r.Rev("v1.0.0^{commit}"), r.Rev("v1.1.0^{commit}"), r.Rev("main")
	staging, preview := at(r, 3, tip, gitops.StatusLive), at(r, 9, tip, gitops.StatusLive)
	staging.Environment, preview.Environment = "staging", "preview"
	rows := []gitops.Deployment{preview, staging, at(r, 2, v2, gitops.StatusLive), at(r, 1, v1, gitops.StatusSuperseded)}
	ask := func(environment string) gitops.Snapshot {
		return told(t, open(t, r, sources(rowsOf{"github", rows, nil}), func(o *Options) { o.Environment = environment }))
	}
	s := ask("")
	if s.Environment != "production" || strings.Join(s.Environments, " ") != "production preview staging" || s.Deployed.Commit != v2 || len(s.Batches) != 2 || len(s.Claims) != 4 {
		t.Errorf("%s of %v: %+v", s.Environment, s.Environments, s.Deployed)
	}
	if s = ask("Staging"); s.Environment != "staging" || s.Deployed.Commit != tip || s.Ahead != 0 {
		t.Errorf("%s: %+v", s.Environment, s.Deployed)
	}
	if s = ask("eu"); s.Deployed != nil || notice(s, "environment-unknown") == "" {
		t.Errorf("%s: %+v, %v", s.Environment, s.Deployed, s.Notices)
	}
}

func TestRowsOfAnEarlierRunAreShownOfflineAndMarkedOld(t *testing.T) {
	r, _ := shop(t)
	v1 := r.Rev("v1.0.0^{commit}")
	told(t, open(t, r, sources(rowsOf{"github", []gitops.Deployment{at(r, 1, v1, gitops.StatusLive)}, nil})))
	s := told(t, open(t, r, func(o *Options) { o.Offline = true }))
	if s.Deployed == nil || s.Deployed.Commit != v1 || len(s.Sources) != 1 || s.Sources[0].Condition != gitops.SourceOld {
		t.Fatalf("deployed %+v, sources %+v", s.Deployed, s.Sources)
	}
	// Another remote, other rows.
	r.Git("remote", "set-url", "origin", "https://git.example.com/other.git")
	if s := told(t, open(t, r, func(o *Options) { o.Offline = true })); len(s.Sources) != 0 || s.Deployed.Source != gitops.SourceTags {
		t.Errorf("sources %+v", s.Sources)
	}
}

func TestADisagreementSaysWhoseWordIsOld(t *testing.T) {
	r, _ := shop(t)
	live := []gitops.Deployment{at(r, 1, r.Rev("v1.0.0^{commit}"), gitops.StatusLive)}
	told(t, open(t, r, sources(rowsOf{"github", live, nil})))
	other := []gitops.Deployment{at(r, 2, r.Rev("v1.1.0^{commit}"), gitops.StatusLive)}
	s := told(t, open(t, r, sources(rowsOf{"github", nil, errors.New("down")}, rowsOf{"argocd", other, nil})))
	asOf := r.Now().UTC().Format("github (as of 2006-01-02 15:04 UTC)") + " says v1.0.0"
	if got := notice(s, "sources-disagree"); !strings.Contains(got, asOf) || !strings.Contains(got, "argocd says v1.1.0") {
		t.Errorf("notice %q, want %q", got, asOf)
	}
}

func TestALookWaitsForNobody(t *testing.T) {
	r, _ := shop(t)
	release := make(chan struct{})
	defer close(release)
	d := open(t, r, sources(hanging{release}))
	seen := d.SourcesVersion()
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan error, 1)
	go func() { gone <- d.RefreshSources(ctx, false) }()
	// The search for sources, then the question.
	for seen < 2 {
		var err error
		if seen, err = d.SourcesChanged(context.Background(), seen); err != nil {
			t.Fatal(err)
		}
	}
	if s := look(t, d); s.Sources[0].Condition != gitops.SourceAsking || s.Deployed.Tag != "v1.1.0" {
		t.Errorf("%+v", s.Sources)
	}
	cancel()
	<-gone
}

// hanging does not answer before it is released.
type hanging struct{ release chan struct{} }

func (hanging) Name() string { return "hanging" }
func (h hanging) Deployments(context.Context) ([]gitops.Deployment, error) {
	<-h.release
	return nil, nil
}

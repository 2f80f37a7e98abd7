package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/gittest"
)

func TestMain(m *testing.M) { gittest.Main(m) }

// shop is a repository with two releases, one unreleased commit and a remote.
func shop(t *testing.T) (*gittest.Repo, *gittest.Bare) {
	t.Helper()
	r := gittest.New(t)
	r.Commit("Start", map[string]string{"total": "a\nb\nc\nd\ne\nf\n", "tax": "1\n"})
	r.AnnotatedTag("v1.0.0")
	r.Commit("Round totals", map[string]string{"total": "a\nB\nc\nd\ne\nf\n"})
	r.AnnotatedTag("v1.1.0")
	r.Commit("Banner", map[string]string{"banner": "spring\n"})
	return r, r.WithRemote()
}

func open(t *testing.T, r *gittest.Repo, change ...func(*Options)) *Desk {
	t.Helper()
	for _, pair := range r.Env() {
		if key, value, _ := strings.Cut(pair, "="); strings.HasPrefix(key, "GIT_") || key == "HOME" {
			t.Setenv(key, value)
		}
	}
	opts := Options{Dir: r.Path(), Now: func() time.Time { return r.Now() }}
	for _, f := range change {
		f(&opts)
	}
	d, err := Open(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func look(t *testing.T, d *Desk) gitops.Snapshot {
	t.Helper()
	s, err := d.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSnapshotTellsWhatIsReleasedAndWhatIsNot(t *testing.T) {
	r, _ := shop(t)
	s := look(t, open(t, r))
	if s.Branch != "main" || s.Remote != "origin" || s.Tip != r.Rev("main") {
		t.Errorf("branch %s, remote %s, tip %s", s.Branch, s.Remote, s.Tip.Short())
	}
	if s.Deployed == nil || s.Deployed.Tag != "v1.1.0" || s.Deployed.Status != gitops.StatusReleased {
		t.Fatalf("deployed %+v", s.Deployed)
	}
	if s.Ahead != 1 || len(s.Unreleased.Commits) != 1 || len(s.Batches) != 2 {
		t.Errorf("drift %d, unreleased %d, batches %d", s.Ahead, len(s.Unreleased.Commits), len(s.Batches))
	}
	if b := s.Batches[0]; b.Previous != "v1.0.0" || len(b.Commits) != 1 {
		t.Errorf("batch %+v", b)
	}
}

func TestDriftIsCountedBeyondTheLimit(t *testing.T) {
	r, _ := shop(t)
	for i := range 5 {
		r.Commit("More", map[string]string{"more": strings.Repeat("x", i+1)})
	}
	r.Git("push", "-q", "origin", "main")
	s := look(t, open(t, r, func(o *Options) { o.Limit = 2 }))
	if s.Ahead != 6 || len(s.Unreleased.Commits) != 2 || !s.Unreleased.Truncated {
		t.Errorf("ahead %d with %d listed, truncated %v", s.Ahead, len(s.Unreleased.Commits), s.Unreleased.Truncated)
	}
}

func TestABatchBeyondTheLimitIsReadOnDemand(t *testing.T) {
	r, _ := shop(t)
	d := open(t, r, func(o *Options) { o.Limit = 1 })
	s := look(t, d)
	for i, want := range []int{1, 1} {
		if got := s.Batches[i]; len(got.Commits) != 0 || !got.Truncated {
			t.Fatalf("batch %d is not cut off: %+v", i, got)
		}
		b, commits, err := d.Batch(context.Background(), s, s.Batches[i])
		if err != nil || len(b.Commits) != want || len(commits) != want || b.Truncated {
			t.Errorf("batch %d: %+v, %d commits, %v", i, b, len(commits), err)
		}
		s = s.WithBatch(b, commits)
		if _, ok := s.CommitByHash(b.Commits[0]); !ok || len(s.Batches[i].Commits) != want {
			t.Errorf("batch %d is not in the snapshot", i)
		}
	}
	if again := s.WithBatch(s.Batches[0], s.Commits); len(again.Commits) != len(s.Commits) {
		t.Error("known commits were added twice")
	}
}

func TestUnpushedCommitsAreNamedAndNeverPlannedOn(t *testing.T) {
	r, _ := shop(t)
	remoteTip := r.Rev("main")
	r.Commit("Mine", map[string]string{"mine": "x\n"})
	d := open(t, r)
	s := look(t, d)
	if s.Tip != remoteTip || s.Unpushed != 1 {
		t.Errorf("tip %s, unpushed %d", s.Tip.Short(), s.Unpushed)
	}
	p, err := d.Plan(context.Background(), s, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{r.Rev("v1.1.0^{commit}")}})
	if err != nil || p.Onto != remoteTip || !p.Publishable() {
		t.Errorf("plan onto %s: %v", p.Onto.Short(), err)
	}
}

// silent is a source that does not answer.
type silent struct{}

func (silent) Name() string { return "silent" }
func (silent) Deployments(context.Context) ([]gitops.Deployment, error) {
	return nil, errors.New("no answer")
}

// pipeline is a source that knows one deployment.
type pipeline struct{ row gitops.Deployment }

// metrics is another one.
type metrics struct{ pipeline }

func (metrics) Name() string { return "metrics" }

// told looks after the sources have answered.
func told(t *testing.T, d *Desk) gitops.Snapshot {
	t.Helper()
	if err := d.RefreshSources(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	return look(t, d)
}

func (pipeline) Name() string { return "pipeline" }
func (p pipeline) Deployments(context.Context) ([]gitops.Deployment, error) {
	return []gitops.Deployment{p.row}, nil
}

func TestSourcesBeatTagsAndASilentOneBlocksNothing(t *testing.T) {
	r, _ := shop(t)
	live := gitops.Deployment{Source: "pipeline", Commit: r.Rev("v1.0.0^{commit}"), Status: gitops.StatusLive, StartedAt: r.Now(), Actor: "robot"}
	s := told(t, open(t, r, func(o *Options) { o.Sources = []deploy.Source{silent{}, pipeline{live}} }))
	if s.Deployed == nil || s.Deployed.Tag != "v1.0.0" || s.Deployed.Source != "pipeline" || s.Deployed.Actor != "robot" {
		t.Fatalf("deployed %+v", s.Deployed)
	}
	if s.Ahead != 2 {
		t.Errorf("drift %d from what really runs, want 2", s.Ahead)
	}
}

func TestSourcesThatDisagreeAreBothNamed(t *testing.T) {
	r, _ := shop(t)
	live := gitops.Deployment{Source: "pipeline", Commit: r.Rev("v1.1.0^{commit}"), Status: gitops.StatusLive, StartedAt: r.Now()}
	failed := live
	failed.Source, failed.Status = "metrics", gitops.StatusFailed
	s := told(t, open(t, r, func(o *Options) { o.Sources = []deploy.Source{pipeline{live}, metrics{pipeline{failed}}} }))
	if got := notice(s, "sources-disagree"); !strings.Contains(got, "pipeline says live") || !strings.Contains(got, "metrics says failed") {
		t.Errorf("notice %q of %v", got, s.Notices)
	}
}

func TestGitDecidesWhereADriverDoes(t *testing.T) {
	r, _ := shop(t)
	suspect := r.Commit("Attributes decide", map[string]string{".gitattributes": "total merge=ours-always\n", "total": "a\nB\nc\nD\ne\nf\n"})
	r.Commit("Later", map[string]string{"total": "a\nB\nC\nD\ne\nf\n"})
	r.Git("config", "merge.ours-always.driver", "true")
	r.Git("push", "-q", "origin", "main")
	d := open(t, r)
	s := look(t, d)
	p, err := d.Plan(context.Background(), s, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}})
	if err != nil {
		t.Fatal(err)
	}
	if p.Verdict != gitops.VerdictClean {
		t.Fatalf("verdict %s: %s", p.Verdict, p.Reason)
	}
	if err := d.Check(context.Background(), p); err != nil {
		t.Errorf("git disagrees with its own merge: %v", err)
	}
	if got, err := gitops.NewOverlay(r.Objects(), p.Objects...).Tree(p.Tree); err != nil || len(got) == 0 {
		t.Errorf("the tree that git made is not in the plan: %v", err)
	}
}

func notice(s gitops.Snapshot, code string) string {
	for _, n := range s.Notices {
		if n.Code == code {
			return n.Text
		}
	}
	return ""
}

func TestOtherSeriesOfTagsAreNotHiddenWithoutAWord(t *testing.T) {
	r := gittest.New(t)
	for _, tag := range []string{"api/v1.2.3", "web/v4.0.0", "api/v1.2.4"} {
		r.Commit("For "+tag, map[string]string{"f": tag})
		r.AnnotatedTag(tag)
	}
	r.WithRemote()
	s := look(t, open(t, r))
	if s.Deployed == nil || s.Deployed.Tag != "api/v1.2.4" {
		t.Fatalf("deployed %+v", s.Deployed)
	}
	if got := notice(s, "other-releases"); !strings.Contains(got, "web/v4.0.0") {
		t.Errorf("notice %q", got)
	}
	plain, _ := shop(t)
	if got := notice(look(t, open(t, plain)), "other-releases"); got != "" {
		t.Errorf("a notice where there is one series: %q", got)
	}
}

func TestANewerReleaseOfAnotherBranchIsNamed(t *testing.T) {
	r, _ := shop(t)
	r.Git("branch", "production", "v1.0.0^{commit}")
	r.Git("push", "-q", "origin", "production")
	s := look(t, open(t, r, func(o *Options) { o.Branch = "production" }))
	if s.Deployed == nil || s.Deployed.Tag != "v1.0.0" {
		t.Fatalf("deployed %+v", s.Deployed)
	}
	if got := notice(s, "released-elsewhere"); !strings.Contains(got, "v1.1.0") {
		t.Errorf("notice %q", got)
	}
}

func TestAShallowCloneIsJudgedAsFarAsItReaches(t *testing.T) {
	r, bare := shop(t)
	_ = r
	shallow := bare.Clone("--depth", "1", "--no-local")
	d := open(t, shallow)
	s := look(t, d)
	j, err := d.Judge(context.Background(), s, s.Tip)
	if err != nil || j.Verdict != gitops.VerdictRefused || !strings.Contains(j.Reason, "--unshallow") {
		t.Errorf("%+v %v", j, err)
	}
}

func TestSelectTakesIDsNamesAndRanges(t *testing.T) {
	r, _ := shop(t)
	d := open(t, r)
	for _, c := range []struct {
		args []string
		want int
		code gitops.Code
	}{
		{args: []string{"v1.1.0"}, want: 1},
		{args: []string{"v1.0.0..main"}, want: 2},
		{args: []string{"v1.0.0.."}, want: 2},
		{args: []string{"v1.0.0..main", "v1.1.0"}, want: 2},
		{args: []string{r.Rev("main").Short()}, want: 1},
		{args: []string{"main..v1.0.0"}, code: gitops.CodeUsage},
		{args: []string{"v1.0.0...main"}, code: gitops.CodeUsage},
		{args: []string{"nosuch"}, code: gitops.CodeUnknownCommit},
	} {
		got, err := d.Select(context.Background(), c.args)
		if len(got) != c.want || err != nil != (c.code != "") || err != nil && gitops.CodeOf(err) != c.code {
			t.Errorf("%v: %d commits, %v; want %d, code %q", c.args, len(got), err, c.want, c.code)
		}
	}
}

func TestRangeWithAMergeGoesAlongItsFirstParents(t *testing.T) {
	r, _ := shop(t)
	r.CheckoutNew("topic")
	r.Commit("Topic", map[string]string{"topic": "x\n"})
	r.Checkout("main")
	r.Commit("Meanwhile", map[string]string{"meanwhile": "x\n"})
	merge := r.Merge("topic")
	got, err := open(t, r).Select(context.Background(), []string{"v1.1.0..main"})
	if err != nil || len(got) != 3 || got[0] != merge {
		t.Errorf("%v %v, want the merge and the two commits of the first-parent line", got, err)
	}
}

// TestShipping is one whole remedy: what was planned is what arrives, the
// checkout is left alone, and the next look sees it.
func TestShipping(t *testing.T) {
	r, bare := shop(t)
	r.Write("total", "my own work in progress\n")
	before := r.Fingerprint()
	d := open(t, r)
	s := look(t, d)
	suspect := r.Rev("v1.1.0^{commit}")
	p, err := d.Plan(context.Background(), s, gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}, Reason: "off by a cent"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Check(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	if after := r.Fingerprint(); after != before {
		t.Error("planning and checking changed the repository")
	}
	receipt, err := d.Publish(context.Background(), p, func(gitops.StepResult) {})
	if err != nil {
		t.Fatal(err)
	}
	if got := bare.Rev("main"); got != receipt.Commit {
		t.Errorf("remote main %s, receipt %s", got, receipt.Commit)
	}
	if got := bare.Rev("main^{tree}"); got != p.Tree {
		t.Errorf("remote tree %s, planned %s", got, p.Tree)
	}
	if got := bare.Rev("v1.1.1^{commit}"); got != receipt.Commit {
		t.Errorf("tag at %s", got)
	}
	after := look(t, d)
	if after.Tip != receipt.Commit || after.Deployed == nil || after.Deployed.Tag != "v1.1.1" || after.Ahead != 0 {
		t.Errorf("afterwards: tip %s, deployed %+v, drift %d", after.Tip.Short(), after.Deployed, after.Ahead)
	}
}

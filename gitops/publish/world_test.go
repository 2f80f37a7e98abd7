package publish

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// world is a small company: a remote, a person's checkout, a colleague.
type world struct {
	t      *testing.T
	mine   *gittest.Repo
	origin *gittest.Bare
	// bad and worse are commits on main, worse the later one.
	bad, worse, tip gitops.Hash
}

func story(n int, change map[int]string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		line, ok := change[i]
		if !ok {
			line = fmt.Sprintf("line %d", i)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// template is a world that every test gets a copy of: making one takes longer
// than most tests.
var template = sync.OnceValue(func() *world {
	w := &world{mine: gittest.New(always)}
	w.mine.Commit("Open the shop\n", map[string]string{
		"app/price.go": story(40, nil), "app/search.go": story(20, nil), "README": "shop\n",
	})
	w.mine.AnnotatedTag("v1.0.0")
	w.bad = w.mine.Commit("Round totals per line\n", map[string]string{"app/price.go": story(40, map[int]string{5: "rounded"})})
	w.worse = w.mine.Commit("Cache suggestions\n", map[string]string{"app/search.go": story(20, map[int]string{7: "cached"}), "app/cache.go": "cache\n"})
	w.tip = w.mine.Commit("Update banner\n", map[string]string{"app/price.go": story(40, map[int]string{5: "rounded", 30: "banner"})})
	w.origin = w.mine.WithRemote()
	return w
})

// always ends with the package's tests and not with one of them.
var always = &forever{}

type forever struct{ cleanups []func() }

func (*forever) Helper()                           {}
func (*forever) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (f *forever) Cleanup(c func())                { f.cleanups = append(f.cleanups, c) }

func TestMain(m *testing.M) {
	if order := os.Getenv(childEnv); order != "" {
		os.Exit(beChild(order))
	}
	code := m.Run()
	for _, c := range always.cleanups {
		c()
	}
	os.Exit(code)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	from := template()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(root, os.DirFS(filepath.Dir(from.mine.Dir))); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, bad: from.bad, worse: from.worse, tip: from.tip}
	w.mine = gittest.Open(t, filepath.Join(root, filepath.Base(from.mine.Dir)))
	w.origin = &gittest.Bare{Repo: gittest.Open(t, filepath.Join(root, filepath.Base(from.origin.Dir)))}
	config := filepath.Join(w.mine.Dir, ".git", "config")
	text, err := os.ReadFile(config)
	if err != nil || !strings.Contains(string(text), from.origin.Dir) {
		t.Fatalf("the template's remote is elsewhere: %v\n%s", err, text)
	}
	if err := os.WriteFile(config, []byte(strings.ReplaceAll(string(text), from.origin.Dir, w.origin.Dir)), 0o644); err != nil {
		t.Fatal(err)
	}
	// A copy has other times and inodes than the index says.
	w.mine.Git("update-index", "-q", "--refresh")
	return w
}

// colleague is somebody else's clone.
func (w *world) colleague() *gittest.Repo {
	w.t.Helper()
	return w.origin.Clone()
}

// git opens a repository as a person would have it, with fixed dates.
func (w *world) git(r *gittest.Repo, change ...func(*Options)) *Git {
	w.t.Helper()
	opts := Options{Env: r.Env(), Timeout: 20 * time.Second, PushTimeout: 20 * time.Second}
	for _, c := range change {
		c(&opts)
	}
	g, err := NewGit(r.Dir, opts)
	if err != nil {
		w.t.Fatal(err)
	}
	return g
}

// plans are those for the branch as the template has it: most tests want the
// same few, and making one takes longer than reading it.
var plans = struct {
	sync.Mutex
	made map[string]gitops.Plan
}{made: map[string]gitops.Plan{}}

// plan lets `git revert` in a clone of its own compute what a plan would say:
// an oracle that shares nothing with the code under test.
func (w *world) plan(suspects ...gitops.Hash) gitops.Plan {
	w.t.Helper()
	// A ref that was packed or moved since is another story.
	if at, err := os.ReadFile(filepath.Join(w.origin.Dir, "refs", "heads", "main")); err != nil || strings.TrimSpace(string(at)) != w.tip.String() {
		return w.revertByGit(suspects)
	}
	plans.Lock()
	defer plans.Unlock()
	key := fmt.Sprint(suspects)
	p, made := plans.made[key]
	if !made {
		p = w.revertByGit(suspects)
		plans.made[key] = p
	}
	// Tests change theirs.
	p.Selection, p.Merges, p.Commits, p.Objects = slices.Clone(p.Selection), slices.Clone(p.Merges), slices.Clone(p.Commits), slices.Clone(p.Objects)
	p.Remedy.Commits = slices.Clone(p.Remedy.Commits)
	return p
}

func (w *world) revertByGit(suspects []gitops.Hash) gitops.Plan {
	w.t.Helper()
	o := w.origin.Clone()
	p := gitops.Plan{
		ID: "plan-1", Remedy: gitops.Remedy{Kind: gitops.RevertCommits, Commits: suspects}, Selection: suspects,
		Remote: "origin", Branch: "main", Onto: o.Head(), OntoTree: o.Rev("HEAD^{tree}"), Verdict: gitops.VerdictClean,
		Tag: gitops.TagPlan{Name: "v1.0.1", Annotated: true, Message: "Release v1.0.1\n"},
	}
	for _, s := range suspects {
		ours := o.Rev("HEAD^{tree}")
		o.Git("revert", "--no-edit", s.String())
		p.Tree = o.Rev("HEAD^{tree}")
		p.Merges = append(p.Merges, gitops.Merge{
			Suspect: s, Base: o.Rev(s.String() + "^{tree}"), Ours: ours, Theirs: o.Rev(s.String() + "^^{tree}"), Result: p.Tree,
		})
		p.Message = fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n\n# not a comment\nIncident: inc-204\n", s.Short(), s)
		p.Commits = append(p.Commits, gitops.NewCommit{Tree: p.Tree, Message: p.Message, Reverts: []gitops.Hash{s}})
	}
	read := o.Objects()
	for _, id := range strings.Fields(o.Git("rev-list", "--objects", "--no-object-names", "HEAD", "--not", p.Onto.String())) {
		obj, err := read.Object(gitops.MustHash(id))
		if err != nil {
			w.t.Fatal(err)
		}
		if obj.Kind != gitops.KindCommit {
			p.Objects = append([]gitops.Object{obj}, p.Objects...)
		}
	}
	return p
}

// asOne folds several reverts into one commit.
func asOne(p gitops.Plan) gitops.Plan {
	last := p.Commits[len(p.Commits)-1]
	last.Reverts = p.Selection
	p.Commits = []gitops.NewCommit{last}
	return p
}

func (w *world) ship(g *Git, p gitops.Plan) gitops.Receipt {
	w.t.Helper()
	r, err := g.Execute(context.Background(), p, ExecuteOptions{})
	if err != nil {
		w.t.Fatalf("%v\n%s\n%s", err, detailOf(err), steps(r))
	}
	return r
}

// remoteRefs are the remote's refs as it holds them itself.
func (w *world) remoteRefs() string {
	return w.origin.Git("for-each-ref", "--format=%(refname) %(objectname)")
}

// refused ships a plan that must not arrive, and holds everybody's refs
// against what they were.
func (w *world) refused(g *Git, p gitops.Plan, code gitops.Code) (gitops.Receipt, error) {
	w.t.Helper()
	before, local := w.remoteRefs(), w.mine.Fingerprint()
	r, err := g.Execute(context.Background(), p, ExecuteOptions{})
	if err == nil {
		w.t.Fatal("it shipped")
	}
	wantCode(w.t, err, code)
	if after := w.remoteRefs(); after != before {
		w.t.Errorf("the remote changed:\n%s\nwas\n%s", after, before)
	}
	if after := w.mine.Fingerprint(); after != local {
		w.t.Errorf("the checkout changed:\n%s", lineDiff(local, after))
	}
	last := r.Steps[len(r.Steps)-1]
	if last.State != gitops.StepFailed || last.Detail == "" {
		w.t.Errorf("last step %+v", last)
	}
	return r, err
}

func wantCode(t *testing.T, err error, code gitops.Code) {
	t.Helper()
	if got := gitops.CodeOf(err); got != code {
		t.Fatalf("code %q, want %q: %v\n%s", got, code, err, detailOf(err))
	}
	var e *gitops.Error
	if !errors.As(err, &e) || e.Hint == "" {
		t.Errorf("no hint in %v", err)
	}
}

func detailOf(err error) string {
	var e *gitops.Error
	if errors.As(err, &e) {
		return e.Detail
	}
	return ""
}

// stepOf gives the last step of that name.
func stepOf(r gitops.Receipt, name string) gitops.StepResult {
	for i := len(r.Steps) - 1; i >= 0; i-- {
		if r.Steps[i].Name == name {
			return r.Steps[i]
		}
	}
	return gitops.StepResult{}
}

func steps(r gitops.Receipt) string {
	var b strings.Builder
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s %s: %s\n", s.Name, s.State, s.Detail)
	}
	return b.String()
}

func lineDiff(a, b string) string {
	had := map[string]bool{}
	for _, l := range strings.Split(a, "\n") {
		had[l] = true
	}
	var out []string
	for _, l := range strings.Split(b, "\n") {
		if !had[l] {
			out = append(out, "+ "+l)
		}
		delete(had, l)
	}
	for l := range had {
		out = append(out, "- "+l)
	}
	return strings.Join(out, "\n")
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// refusedUnbegun ships a plan of which not one step is begun.
func (w *world) refusedUnbegun(g *Git, p gitops.Plan, code gitops.Code) {
	w.t.Helper()
	before := w.remoteRefs()
	r, err := g.Execute(context.Background(), p, ExecuteOptions{})
	wantCode(w.t, err, code)
	if len(r.Steps) != 0 || w.remoteRefs() != before {
		w.t.Errorf("steps %s", steps(r))
	}
}

// only is the one run that is not over.
func (w *world) only(g *Git) gitops.Run {
	w.t.Helper()
	runs, err := g.Runs(context.Background())
	if err != nil || len(runs) != 1 {
		w.t.Fatalf("%d runs are open: %v", len(runs), err)
	}
	return runs[0]
}

// close gives up the one run that is not over.
func (w *world) close(g *Git) {
	w.t.Helper()
	if err := g.CloseRun(context.Background(), w.only(g), "a test"); err != nil {
		w.t.Fatal(err)
	}
	if runs, err := g.Runs(context.Background()); err != nil || len(runs) != 0 {
		w.t.Fatalf("%d runs are open: %v", len(runs), err)
	}
}

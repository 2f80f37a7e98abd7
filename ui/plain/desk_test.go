package plain_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/desk"
	"ahead/gitops/gittest"
	"ahead/ui/plain"
	"ahead/ui/screentest"
	"ahead/ui/term"
)

func TestMain(m *testing.M) { gittest.Main(m) }

// shop is a real repository with a real remote: v1.0.1 is the newest release,
// its second commit broke production, and a third commit is not released yet.
type shop struct {
	repo    *gittest.Repo
	remote  *gittest.Bare
	suspect gitops.Hash
	tip     gitops.Hash
}

func openShop(t *testing.T) *shop {
	t.Helper()
	r := gittest.New(t)
	r.Git("config", "user.name", "On Call")
	r.Git("config", "user.email", "oncall@example.com")
	r.Commit("Open the shop", map[string]string{"total.go": "package shop\n\nvar digits = 2\n", "banner.txt": "hello\n"})
	r.AnnotatedTag("v1.0.0")
	s := &shop{repo: r}
	s.suspect = r.Commit("Round totals per line", map[string]string{"total.go": "package shop\n\nvar digits = 0\n"})
	r.AnnotatedTag("v1.0.1")
	s.tip = r.Commit("Update banner text", map[string]string{"banner.txt": "hello there\n"})
	s.remote = r.WithRemote()
	return s
}

// converse holds a conversation on the shop. meanwhile, when it is not nil,
// happens at the moment at which the gate asks for the name.
func (s *shop) converse(t *testing.T, meanwhile func(), answers ...string) (string, error) {
	t.Helper()
	d, err := desk.Open(context.Background(), desk.Options{Dir: s.repo.Dir, Now: s.repo.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	out := &listener{then: meanwhile}
	err = plain.Run(context.Background(), onScreen{d}, strings.NewReader(strings.Join(answers, "\n")+"\n"), out, plain.Options{Now: s.repo.Now})
	return out.heard.String(), err
}

// listener does something when it first hears the gate's question.
type listener struct {
	heard bytes.Buffer
	then  func()
}

func (l *listener) Write(p []byte) (int, error) {
	if l.then != nil && bytes.HasPrefix(p, []byte("To ship, type ")) {
		l.then()
		l.then = nil
	}
	return l.heard.Write(p)
}

func (s *shop) remoteRefs() string {
	return s.remote.Git("for-each-ref", "--format=%(refname) %(objectname)")
}

func TestARevertReachesTheRemote(t *testing.T) {
	s := openShop(t)
	before := s.repo.Head()
	text, err := s.converse(t, nil, "1", s.suspect.Short(), "totals off by a cent", "inc-204", "s", "v1.0.2", "")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	for _, want := range []string{
		"Git computes the same result.", "Exact: reverted paths are identical to v1.0.0.",
		"-var digits = 0\n+var digits = 2\n", "verify: done", "Shipped v1.0.2 in",
		"v1.0.2 released; no deployment source tells when it is live",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if got := s.remote.Git("show", "main:total.go"); !strings.Contains(got, "digits = 2") {
		t.Errorf("the remote has %q", got)
	}
	if s.remote.Rev("refs/tags/v1.0.2^{commit}") != s.remote.Rev("refs/heads/main") || s.remote.Rev("main^") != before {
		t.Errorf("the remote holds\n%s", s.remoteRefs())
	}
	if msg := s.remote.Git("log", "-1", "--format=%B", "main"); !strings.Contains(msg, "totals off by a cent") || !strings.Contains(msg, "inc-204") {
		t.Errorf("the message is %q", msg)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestAPushMeanwhileIsShownBeforeAnythingShips(t *testing.T) {
	s := openShop(t)
	colleague := s.remote.Clone()
	meanwhile := func() {
		colleague.Commit("Somebody else's work", map[string]string{"other.txt": "1\n"})
		colleague.Git("push", "--quiet", "origin", "main")
	}
	text, err := s.converse(t, meanwhile, "1", s.suspect.Short(), "", "", "s", "v1.0.2", "s", "v1.0.2", "q")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	if !strings.Contains(text, "Tip moved: nothing was shipped.") || strings.Count(text, "Working out the plan.") != 2 {
		t.Errorf("the second plan is missing:\n%s", text)
	}
	if !strings.Contains(text, "Somebody else's work") {
		t.Error("what arrived is not read out")
	}
	if s.remote.Git("show", "main:other.txt") != "1" || s.remote.Rev("main^") != colleague.Head() {
		t.Errorf("the remote holds\n%s", s.remoteRefs())
	}
}

func TestARefusalIsReadOutAndLeavesNothing(t *testing.T) {
	s := openShop(t)
	s.remote.Hook("pre-receive", "echo 'main is frozen until monday' >&2; exit 1")
	before := s.remoteRefs()
	text, err := s.converse(t, nil, "1", s.suspect.Short(), "", "", "s", "v1.0.2")
	if gitops.CodeOf(err) != gitops.CodeRejected {
		t.Fatalf("it ends with %v after:\n%s", err, text)
	}
	if !strings.Contains(text, "main is frozen until monday") || !strings.Contains(text, "Rejected: nothing was shipped.") {
		t.Errorf("the refusal is not read out:\n%s", text)
	}
	if s.remoteRefs() != before {
		t.Errorf("the remote changed:\n%s", s.remoteRefs())
	}
}

func TestLookingChangesNothing(t *testing.T) {
	s := openShop(t)
	before := fmt.Sprint(s.remoteRefs(), s.repo.Git("for-each-ref"))
	for _, answers := range [][]string{
		{"1", "w", "", "", "d", "q"}, {"0", "r", "", "", "q"}, {"2", "b", "1", "1", "", "", "s", "no", "q"}, {},
	} {
		if text, err := s.converse(t, nil, answers...); err != nil || !strings.Contains(text, "Nothing was shipped.") {
			t.Errorf("%v: %v\n%s", answers, err, text)
		}
	}
	if after := fmt.Sprint(s.remoteRefs(), s.repo.Git("for-each-ref")); after != before {
		t.Errorf("refs changed:\n%s", after)
	}
}

// TestADeploymentBeyondTheLookIsReadWhenItIsChosen: the look ends after one
// commit, and the older deployment's are read out all the same.
func TestADeploymentBeyondTheLookIsReadWhenItIsChosen(t *testing.T) {
	s := openShop(t)
	d, err := desk.Open(context.Background(), desk.Options{Dir: s.repo.Dir, Now: s.repo.Now, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var out bytes.Buffer
	if err := plain.Run(context.Background(), onScreen{d}, strings.NewReader("1\nq\n"), &out, plain.Options{Now: s.repo.Now}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"commits not counted yet", "1. " + s.suspect.Short() + ", Round totals per line"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
}

// openParts is a shop whose suspect changed two files, one of them in three
// places; onTop is what the branch did to them since.
func openParts(t *testing.T, onTop map[string]string) *shop {
	t.Helper()
	r := gittest.New(t)
	r.Git("config", "user.name", "On Call")
	r.Git("config", "user.email", "oncall@example.com")
	r.Commit("Open the shop", map[string]string{"app.go": screentest.Counted(60), "docs.md": "one\n", "other.txt": "x\n"})
	r.AnnotatedTag("v1.0.0")
	s := &shop{repo: r}
	s.suspect = r.Commit("Shout", map[string]string{"app.go": screentest.Counted(60, 5, 30, 55), "docs.md": "two\n"})
	r.AnnotatedTag("v1.0.1")
	s.tip = r.Commit("Go on", onTop)
	s.remote = r.WithRemote()
	return s
}

func TestPartsAreLeftOutByNumber(t *testing.T) {
	s := openParts(t, map[string]string{"other.txt": "y\n"})
	text, err := s.converse(t, nil, "1", s.suspect.Short(), "", "", "l", "9", "1:7", "1:", "1:2, 2", "s", "v1.0.2", "")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	for _, want := range []string{
		`There is no "9" in the list.`, `app.go has 3 hunks; there is no "7".`, "Hunk 1:2, line 27", "Plan: partially revert",
		"PARTIAL, these stay as the branch has them: 2.\n   app.go (1 of 3 hunks)\n   docs.md\n", `   Partially revert "Shout"`, "Shipped v1.0.2",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Count(text, "PARTIAL, these stay") != 2 {
		t.Error("the gate does not say what is left out")
	}
	if got := s.remote.Git("show", "main:app.go"); got+"\n" != screentest.Counted(60, 30) {
		t.Errorf("the remote has\n%s", got)
	}
	if got := s.remote.Git("show", "main:docs.md"); got != "two" {
		t.Errorf("the remote has %q", got)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestWhatIsLeftOutIsTakenBackIn(t *testing.T) {
	s := openParts(t, map[string]string{"other.txt": "y\n"})
	text, err := s.converse(t, nil, "1", s.suspect.Short(), "", "", "l", "1, 2", "l", "1", "l", "0", "l", "", "q")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	for _, want := range []string{"Verdict: nothing to do, everything that it would change is left out.", "docs.md, 1 line added, 1 removed, STAYS AS IT IS"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if n := strings.Count(text, "Working out the plan."); n != 4 {
		t.Errorf("%d plans, want 4", n)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestAConflictIsSettledByLeavingItOut(t *testing.T) {
	s := openParts(t, map[string]string{"docs.md": "three\n"})
	text, err := s.converse(t, nil, "1", s.suspect.Short(), "l", "1", "", "", "l", "2:1", "s", "v1.0.2", "")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	for _, want := range []string{"conflict in 1 file", "1. docs.md, conflict, content, STAYS AS IT IS", "Shipped v1.0.2"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if got := s.remote.Git("show", "main:app.go"); got+"\n" != screentest.Counted(60, 5) {
		t.Errorf("the remote has\n%s", got)
	}
	if got := s.remote.Git("show", "main:docs.md"); got != "three" {
		t.Errorf("the remote has %q", got)
	}
	if t.Failed() {
		t.Log(text)
	}
}

// TestAPartThatMovedAwayIsChosenAnew: the hunk that was left out is another one
// after a push of somebody else's.
func TestAPartThatMovedAwayIsChosenAnew(t *testing.T) {
	s := openParts(t, map[string]string{"other.txt": "y\n"})
	colleague := s.remote.Clone()
	meanwhile := func() {
		colleague.Commit("Settle line 30", map[string]string{"app.go": screentest.Counted(60, 5, 55)})
		colleague.Git("push", "--quiet", "origin", "main")
	}
	text, err := s.converse(t, meanwhile, "1", s.suspect.Short(), "", "", "l", "1:2", "s", "v1.0.2", "q")
	if err != nil {
		t.Fatalf("%v after:\n%s", err, text)
	}
	for _, want := range []string{"Tip moved: nothing was shipped.", "There is no plan: hunk ", "Planning again with nothing left out; l chooses anew."} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestManyFilesAreReadOutByPages(t *testing.T) {
	r := gittest.New(t)
	files := map[string]string{}
	for i := range 45 {
		files[fmt.Sprintf("f%02d.txt", i)] = "one\n"
	}
	r.Commit("Open the shop", files)
	r.AnnotatedTag("v1.0.0")
	for name := range files {
		files[name] = "two\n"
	}
	s := &shop{repo: r, suspect: r.Commit("Change it all", files)}
	r.AnnotatedTag("v1.0.1")
	s.remote = r.WithRemote()
	text, err := s.converse(t, nil, "1", s.suspect.Short(), "", "", "l", "m", "m", "m", "45", "q")
	if err != nil {
		t.Fatal(err)
	}
	for want, n := range map[string]int{
		"m for more of the 45, ": 2, `There is no "m" in the list.`: 1, "   f44.txt\n": 1,
	} {
		if got := strings.Count(text, want); got != n {
			t.Errorf("it says %q %d times, want %d", want, got, n)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

// onScreen is the desk as the composition root hands it in.
type onScreen struct{ *desk.Desk }

func (s onScreen) Unlock(ctx context.Context) (term.Asking, error) {
	u, err := s.Desk.Unlock(ctx)
	if err != nil {
		return nil, err
	}
	return u, nil
}

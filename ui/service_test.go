package ui

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/health"
	"ahead/ui/preview"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

var noon = time.Date(2024, 5, 6, 14, 31, 0, 0, time.UTC)

func hash(n int) gitops.Hash {
	return gitops.HashObject(gitops.KindBlob, fmt.Appendf(nil, "commit %d", n))
}

func shop(tip int) gitops.Snapshot {
	s := gitops.Snapshot{Location: gitops.Location{Name: "shop"}, Branch: "main", Remote: "origin", Tip: hash(tip)}
	for i := tip; i < 12; i++ {
		who := gitops.Signature{Name: "Pricing", Email: "p@shop.example", When: noon.Add(-time.Duration(i) * 10 * time.Minute)}
		s.Commits = append(s.Commits, gitops.Commit{
			Hash: hash(i), Tree: hash(100 + i), Parents: []gitops.Hash{hash(i + 1)}, Author: who, Committer: who,
			Message: fmt.Sprintf("Change number %d\n", i),
		})
	}
	live := gitops.Deployment{
		Source: gitops.SourceDrill, Commit: hash(3), Tag: "v1.42.0", Status: gitops.StatusLive,
		FinishedAt: noon.Add(-29 * time.Minute), Actor: "release-bot",
	}
	old := live
	old.Commit, old.Tag, old.Status, old.FinishedAt = hash(8), "v1.41.3", gitops.StatusSuperseded, noon.Add(-26*time.Hour)
	s.Deployed = &live
	for i := tip; i < 3; i++ {
		s.Unreleased.Commits = append(s.Unreleased.Commits, hash(i))
	}
	s.Ahead = len(s.Unreleased.Commits)
	s.Batches = []gitops.Batch{
		{Deployment: live, Previous: "v1.41.3", Commits: []gitops.Hash{hash(3), hash(4), hash(5), hash(6), hash(7)}},
		{Deployment: old, Commits: []gitops.Hash{hash(8), hash(9)}},
	}
	return s
}

// world is the port with fixed answers. What a test wants to hold back waits on
// a channel.
type world struct {
	mu       sync.Mutex
	tip      int
	fetchErr error
	snapErr  error
	fetchTip int
	sample   health.Sample
	watched  bool
	// planGate holds back plans of a commit until it is closed.
	planGate map[gitops.Hash]chan struct{}
	planned  int
	// shipGate holds back the end of publishing.
	shipGate chan struct{}
	shipErr  error
	shipped  []gitops.Plan
	live     bool
	judges   int
	most     int
	// judgeHeld keeps verdicts from coming until their context ends, which
	// ended counts.
	judgeHeld bool
	ended     int
	panics    bool
	// part makes the first look leave the dates of older deployments out;
	// wholeGate, where there is one, holds the whole look back.
	part      bool
	wholeGate chan struct{}
	looks     int
	sources   sources

	rehearsals   int
	rehearseGate chan struct{}
	rehearseErr  error
	passage      gitops.Passage
	heard        []gitops.Notice

	runs         []gitops.Run
	stands       gitops.Standing
	standErr     error
	standingGate chan struct{}
	carried      []gitops.Standing
	closed       []string
}

func newWorld() *world { return &world{planGate: map[gitops.Hash]chan struct{}{}} }

func (w *world) Snapshot(context.Context) (gitops.Snapshot, error) {
	if w.wholeGate != nil {
		<-w.wholeGate
	}
	return w.look()
}

func (w *world) RecentSnapshot(context.Context) (gitops.Snapshot, bool, error) {
	s, err := w.look()
	if w.part && err == nil {
		s.Batches[1].Deployment.FinishedAt = time.Time{}
	}
	return s, !w.part, err
}

func (w *world) look() (gitops.Snapshot, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks++
	if w.snapErr != nil {
		return gitops.Snapshot{}, w.snapErr
	}
	if w.tip < 0 {
		return gitops.Snapshot{}, errors.New("damaged")
	}
	return w.sources.with(shop(w.tip)), nil
}

func (w *world) Fetch(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fetchErr == nil {
		w.tip = w.fetchTip
	}
	return w.fetchErr
}

// Batch finds nothing beyond the look: what is cut off here stays so.
func (w *world) Batch(_ context.Context, _ gitops.Snapshot, b gitops.Batch) (gitops.Batch, []gitops.Commit, error) {
	return b, nil, nil
}

func (w *world) Judge(ctx context.Context, _ gitops.Snapshot, h gitops.Hash) (gitops.Judgement, error) {
	w.mu.Lock()
	w.judges++
	w.most = max(w.most, w.judges)
	panics, held := w.panics, w.judgeHeld
	w.mu.Unlock()
	defer func() { w.mu.Lock(); w.judges--; w.mu.Unlock() }()
	if held {
		<-ctx.Done()
		w.mu.Lock()
		w.ended++
		w.mu.Unlock()
		return gitops.Judgement{}, ctx.Err()
	}
	if panics {
		panic("judge went wrong")
	}
	if h == hash(5) {
		return gitops.Judgement{Verdict: gitops.VerdictConflict, Conflicts: 2}, nil
	}
	return gitops.Judgement{Verdict: gitops.VerdictClean}, nil
}

func (w *world) Touches(context.Context, gitops.Hash) ([]gitops.FileChange, error) {
	return []gitops.FileChange{{Path: "app/price/total.go", Status: gitops.Modified, Additions: 12, Deletions: 4}}, nil
}

// Commit knows one that no look lists.
func (w *world) Commit(h gitops.Hash) (gitops.Commit, error) {
	if h == beyond.Hash {
		return beyond, nil
	}
	return gitops.Commit{}, errors.New("no such commit")
}

var beyond = gitops.Commit{Hash: gitops.HashObject(gitops.KindCommit, []byte("beyond")), Message: "Beyond the look"}

func (w *world) Plan(ctx context.Context, s gitops.Snapshot, r gitops.Remedy) (gitops.Plan, error) {
	w.mu.Lock()
	w.planned++
	w.mu.Unlock()
	if len(r.Commits) > 0 && w.planGate[r.Commits[0]] != nil {
		// Deliberately deaf to ctx: a late answer must be dropped, not only
		// cancelled.
		<-w.planGate[r.Commits[0]]
	}
	return gitops.Plan{
		ID: "p", Remedy: r, Selection: r.Commits, Remote: s.Remote, Branch: s.Branch, Onto: s.Tip,
		Verdict: gitops.VerdictClean, Tree: hash(500),
		Commits: []gitops.NewCommit{{Tree: hash(500), Message: "Revert \"x\"\n", Reverts: r.Commits}},
		Files:   []gitops.FileChange{{Path: "app/price/total.go", Status: gitops.Modified, Additions: 4, Deletions: 12}},
		Message: "Revert \"x\"\n", Tag: gitops.TagPlan{Name: "v1.42.1", After: "v1.42.0", Annotated: true},
	}, nil
}

func (w *world) Diff(_ context.Context, _ gitops.Plan, f gitops.FileChange) (gitops.FileDiff, error) {
	return gitops.FileDiff{Change: f, Hunks: []gitops.Hunk{{OldStart: 1, OldLines: 1, NewStart: 1, NewLines: 1, Lines: []gitops.DiffLine{
		{Kind: gitops.LineRemoved, Text: "old", Old: 1}, {Kind: gitops.LineAdded, Text: "new", New: 1},
	}}}}, nil
}

func (w *world) Check(context.Context, gitops.Plan) error { return nil }

func (w *world) Publish(ctx context.Context, p gitops.Plan, observe func(gitops.StepResult)) (gitops.Receipt, error) {
	for _, s := range p.Publication() {
		observe(gitops.StepResult{Name: s.Name(), State: gitops.StepRunning, At: noon})
		observe(gitops.StepResult{Name: s.Name(), State: gitops.StepDone, At: noon, Detail: "seen"})
	}
	if w.shipGate != nil {
		select {
		case <-w.shipGate:
		case <-ctx.Done():
			return gitops.Receipt{}, ctx.Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shipped = append(w.shipped, p)
	return gitops.Receipt{ID: "p", Commit: hash(900), Tag: gitops.TagMade{Name: "v1.42.1"}, Route: gitops.RouteDirect, FinishedAt: noon}, w.shipErr
}

func (w *world) Deployments(context.Context) ([]gitops.Deployment, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := gitops.Deployment{Source: gitops.SourceDrill, Commit: hash(900), Tag: "v1.42.1", Status: gitops.StatusPending}
	if w.live {
		d.Status = gitops.StatusLive
	}
	return []gitops.Deployment{d}, nil
}

func (w *world) Probe(context.Context) (health.Sample, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sample, w.watched
}

// clock is a time that only tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

// loop is Bubble Tea's event loop without the terminal.
type loop struct {
	t    *testing.T
	m    Model
	msgs chan tea.Msg
	quit bool
	time *clock
	// late are the sessions whose answers came after they had ended.
	late map[int]bool
	// answers counts the rehearsals that came back.
	answers int
}

func start(t *testing.T, w Service, opts Options) *loop {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	l := &loop{t: t, late: map[int]bool{}, msgs: make(chan tea.Msg, 1024), time: &clock{t: noon}}
	opts.Now = l.time.now
	if opts.window == nil {
		// Whoever runs the tests sits at some terminal.
		opts.window = func() (int, int, bool) { return 0, 0, false }
	}
	l.m = New(ctx, w, opts)
	l.run(l.m.Init())
	l.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	return l
}

func (l *loop) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch msg := cmd().(type) {
		case tea.BatchMsg:
			for _, c := range msg {
				l.run(c)
			}
		case nil:
		default:
			l.msgs <- msg
		}
	}()
}

func (l *loop) send(msg tea.Msg) {
	if _, ok := msg.(tea.QuitMsg); ok {
		l.quit = true
		return
	}
	if _, ok := msg.(rehearsed); ok {
		l.answers++
	}
	if a, ok := msg.(addressed); ok && a.session != l.m.session.id {
		if _, isPlan := a.msg.(preview.PlanReady); isPlan {
			l.late[a.session] = true
		}
	}
	var cmd tea.Cmd
	l.m, cmd = l.m.Update(msg)
	l.run(cmd)
}

// until handles messages until the condition holds.
func (l *loop) until(what string, cond func(Model) bool) {
	l.t.Helper()
	deadline := time.After(20 * time.Second)
	for !cond(l.m) {
		select {
		case msg := <-l.msgs:
			l.send(msg)
		case <-deadline:
			l.t.Fatalf("never came: %s\n%s", what, ansi.Strip(l.m.View()))
		}
	}
}

func (l *loop) key(names ...string) {
	for _, n := range names {
		l.send(keyMsg(n))
	}
}

func keyMsg(name string) tea.KeyMsg {
	switch name {
	case "enter":
		return tea.KeyMsg{Type: tea.KeyEnter}
	case "tab":
		return tea.KeyMsg{Type: tea.KeyTab}
	case "esc":
		return tea.KeyMsg{Type: tea.KeyEsc}
	case "down":
		return tea.KeyMsg{Type: tea.KeyDown}
	case "ctrl+r":
		return tea.KeyMsg{Type: tea.KeyCtrlR}
	case "ctrl+x":
		return tea.KeyMsg{Type: tea.KeyCtrlX}
	case "ctrl+c":
		return tea.KeyMsg{Type: tea.KeyCtrlC}
	case "ctrl+z":
		return tea.KeyMsg{Type: tea.KeyCtrlZ}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

package ui

import (
	"context"
	"errors"
	"slices"

	"ahead/gitops"
)

// sources are what the world's sources of deployments and its ranker say.
type sources struct {
	states []gitops.SourceState
	adjust func(*gitops.Snapshot)
	claims []gitops.Deployment
	// version counts what was learned; changed is closed at each change.
	version     uint64
	changed     chan struct{}
	asked       int
	urgent      int
	shown       []gitops.Hash
	environment string
	marked      []gitops.Deployment

	ranking  func(gitops.Evidence) (gitops.Suspects, error)
	rankGate chan struct{}
	ranked   []gitops.Evidence
	dropped  int
	// kept are the answers that are kept, named what ResolveFor finds.
	kept      []gitops.Answer
	forgetErr error
	named     map[string]gitops.Hash
	excerpts  map[string]string
}

// learn changes what the sources say.
func (w *world) learn(change func(*sources)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.sources)
	w.sources.version++
	if w.sources.changed != nil {
		close(w.sources.changed)
		w.sources.changed = nil
	}
}

func (w *world) RefreshSources(_ context.Context, urgent bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources.asked++
	if urgent {
		w.sources.urgent++
	}
	return nil
}

func (w *world) SourcesVersion() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sources.version
}

func (w *world) SourcesChanged(ctx context.Context, seen uint64) (uint64, error) {
	for {
		w.mu.Lock()
		if w.sources.version != seen {
			defer w.mu.Unlock()
			return w.sources.version, nil
		}
		if w.sources.changed == nil {
			w.sources.changed = make(chan struct{})
		}
		changed := w.sources.changed
		w.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return seen, ctx.Err()
		}
	}
}

func (w *world) ShowDeployments(commits []gitops.Hash) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources.shown = commits
}

func (w *world) ChooseEnvironment(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources.environment = name
}

func (w *world) MarkRecovered(_ context.Context, d gitops.Deployment) []gitops.Notice {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sources.marked = append(w.sources.marked, d)
	return []gitops.Notice{{Code: "marked", Text: "newrelic has a marker for " + d.Name() + " now"}}
}

// Suspects is deaf to nobody: where a gate holds it back, it ends with ctx.
func (w *world) Suspects(ctx context.Context, _ gitops.Snapshot, e gitops.Evidence) (gitops.Suspects, error) {
	w.mu.Lock()
	w.sources.ranked = append(w.sources.ranked, e)
	rank, gate := w.sources.ranking, w.sources.rankGate
	w.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			w.mu.Lock()
			w.sources.dropped++
			w.mu.Unlock()
			return gitops.Suspects{}, ctx.Err()
		}
	}
	if rank == nil {
		return gitops.Suspects{}, errors.New("nobody ranks here")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.sources.kept {
		if !slices.Contains(e.Good, a.Commit) && !slices.Contains(e.Bad, a.Commit) {
			e = e.With(a.Commit, a.Good)
		}
	}
	s, err := rank(e)
	s.Answers = nil
	for _, h := range e.Good {
		s.Answers = append(s.Answers, gitops.Answer{Commit: h, Good: true, At: noon})
	}
	for _, h := range e.Bad {
		s.Answers = append(s.Answers, gitops.Answer{Commit: h, At: noon})
	}
	w.sources.kept = s.Answers
	return s, err
}

func (w *world) Recalled(gitops.Snapshot, gitops.Evidence) []gitops.Answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sources.kept
}

func (w *world) Forget(commits ...gitops.Hash) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sources.forgetErr != nil {
		return w.sources.forgetErr
	}
	w.sources.kept = slices.DeleteFunc(slices.Clone(w.sources.kept), func(a gitops.Answer) bool {
		return len(commits) == 0 || slices.Contains(commits, a.Commit)
	})
	return nil
}

func (w *world) ResolveFor(_ context.Context, _ gitops.Snapshot, name string) (gitops.Hash, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if h, ok := w.sources.named[name]; ok {
		return h, nil
	}
	return gitops.Hash{}, &gitops.Error{Code: gitops.CodeUnknownCommit, What: name + " stands for no commit here", Hint: "give a branch or a tag"}
}

func (w *world) Excerpt(_ context.Context, path string) (text string, cut bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if text, ok := w.sources.excerpts[path]; ok {
		return text, false, nil
	}
	return "", false, &gitops.Error{Code: gitops.CodeUsage, What: path + " is not there", Hint: "name a file"}
}

// with puts what the sources say into a look.
func (s sources) with(snap gitops.Snapshot) gitops.Snapshot {
	snap.Sources, snap.Claims = s.states, s.claims
	if s.environment != "" {
		snap.Environment = s.environment
	}
	if s.adjust != nil {
		s.adjust(&snap)
	}
	return snap
}

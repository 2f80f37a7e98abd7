package drill

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"ahead/gitops"
	"ahead/gitops/drill/story"
)

// Names inside every sandbox.
const (
	Branch = "main"
	Remote = "origin"
)

// Exhibits are commits of the bad release that give a screen something to
// show, besides the culprit; see story.Exhibits.
type Exhibits = story.Exhibits

// Sandbox is a drill that runs: two repositories, a production, a pipeline.
// Its fields do not change after Build.
type Sandbox struct {
	// Dir holds WorkTree (the clone with remote Remote) and Bare.
	Dir, WorkTree, Bare string
	// URL is production's address on the loopback, HealthURL its health page.
	URL, HealthURL string
	Scenario       Scenario
	Seed           uint64
	// Culprit is the commit that broke production with BadRelease; before it
	// GoodRelease was live and sound.
	Culprit                 gitops.Hash
	BadRelease, GoodRelease string
	// Epoch is the story's present at the moment production started, DownSince
	// when the bad release went live: a few minutes earlier.
	Epoch, DownSince time.Time
	Exhibits         Exhibits
	// Pipeline deploys the newest release tag of Bare; it is the drill's
	// deployment source.
	Pipeline *Pipeline

	production *Production
	solution   Solution
	now        func() time.Time
	born       time.Time
	madeDir    bool
	closing    sync.Once
	closeErr   error
}

type options struct {
	delay, poll time.Duration
	now         func() time.Time
}

// Option changes how a sandbox runs, never what its history holds.
type Option func(*options)

// WithPipelineDelay sets how long the pipeline takes from a new tag to the
// deployment. The default is DefaultPipelineDelay; 0 deploys at once.
func WithPipelineDelay(d time.Duration) Option { return func(o *options) { o.delay = d } }

// WithPollInterval sets how often the pipeline looks for new tags.
func WithPollInterval(d time.Duration) Option { return func(o *options) { o.poll = d } }

// WithNow replaces the source of real time, from which the story's clock runs.
func WithNow(now func() time.Time) Option { return func(o *options) { o.now = now } }

// Build makes a sandbox in dir, which must be absent or empty; an empty name
// makes a temporary folder. The scenario is looked up by its Name; a zero one is
// chosen by the seed. The caller
// closes the sandbox. ctx bounds the building only.
//
// Errors a person can act on are *gitops.Error: CodeGitMissing, CodeUsage (dir
// is in use, or no such scenario), CodeUnsupported (the loopback cannot be
// listened on), CodeInterrupted (ctx ended). None leaves anything behind.
func Build(ctx context.Context, dir string, scenario Scenario, seed uint64, opts ...Option) (*Sandbox, error) {
	o := options{delay: DefaultPipelineDelay, poll: DefaultPollInterval, now: time.Now}
	for _, opt := range opts {
		opt(&o)
	}
	if scenario.Name == "" {
		scenario = ScenarioForSeed(seed)
	}
	scenario, err := ScenarioByName(scenario.Name)
	if err != nil {
		return nil, err
	}
	history, err := story.Write(scenario, seed)
	if err != nil {
		return nil, fmt.Errorf("write the story of %q: %w", scenario.Name, err)
	}
	s := &Sandbox{Scenario: scenario, Seed: seed, now: o.now}
	if err := s.makeDir(dir); err != nil {
		return nil, err
	}
	if err := s.fill(ctx, history, o); err != nil {
		return nil, errors.Join(err, s.Close(false))
	}
	return s, nil
}

// fill turns the history into repositories and starts what runs on them.
func (s *Sandbox) fill(ctx context.Context, h *story.History, o options) error {
	s.tell(h)
	if err := makeRepositories(ctx, s.Bare, s.WorkTree, h); err != nil {
		return err
	}
	production, err := startProduction(ctx)
	if err != nil {
		return err
	}
	s.production = production
	s.URL, s.HealthURL = production.URL(), production.URL()+"/health"
	s.born = s.now()
	s.Pipeline, err = startPipeline(ctx, pipelineConfig{
		bare: s.Bare, url: s.URL, past: pastDeployments(h), production: production,
		delay: o.delay, poll: o.poll, clock: s.Clock(),
	})
	return err
}

// tell copies what the history knows of the incident.
func (s *Sandbox) tell(h *story.History) {
	bad, good := h.Releases[len(h.Releases)-1], h.Releases[len(h.Releases)-2]
	s.Culprit, s.Exhibits = h.Culprit, h.Exhibits
	s.BadRelease, s.GoodRelease = bad.Tag, good.Tag
	s.Epoch, s.DownSince = h.Now, bad.LiveAt
	s.solution = Solution{
		Commit: h.Culprit, Parts: h.CulpritParts, Batch: h.BadBatch,
		BadRelease: bad.Tag, Unreleased: h.Unreleased, Why: s.Scenario.Why,
		Remedy: gitops.Remedy{
			Kind: gitops.RevertCommits, Commits: []gitops.Hash{h.Culprit}, Reason: s.Scenario.Symptom,
		},
	}
}

// Clock gives the story's time: Epoch plus the real time since then.
func (s *Sandbox) Clock() func() time.Time {
	return func() time.Time { return s.Epoch.Add(s.now().Sub(s.born)) }
}

// makeDir claims the folder. One that holds anything is refused, since Close
// removes what is in it.
func (s *Sandbox) makeDir(dir string) error {
	if dir == "" {
		made, err := os.MkdirTemp("", "ahead-drill-")
		if err != nil {
			return fmt.Errorf("make a folder for the drill: %w", err)
		}
		dir, s.madeDir = made, true
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("find %q: %w", dir, err)
	}
	entries, err := os.ReadDir(abs)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if err := os.MkdirAll(abs, 0o755); err != nil {
			return fmt.Errorf("make a folder for the drill: %w", err)
		}
		s.madeDir = true
	case err != nil:
		return &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("cannot use %q for the drill", dir), Hint: "name a folder that is empty or does not exist yet", Err: err}
	case len(entries) > 0:
		return &gitops.Error{Code: gitops.CodeUsage, What: fmt.Sprintf("%q is not empty", dir), Hint: "name a folder that is empty or does not exist yet"}
	}
	s.Dir, s.WorkTree, s.Bare = abs, filepath.Join(abs, "shop"), filepath.Join(abs, "shop.git")
	return nil
}

// Close stops the pipeline and production and waits for both. Unless keep, it
// removes the two repositories, and the folder around them when Build made it.
// Closing again does nothing.
func (s *Sandbox) Close(keep bool) error {
	s.closing.Do(func() {
		if s.Pipeline != nil {
			s.Pipeline.stop()
		}
		if s.production != nil {
			s.closeErr = s.production.stop()
		}
		if !keep {
			s.closeErr = errors.Join(s.closeErr, s.remove())
		}
	})
	return s.closeErr
}

func (s *Sandbox) remove() error {
	err := errors.Join(os.RemoveAll(s.WorkTree), os.RemoveAll(s.Bare))
	if !s.madeDir {
		return err
	}
	// Remove, not RemoveAll: a file that somebody put beside the repositories
	// is not ours to delete, and keeps the folder.
	if rmErr := os.Remove(s.Dir); rmErr != nil && !errors.Is(rmErr, os.ErrNotExist) {
		if left, readErr := os.ReadDir(s.Dir); readErr == nil && len(left) > 0 {
			return err
		}
		err = errors.Join(err, rmErr)
	}
	return err
}

package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"ahead/gitops"
	"ahead/gitops/drill/shop"
	"ahead/gitops/drill/story"
)

// Defaults of a sandbox that a person looks at.
const (
	DefaultPipelineDelay = time.Second
	DefaultPollInterval  = 150 * time.Millisecond
)

// environment is the only one that a drill has.
const environment = "production"

// actor is who deploys, in the words of a deployment source.
const actor = "pipeline"

type pipelineConfig struct {
	bare, url   string
	past        []gitops.Deployment
	production  *Production
	delay, poll time.Duration
	clock       func() time.Time
}

// Pipeline deploys the newest release tag of the bare remote to production.
// Newest is by SemVer precedence; other tags are not its business. It is a
// deployment source, and safe for concurrent use.
type Pipeline struct {
	cfg    pipelineConfig
	cancel context.CancelFunc
	done   chan struct{}

	mu      sync.Mutex
	history []gitops.Deployment // newest first
	changed chan struct{}
}

// startPipeline puts the newest of the past deployments live and then watches.
// ctx bounds that first deployment, not the watching.
func startPipeline(ctx context.Context, cfg pipelineConfig) (*Pipeline, error) {
	p := &Pipeline{cfg: cfg, history: slices.Clone(cfg.past), changed: make(chan struct{}), done: make(chan struct{})}
	for i := range p.history {
		p.history[i].URL = cfg.url
	}
	newest := p.history[0]
	files, err := readRelease(ctx, cfg.bare, newest.Commit)
	if err != nil {
		return nil, err
	}
	cfg.production.put(running{
		tag: newest.Tag, commit: newest.Commit, deployedAt: newest.FinishedAt, site: shop.Open(files),
	})
	watching, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	go p.watch(watching)
	return p, nil
}

func (p *Pipeline) stop() {
	p.cancel()
	<-p.done
}

// Name is the name of the deployment source.
func (p *Pipeline) Name() string { return gitops.SourceDrill }

// Deployments gives all deployments, newest first.
func (p *Pipeline) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.history), nil
}

// WaitFor returns the deployment of a tag once it is live or has failed.
func (p *Pipeline) WaitFor(ctx context.Context, tag string) (gitops.Deployment, error) {
	for {
		p.mu.Lock()
		changed := p.changed
		at := slices.IndexFunc(p.history, func(d gitops.Deployment) bool { return d.Tag == tag })
		var d gitops.Deployment
		if at >= 0 {
			d = p.history[at]
		}
		p.mu.Unlock()
		if at >= 0 && d.Status != gitops.StatusPending {
			return d, nil
		}
		select {
		case <-changed:
		case <-p.done:
			return d, fmt.Errorf("wait for %s: %w", tag, errors.New("the pipeline has stopped"))
		case <-ctx.Done():
			return d, fmt.Errorf("wait for %s: %w", tag, ctx.Err())
		}
	}
}

func (p *Pipeline) watch(ctx context.Context) {
	defer close(p.done)
	tick := time.NewTicker(p.cfg.poll)
	defer tick.Stop()
	seen := ""
	for {
		if mark, err := markTags(p.cfg.bare); err == nil && mark != seen {
			if tags, err := releaseTags(ctx, p.cfg.bare); err == nil {
				seen = mark
				p.deployNewest(ctx, tags)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// deployNewest deploys the newest tag unless it, or a newer one, was deployed
// already. A tag that cannot be read fails its deployment; production keeps
// running what it runs.
func (p *Pipeline) deployNewest(ctx context.Context, tags []releaseTag) {
	newest, ok := newestTag(tags)
	if !ok || !p.isNewer(newest.version) {
		return
	}
	p.begin(newest)
	if !pause(ctx, p.cfg.delay) {
		return
	}
	files, err := readRelease(ctx, p.cfg.bare, newest.commit)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		p.finish(gitops.StatusFailed, p.cfg.clock())
		return
	}
	at := p.cfg.clock()
	p.cfg.production.put(running{tag: newest.name, commit: newest.commit, deployedAt: at, site: shop.Open(files)})
	p.finish(gitops.StatusLive, at)
}

func (p *Pipeline) isNewer(v version) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.history {
		if old, ok := parseVersion(d.Tag); ok && v.compare(old) <= 0 {
			return false
		}
	}
	return true
}

func (p *Pipeline) begin(t releaseTag) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.history = slices.Insert(p.history, 0, gitops.Deployment{
		Source: gitops.SourceDrill, Environment: environment, Commit: t.commit,
		Ref: "refs/tags/" + t.name, Tag: t.name, Status: gitops.StatusPending,
		StartedAt: p.cfg.clock(), Actor: actor, URL: p.cfg.url,
	})
	p.announce()
}

// finish ends the deployment that begin put first.
func (p *Pipeline) finish(status gitops.Status, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.history[0].Status, p.history[0].FinishedAt = status, at
	for i := 1; i < len(p.history) && status == gitops.StatusLive; i++ {
		if p.history[i].Status == gitops.StatusLive {
			p.history[i].Status = gitops.StatusSuperseded
		}
	}
	p.announce()
}

// announce wakes all who wait. The caller holds the lock.
func (p *Pipeline) announce() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// pause waits, and reports whether it may go on.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// pastDeployments are those of the story, newest first.
func pastDeployments(h *story.History) []gitops.Deployment {
	var past []gitops.Deployment
	for _, r := range h.Releases {
		past = append(past, gitops.Deployment{
			Source: gitops.SourceDrill, Environment: environment, Commit: r.Commit,
			Ref: "refs/tags/" + r.Tag, Tag: r.Tag, Status: gitops.StatusSuperseded,
			StartedAt: r.Tagger.When, FinishedAt: r.LiveAt, Actor: actor,
		})
	}
	slices.Reverse(past)
	past[0].Status = gitops.StatusLive
	return past
}

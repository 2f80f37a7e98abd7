// Package desk holds the use cases: look, judge, plan, check, ship, watch. It
// puts the rooms together and decides nothing that one of them could decide.
//
// Promise: the screen, the plain mode and every command go through the same
// few methods, so they cannot come to different answers.
//
// Rules it keeps:
//   - only Fetch, Rehearse, Publish, Standing, CarryOn, Doctor, the bringing of
//     missing objects, RefreshSources, Deployments and MarkRecovered use the
//     network; of these Rehearse, Standing and Doctor change nothing but
//     remote-tracking refs and tags that are new, and sources of deployments are
//     only read, but for MarkRecovered;
//   - a look takes what the sources said before it and waits for none of them;
//   - a Desk is safe for concurrent use;
//   - a Snapshot is never patched: looking again makes a new one.
package desk

import (
	"context"
	"net/http"
	"os"
	"sync"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/feed"
	"ahead/gitops/forge"
	"ahead/gitops/health"
	"ahead/gitops/patch"
	"ahead/gitops/planner"
	"ahead/gitops/publish"
	"ahead/gitops/release"
	"ahead/gitops/repo"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// Options say where to look and how.
type Options struct {
	// Dir is any folder of the repository.
	Dir string
	// Branch and Remote override what would be inferred.
	Branch string
	Remote string
	// Limit is the number of commits to list in all; 0 means DefaultLimit.
	Limit int
	// HealthURL is asked whether production is well; empty for none.
	HealthURL string
	// Sources tell of deployments beside the tags, before those that are found and
	// those of SourceSettings.
	Sources []deploy.Source
	// SourceSettings are the sources that the person's own settings describe.
	SourceSettings []SourceSetting
	// Environment is the one to show; empty for production.
	Environment string
	// Offline asks no source of deployments: rows of earlier runs are shown.
	Offline bool
	// Now is the clock, time.Now where nil. A drill brings its own, and the
	// commits that it makes carry that time.
	Now   func() time.Time
	Story bool
	// NoVerify and PullRequest are wishes about every plan, beside those that the
	// plan's remedy brings.
	NoVerify    bool
	PullRequest bool
	// Forges are servers that the person's own settings name, with their kind.
	// Tokens of the environment may go to them.
	Forges forge.Hosts
	// Getenv finds tokens, os.Getenv where nil; ForgeTransport sends questions
	// to forges, the network where nil. Tests bring their own.
	Getenv         func(string) string
	ForgeTransport http.RoundTripper
}

// DefaultLimit is how many commits are listed unless asked otherwise.
const DefaultLimit = 300

// Desk is one open repository with all that works on it.
type Desk struct {
	opts   Options
	repo   *repo.Repository
	remote string
	client *http.Client

	// git is found on first use, so that looking works without it.
	gitOnce sync.Once
	git     *publish.Git
	gitErr  error

	mergeOnce sync.Once
	merge     threeway.Options

	// feed keeps what the sources of deployments say.
	feed *feed.Feed

	// trails is what plans onto the same tip share.
	trails *planner.Trails

	mu        sync.Mutex
	fetchedAt time.Time
	// peeled are the commits that the ids which sources told stand for; zero for
	// none.
	peeled map[gitops.Hash]gitops.Hash
	// chosen is the environment that a person changed to; empty where they did not.
	chosen string
	// releases tells which tags are releases, naming how the next one is called,
	// both as of the last look.
	releases release.Scheme
	naming   *naming
	// files are those that suspects were looked for in last: what production runs,
	// and the tip.
	files [2]knownFiles
	// apart are remotes that turned out at a push not to take branch and tag
	// together, whatever they had said when they were asked.
	apart map[string]bool
}

// Open opens the repository that dir lies in. Nothing is read beyond its
// configuration.
func Open(ctx context.Context, opts Options) (*Desk, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Getenv == nil {
		opts.Getenv = os.Getenv
	}
	if opts.Limit <= 0 {
		opts.Limit = DefaultLimit
	}
	r, err := repo.Open(ctx, opts.Dir)
	if err != nil {
		return nil, err
	}
	remote, err := r.ChooseRemote(opts.Remote)
	if err != nil {
		r.Close()
		return nil, err
	}
	d := &Desk{
		opts: opts, repo: r, remote: remote, client: health.NewClient(health.Deadline),
		trails: planner.NewTrails(r.Graph()),
	}
	d.feed = d.newFeed()
	return d, nil
}

// ExpectMany says that hundreds of plans onto one tip are coming. Call it before
// the first one.
func (d *Desk) ExpectMany() {
	d.repo.ExpectMany()
	d.trails = planner.NewIndexedTrails(d.repo.Graph())
}

// Close ends what sources are being asked and lets go of the repository's files.
func (d *Desk) Close() error {
	d.feed.Close()
	return d.repo.Close()
}

// Now tells the time by the desk's clock.
func (d *Desk) Now() time.Time { return d.opts.Now() }

// Remote is the remote that remedies are pushed to; empty where there is none.
func (d *Desk) Remote() string { return d.remote }

// HealthURL is the address that Probe asks; empty for none.
func (d *Desk) HealthURL() string { return d.opts.HealthURL }

// Resolve finds the commit that a person names.
func (d *Desk) Resolve(ctx context.Context, rev string) (gitops.Hash, error) {
	return d.repo.Resolve(ctx, rev)
}

// Commit reads one commit.
func (d *Desk) Commit(h gitops.Hash) (gitops.Commit, error) { return d.repo.Objects().Commit(h) }

// Judge implements the row's verdict.
func (d *Desk) Judge(ctx context.Context, snap gitops.Snapshot, commit gitops.Hash) (gitops.Judgement, error) {
	j, err := d.planner().Judge(ctx, snap, commit)
	return j, d.unjudged(ctx, err)
}

// Plan computes what a remedy comes to.
func (d *Desk) Plan(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy) (gitops.Plan, error) {
	d.mu.Lock()
	naming := d.naming
	d.mu.Unlock()
	work := d.planner()
	var err error
	if work.Scheme, err = naming.find(ctx); err != nil {
		return gitops.Plan{}, err
	}
	work.SchemeFor = d.schemeFor(ctx, naming, snap)
	p, err := work.PlanRevert(ctx, snap, remedy)
	return p, d.explainPlan(ctx, snap, remedy, err)
}

// planner names no release: that is added where a plan needs it.
func (d *Desk) planner() *planner.Planner {
	d.mergeOnce.Do(func() { d.merge = d.mergeOptions() })
	p := &planner.Planner{
		Objects: d.repo.Objects(),
		Merge:   d.merge,
		Signing: d.signs(),
		Now:     d.opts.Now,
		Trails:  d.trails,
	}
	// Without git, what only git can compute is refused with that sentence.
	if _, err := d.system(); err == nil {
		p.Git = gitMerger{d}
	}
	return p
}

// Touches lists what one commit changed against its first parent.
func (d *Desk) Touches(ctx context.Context, h gitops.Hash) ([]gitops.FileChange, error) {
	c, err := d.Commit(h)
	if err != nil {
		return nil, err
	}
	var before gitops.Hash
	if !c.IsRoot() {
		parent, err := d.Commit(c.Parents[0])
		if err != nil {
			return nil, err
		}
		before = parent.Tree
	}
	files, err := treediff.Changes(ctx, d.repo.Objects(), before, c.Tree)
	if err != nil {
		return d.uncounted(ctx, before, c.Tree, err)
	}
	return files, nil
}

// Diff gives the hunks of one file of a plan.
func (d *Desk) Diff(ctx context.Context, plan gitops.Plan, file gitops.FileChange) (gitops.FileDiff, error) {
	return patch.File(ctx, gitops.NewOverlay(d.repo.Objects(), plan.Objects...), file, contextLines)
}

// contextLines is what git shows around a change.
const contextLines = 3

// Probe asks production once; ok is false where no address is known.
func (d *Desk) Probe(ctx context.Context) (health.Sample, bool) {
	if d.opts.HealthURL == "" {
		return health.Sample{}, false
	}
	return health.Probe(ctx, d.client, d.opts.HealthURL, d.opts.Now()), true
}

package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/gitops/deploy/feed"
	"ahead/gitops/publish/journal"
	"ahead/gitops/release"
)

// newFeed makes the feed of a desk; nobody is asked yet.
func (d *Desk) newFeed() *feed.Feed {
	shared, _ := d.repo.Config("core.sharedrepository")
	return feed.New(feed.Options{
		Find: d.findSources, Idle: d.faults(), GitDir: d.repo.Location().CommonDir, Sharing: journal.ParseSharing(shared), Offline: d.opts.Offline, Now: d.opts.Now,
		Key: d.remoteURL(), Scope: d.scope,
	})
}

// scope is what the settings say of a source, as far as its rows depend on that.
func (d *Desk) scope(name string) string {
	for _, s := range d.opts.SourceSettings {
		if cmp.Or(s.Name, s.Kind) == name {
			s.Timeout, s.Repositories = 0, nil
			return fmt.Sprintf("%+v", s)
		}
	}
	return ""
}

// RefreshSources asks the sources of deployments that are due, each with its own
// deadline, and waits for them; what they say is in the next Snapshot. urgent is
// for a person who asks: it goes before our own intervals, never before a moment
// that a source named. Its error is that of ctx. It uses the network, unless the
// options say Offline.
func (d *Desk) RefreshSources(ctx context.Context, urgent bool) error {
	return d.feed.Refresh(ctx, urgent)
}

// HearSources is RefreshSources for somebody who looks once and goes: it waits
// for each source as long as that is worth it, or for none longer than limit
// where that is not nil (see feed.Hear). Whom it did not wait for is told as being
// asked. It uses the network, unless the options say Offline.
func (d *Desk) HearSources(ctx context.Context, limit *time.Duration) error {
	return d.feed.Hear(ctx, limit)
}

// SourcesVersion goes up whenever a source begins to be asked, answers or fails.
// Read it before a Snapshot and give it to SourcesChanged after that.
func (d *Desk) SourcesVersion() uint64 { return d.feed.View().Version }

// SourcesChanged waits for another version than seen. It asks nobody.
func (d *Desk) SourcesChanged(ctx context.Context, seen uint64) (uint64, error) {
	return d.feed.Wait(ctx, seen)
}

// SourcesDue is when RefreshSources has something to ask next; zero where there
// is nothing to wait for.
func (d *Desk) SourcesDue() time.Time { return d.feed.Due() }

// ShowDeployments says which commits are on the screen, from the top: where a
// source needs another call a row, these are asked for first.
func (d *Desk) ShowDeployments(commits []gitops.Hash) { d.feed.Show(commits) }

// ChooseEnvironment makes the looks that begin from now on be of another
// environment than the options say.
func (d *Desk) ChooseEnvironment(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.chosen = name
}

func (d *Desk) wanted() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.chosen != "" {
		return d.chosen
	}
	return d.opts.Environment
}

// Sources tells how each source stands. It asks nobody.
func (d *Desk) Sources() []gitops.SourceState { return d.feed.View().States }

// MarkRecovered tells the sources that keep markers of the release by which
// production recovered, and says what became of each. It uses the network.
func (d *Desk) MarkRecovered(ctx context.Context, release gitops.Deployment) []gitops.Notice {
	var said []gitops.Notice
	for _, m := range d.feed.Mark(ctx, release) {
		n := gitops.Notice{Code: "marked", Text: fmt.Sprintf("%s has a marker for %s now", m.Name, release.Name())}
		if m.Err != nil {
			n = gitops.Notice{Code: "not-marked", Text: fmt.Sprintf("%s has no marker for %s: %s", m.Name, release.Name(), m.Err)}
		}
		said = append(said, n)
	}
	return said
}

// telling is what the sources say, as it concerns one look.
type telling struct {
	environment  string
	environments []string
	// lists are the rows of the environment, one list a source in the order of
	// states; claims those of all environments. lost are rows of the environment whose commit no name in
	// this clone leads to.
	lists  [][]gitops.Deployment
	claims []gitops.Deployment
	lost   []gitops.Deployment
	states []gitops.SourceState
	// notices are of the feed itself.
	notices []gitops.Notice
}

// listen takes what the sources said and finds the commits of their rows.
func (d *Desk) listen(view feed.View, tags []gitops.Tag) telling {
	t := telling{states: view.States, notices: view.Notices, environment: deploy.ChooseEnvironment(d.wanted(), nil)}
	if view.Rows() == 0 {
		return t
	}
	find := &finder{desk: d, tags: tags}
	all := make([][]gitops.Deployment, len(view.Lists))
	for i, rows := range view.Lists {
		all[i] = slices.Clone(rows) // the feed's own are not changed
		deploy.Resolve(all[i], find)
		d.peelRows(all[i])
		t.claims = append(t.claims, all[i]...)
	}
	t.environments = deploy.Environments(all...)
	t.environment = deploy.ChooseEnvironment(d.wanted(), t.environments)
	for _, rows := range all {
		var known []gitops.Deployment
		for _, row := range deploy.Of(t.environment, rows) {
			if row.Commit.IsZero() {
				t.lost = append(t.lost, row)
			} else {
				known = append(known, row)
			}
		}
		t.lists = append(t.lists, known)
	}
	for _, rows := range t.lists {
		t.notices = append(t.notices, aheadOfClock(rows, d.opts.Now())...)
	}
	return t
}

// peelRows sees to it that rows are of commits or of what is not here. Sources
// may name a tag's object, which stands for its commit, or anything at all: a
// walk must not end at a tree. What was found out holds for good, so that only
// the first look after an answer pays for it.
func (d *Desk) peelRows(rows []gitops.Deployment) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.peeled == nil {
		d.peeled = map[gitops.Hash]gitops.Hash{}
	}
	for i := range rows {
		told := rows[i].Commit
		if told.IsZero() {
			continue
		}
		commit, known := d.peeled[told]
		if !known {
			if commit = d.commitOf(told); commit == told && !d.repo.Store().Has(told) {
				continue // it may come with the next fetch
			}
			d.peeled[told] = commit
		}
		if rows[i].Commit = commit; commit.IsZero() && rows[i].Ref == "" {
			rows[i].Ref = told.String()
		}
	}
}

// commitOf gives the commit that an id stands for: itself where it is one or is
// not here, zero where it is something else.
func (d *Desk) commitOf(told gitops.Hash) gitops.Hash {
	_, err := d.repo.Objects().Commit(told)
	if err == nil || !d.repo.Store().Has(told) {
		return told
	}
	commit, err := d.repo.Resolve(context.Background(), told.String())
	if err != nil {
		return gitops.Hash{}
	}
	return commit
}

// finder implements deploy.Finder over the repository.
type finder struct {
	desk   *Desk
	tags   []gitops.Tag
	byName map[string]gitops.Hash
}

// Tag implements deploy.Finder.
func (f *finder) Tag(name string) gitops.Hash {
	if f.byName == nil {
		f.byName = make(map[string]gitops.Hash, len(f.tags))
		for _, t := range f.tags {
			f.byName[t.Name] = t.Commit
		}
	}
	return f.byName[name]
}

// Abbreviated implements deploy.Finder.
func (f *finder) Abbreviated(digits string) gitops.Hash {
	candidates, err := f.desk.repo.Store().Abbreviated(digits)
	if err != nil {
		return gitops.Hash{}
	}
	var found []gitops.Hash
	for _, h := range candidates {
		if _, err := f.desk.repo.Objects().Commit(h); err == nil {
			found = append(found, h)
		}
	}
	if len(found) != 1 {
		return gitops.Hash{} // none, or several that it might be
	}
	return found[0]
}

// merged are the rows that count, of sources and tags.
func (t telling) merged(tags []gitops.Deployment) []gitops.Deployment {
	return deploy.Merge(append(slices.Clone(t.lists), tags)...)
}

// current is what runs. Tags are released to production and to nowhere else.
func (t telling) current(rows []gitops.Deployment, branch deploy.Branch) *gitops.Deployment {
	if !deploy.SameEnvironment(t.environment, deploy.Production) {
		rows = slices.DeleteFunc(slices.Clone(rows), func(d gitops.Deployment) bool { return d.Source == gitops.SourceTags })
	}
	return deploy.Current(rows, branch)
}

// lostLive is the newest row that is live by its source's word, of a commit that
// nothing here leads to, unless a newer live row is known; of one without a time,
// unless a source that is believed more knows of a live row.
func (t telling) lostLive(known *gitops.Deployment) (gitops.Deployment, bool) {
	var newest gitops.Deployment
	found := false
	for _, row := range t.lost {
		if row.Status == gitops.StatusLive && (!found || row.At().After(newest.At())) {
			newest, found = row, true
		}
	}
	if !found || known == nil || known.Status != gitops.StatusLive {
		return newest, found
	}
	if newest.At().IsZero() {
		return newest, t.believed(newest.Source) <= t.believed(known.Source)
	}
	return newest, !known.At().After(newest.At())
}

// believed is the place of a source among those that are asked, the first of which
// is believed most.
func (t telling) believed(source string) int {
	return slices.IndexFunc(t.states, func(s gitops.SourceState) bool { return s.Name == source })
}

// fill puts what the sources say of themselves into a snapshot.
func (t telling) fill(s *gitops.Snapshot) {
	s.Environment, s.Environments, s.Sources, s.Claims = t.environment, t.environments, t.states, t.claims
	s.Notices = append(s.Notices, t.notices...)
	s.Notices = append(s.Notices, t.disagreements(s.Tags)...)
	if len(t.environments) > 0 && !slices.Contains(t.environments, t.environment) {
		s.Notices = append(s.Notices, gitops.Notice{
			Code: "environment-unknown",
			Text: fmt.Sprintf("no source tells of %s; they tell of %s", t.environment, firstFew(t.environments)),
		})
	}
}

// disagreements names releases as people do, whoever tells of them by commit, and
// says of a source that was not heard now how old its word is: it may have come
// round since.
func (t telling) disagreements(tags []gitops.Tag) []gitops.Notice {
	if len(deploy.Disagreements(t.lists...)) == 0 {
		return nil
	}
	names := make(map[gitops.Hash]string, len(tags))
	for _, tag := range tags {
		names[tag.Commit] = tag.Name
	}
	named := make([][]gitops.Deployment, len(t.lists))
	for i, rows := range t.lists {
		named[i] = slices.Clone(rows)
		old := ""
		if state := t.states[i]; state.Condition == gitops.SourceOld {
			old = state.AnsweredAt.UTC().Format(" (as of " + time.DateOnly + " 15:04 UTC)")
		}
		for k := range named[i] {
			d := &named[i][k]
			if d.Source += old; d.Tag == "" {
				d.Tag = names[d.Commit]
			}
		}
	}
	return deploy.Disagreements(named...)
}

// fewNames bounds the names in a sentence.
const fewNames = 5

func firstFew(names []string) string {
	if len(names) <= fewNames {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:fewNames], ", "), len(names)-fewNames)
}

// Deployments asks the sources anew and gives the rows of the environment,
// newest first.
func (d *Desk) Deployments(ctx context.Context) ([]gitops.Deployment, error) {
	if err := d.RefreshSources(ctx, true); err != nil {
		return nil, err
	}
	refs, err := d.repo.RefsUnpeeled(ctx)
	if err != nil {
		return nil, err
	}
	tags, _, err := d.repo.TagOrigins(ctx, refs.Tags)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	scheme := d.releases
	d.mu.Unlock()
	return d.listen(d.feed.View(), tags).merged(deploy.FromReleases(release.Read(tags).Releases(scheme))), nil
}

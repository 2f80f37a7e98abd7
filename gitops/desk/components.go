package desk

import (
	"context"

	"ahead/gitops"
	"ahead/gitops/release"
	"ahead/gitops/repo"
)

// schemeFor finds the scheme of the component that a change releases, from the
// paths that it touches: in a repository of several, the newest release of any
// says nothing about whose release a change is.
func (d *Desk) schemeFor(ctx context.Context, n *naming, snap gitops.Snapshot) func([]string) (release.Scheme, string, error) {
	return func(paths []string) (release.Scheme, string, error) {
		base, err := n.find(ctx)
		if err != nil || n == nil {
			return base, "", err
		}
		choice := release.ByPaths(n.components, paths)
		if !choice.Found || choice.Component == base.Component {
			return base, choice.Why, nil
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		scheme, known := n.others[choice.Component]
		if !known {
			if scheme = d.schemeOf(ctx, choice.Component, snap.Tags, snap.Tip); ctx.Err() != nil {
				return base, "", ctx.Err()
			}
			if n.others == nil {
				n.others = map[string]release.Scheme{}
			}
			n.others[choice.Component] = scheme
		}
		if !scheme.Found() {
			return base, "", nil
		}
		return scheme, choice.Why, nil
	}
}

// parts are the components that are known once a plan has been named.
func (n *naming) parts() []release.Component {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.components
}

// schemeOf infers the scheme of one component.
func (d *Desk) schemeOf(ctx context.Context, component string, tags []gitops.Tag, tip gitops.Hash) release.Scheme {
	catalog := release.Read(tags)
	opts := release.Options{Component: component, AsOne: component == "", Whole: d.wholeTag}
	contained := d.containedIn(ctx, tip)
	if s := catalog.Infer(func(t gitops.Tag) bool { return contained(t.Commit) }, opts); s.Found() {
		return s
	}
	return catalog.Infer(nil, opts)
}

// wholeTag reads all of a tag; one that is not here stays as it is.
func (d *Desk) wholeTag(t gitops.Tag) gitops.Tag {
	full, err := d.repo.TagDetails(repo.RefTag{Name: t.Name, Object: t.Object})
	if err != nil || full.Commit != t.Commit {
		return t
	}
	return full
}

package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"ahead/gitops"
	"ahead/gitops/planner"
	"ahead/gitops/publish"
	"ahead/gitops/release"
)

// rehearsalTime bounds a rehearsal: a passphrase may have to be typed into a
// window, a key to be touched, a hook to start a runtime.
const rehearsalTime = 2 * time.Minute

// The codes of notices about the tag.
const (
	// NoticeTag: the name is another one than planned, since the remote has tags
	// that were not known here.
	NoticeTag = "tag"
	// NoticeComponents: the change touches several parts that are released
	// apart, and one tag releases one of them.
	NoticeComponents = "components"
)

// Rehearse finds out before the confirm screen what can be found out about how
// publishing plan would go, and gives the plan as it would be published: the
// messages final, the tag's name free on the remote, the passage decided. It
// asks the remote and its forge, signs a throw-away commit and runs the
// commit-msg hook, all at once, and changes nothing, here or there. A plan that
// was rehearsed may be rehearsed again (after a key was unlocked, say); its
// messages stay.
//
// The errors have the codes of their parts: no-identity, hook-refused,
// signing-failed (Unlock is the way on), tag-taken, no-remote,
// remote-unreachable.
func (d *Desk) Rehearse(ctx context.Context, snap gitops.Snapshot, plan gitops.Plan) (gitops.Rehearsal, error) {
	if !plan.Publishable() {
		return gitops.Rehearsal{Plan: plan}, nil
	}
	git, err := d.system()
	if err != nil {
		return gitops.Rehearsal{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, rehearsalTime)
	defer cancel()
	plan.Remedy.Wishes = d.wishes(plan)
	var (
		tag                      gitops.TagPlan
		said, heard              []gitops.Notice
		finished                 gitops.Plan
		told                     toldWay
		skips                    []string
		signs, names, hooks, way error
		unread                   error
		all                      sync.WaitGroup
	)
	all.Go(func() { signs = git.RehearseSigning(ctx, plan) })
	all.Go(func() { tag, heard, names = d.rehearseTag(ctx, git, snap, plan) })
	all.Go(func() { finished, said, hooks = git.RehearseMessages(ctx, plan, plan.Remedy.Wishes.NoVerify) })
	all.Go(func() { skips, unread = d.skippedHooks(ctx, git, plan) })
	all.Go(func() { told, way = d.askTheWay(ctx, plan) })
	all.Wait()
	// The person's own affairs come first: they can be put right here.
	for _, err := range []error{hooks, signs, names, way, unread} {
		if err != nil {
			return gitops.Rehearsal{}, err
		}
	}
	finished.Tag = tag
	if _, finished.Tag.Signed, err = git.Signs(ctx, finished); err != nil {
		return gitops.Rehearsal{}, err
	}
	// A pull request quotes the message as it will be.
	var rules []gitops.Notice
	finished.Passage, rules = d.wayOf(finished, told)
	finished.Passage.NoVerify, finished.Passage.Skips = plan.Remedy.Wishes.NoVerify, strings.Join(skips, " and ")
	finished.ID = planner.ID(finished)
	return gitops.Rehearsal{Plan: finished, Notices: slices.Concat(rules, heard, said)}, nil
}

// Unlock is the way to unlock the signing key on a terminal, after Rehearse
// ended with signing-failed: run it with the terminal released, then rehearse
// again. An error says what a person can do elsewhere.
func (d *Desk) Unlock(ctx context.Context) (*publish.Unlock, error) {
	git, err := d.system()
	if err != nil {
		return nil, err
	}
	return git.Unlock(ctx)
}

// rehearseTag holds the tag's name against what the remote has now, and takes
// the next one that is free here and there. A name of the person's own is never
// exchanged.
func (d *Desk) rehearseTag(ctx context.Context, git *publish.Git, snap gitops.Snapshot, plan gitops.Plan) (gitops.TagPlan, []gitops.Notice, error) {
	if plan.Remedy.NoTag {
		return plan.Tag, nil, nil
	}
	held, err := git.RemoteRefs(ctx, plan.Remote, "refs/tags/*")
	if err != nil {
		return plan.Tag, nil, err
	}
	notices := d.severalComponents(plan)
	unknown := remoteOnly(held, snap.Tags)
	taken := takenNames(held, snap.Tags)
	if own := plan.Remedy.Tag; own != "" && taken[own] || plan.Tag.Name != "" && plan.Tag.Name == own {
		return plan.Tag, notices, ownTaken(plan, own, held, taken)
	}
	if len(unknown) == 0 && !taken[plan.Tag.Name] {
		return plan.Tag, notices, nil
	}
	tag, err := d.nameAmong(ctx, snap, plan, unknown, taken)
	if err != nil {
		return plan.Tag, notices, err
	}
	if tag.Name == plan.Tag.Name {
		return plan.Tag, notices, nil
	}
	return tag, append(notices, gitops.Notice{Code: NoticeTag, Text: otherName(plan, tag, held)}), nil
}

// otherName says why the tag is not the one of the plan.
func otherName(plan gitops.Plan, tag gitops.TagPlan, held map[string]gitops.Hash) string {
	was := plan.Tag.Name
	switch _, taken := held["refs/tags/"+was]; {
	case was == "":
		return fmt.Sprintf("%s has release tags that are not here: the tag is %s", plan.Remote, tag.Name)
	case taken:
		return fmt.Sprintf("%s exists on %s meanwhile: the tag is %s", was, plan.Remote, tag.Name)
	default:
		return fmt.Sprintf("%s has newer release tags than are here: the tag is %s in place of %s", plan.Remote, tag.Name, was)
	}
}

func ownTaken(plan gitops.Plan, own string, held map[string]gitops.Hash, taken map[string]bool) error {
	if !taken[own] {
		return nil
	}
	e := &gitops.TagTaken{Name: own, Object: held["refs/tags/"+own], Where: plan.Remote}
	if e.Object.IsZero() {
		e.Where = gitops.Here
	}
	return &gitops.Error{
		Code: gitops.CodeTagTaken, What: fmt.Sprintf("the tag %q is taken", own), Err: e,
		Hint: "choose another name: a tag is never used again",
	}
}

func takenNames(held map[string]gitops.Hash, local []gitops.Tag) map[string]bool {
	taken := make(map[string]bool, len(held)+len(local))
	for ref := range held {
		if name, ok := strings.CutPrefix(ref, "refs/tags/"); ok && !strings.HasSuffix(name, "^{}") {
			taken[name] = true
		}
	}
	for _, t := range local {
		taken[t.Name] = true
	}
	return taken
}

// remoteOnly are the remote's tags that this repository does not have, by name:
// a shallow clone lacks many, any clone those that were made since its last
// fetch. Their time is not known.
func remoteOnly(held map[string]gitops.Hash, local []gitops.Tag) []gitops.Tag {
	here := make(map[string]bool, len(local))
	for _, t := range local {
		here[t.Name] = true
	}
	var tags []gitops.Tag
	for _, ref := range slices.Sorted(maps.Keys(held)) {
		name, ok := strings.CutPrefix(ref, "refs/tags/")
		if !ok || strings.HasSuffix(name, "^{}") || here[name] {
			continue
		}
		t := gitops.Tag{Name: name, Object: held[ref], Commit: held[ref]}
		if peeled, annotated := held[ref+"^{}"]; annotated {
			t.Commit, t.Annotated = peeled, true
		}
		tags = append(tags, t)
	}
	return tags
}

// nameAmong names the release with the tags in mind that only the remote has:
// those of which the branch holds the commit, and in a shallow clone, where that
// cannot be known, all of them.
func (d *Desk) nameAmong(ctx context.Context, snap gitops.Snapshot, plan gitops.Plan, unknown []gitops.Tag, taken map[string]bool) (gitops.TagPlan, error) {
	contained := d.containedIn(ctx, plan.Onto)
	isTaken := func(name string) bool { return taken[name] }
	work := d.planner()
	scheme, why, err := d.schemeNow(ctx, snap, plan)
	if err != nil {
		return gitops.TagPlan{}, err
	}
	counts := func(t gitops.Tag) bool { return contained(t.Commit) || snap.Shallow && !d.here(t.Commit) }
	if slices.ContainsFunc(unknown, counts) {
		all := release.Read(slices.Concat(snap.Tags, unknown))
		opts := release.Options{Component: scheme.Component, AsOne: scheme.Found() && scheme.Component == "", Whole: d.wholeTag}
		if newer := all.Infer(counts, opts); newer.Found() {
			scheme = newer
		}
	}
	tag, _, err := work.NameRelease(plan.Remedy, scheme, why, isTaken)
	return tag, err
}

// schemeNow is the scheme that the plan's tag was named by.
func (d *Desk) schemeNow(ctx context.Context, snap gitops.Snapshot, plan gitops.Plan) (release.Scheme, string, error) {
	d.mu.Lock()
	naming := d.naming
	d.mu.Unlock()
	return d.schemeFor(ctx, naming, snap)(planner.Paths(plan))
}

func (d *Desk) here(h gitops.Hash) bool {
	_, err := d.repo.Objects().Commit(h)
	return err == nil
}

// severalComponents tells of the parts that the tag does not release.
func (d *Desk) severalComponents(plan gitops.Plan) []gitops.Notice {
	d.mu.Lock()
	naming := d.naming
	d.mu.Unlock()
	if naming == nil || plan.Tag.Name == "" {
		return nil
	}
	choice := release.ByPaths(naming.parts(), planner.Paths(plan))
	others := slices.DeleteFunc(slices.Clone(choice.Others), func(name string) bool { return name == "" })
	if !choice.Found || len(others) == 0 {
		return nil
	}
	return []gitops.Notice{{Code: NoticeComponents, Text: fmt.Sprintf(
		"files of %s change, too, and %s does not release them: tag them apart where they are deployed apart", strings.Join(others, ", "), plan.Tag.Name)}}
}

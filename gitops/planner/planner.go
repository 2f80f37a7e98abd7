// Package planner turns a remedy into a plan: the revert engine's front.
//
// Promise: the same snapshot, remedy and objects give the same plan, and a
// plan that is called clean is one that git calls clean.
//
// Rules it keeps:
//   - pure: it reads objects by id and a clock that is handed in, nothing else;
//     no ref, file or network;
//   - what the merge does not cover is handed to git or refused with the
//     reason, never guessed;
//   - a refusal, a conflict and "nothing left to revert" are plans with a
//     verdict, not errors: errors are for what could not be looked at.
package planner

import (
	"context"
	"time"

	"ahead/gitops"
	"ahead/gitops/release"
	"ahead/gitops/threeway"
)

// GitMerger computes a merge of trees by the system git, for what threeway
// knows that it does not cover.
type GitMerger interface {
	// MergeTree reads the repository and unstored. It answers with the tree,
	// of no meaning when there are conflicts, and with the trees and blobs that
	// the repository lacks.
	MergeTree(ctx context.Context, m gitops.Merge, unstored []gitops.Object) (tree gitops.Hash, objects []gitops.Object, conflicts []gitops.Conflict, err error)
}

// GitMarker is a GitMerger that also gives the tree that git writes for a merge
// that conflicts, with markers in it. Without it decisions about conflicts that
// only git knows leave them open.
type GitMarker interface {
	MarkedTree(ctx context.Context, m gitops.Merge, unstored []gitops.Object) (tree gitops.Hash, objects []gitops.Object, err error)
}

// Planner makes plans. It is safe for concurrent use as far as Objects is.
type Planner struct {
	Objects gitops.Objects
	// Merge are the repository's merge settings.
	Merge threeway.Options
	// Scheme is the repository's tag scheme.
	Scheme release.Scheme
	// SchemeFor, where it is set, finds the scheme of the component that a change
	// of these paths releases, with words for why it is that one; nil stands for
	// Scheme, whatever changes.
	SchemeFor func(paths []string) (scheme release.Scheme, why string, err error)
	// Signing says that the person's git is set up to sign. Where it is not, a
	// tag is not planned as signed, whatever the ones before it were.
	Signing bool
	// Git may be nil; then what threeway does not cover is refused.
	Git GitMerger
	// Trails remembers history from plan to plan; nil reads it anew each time.
	Trails *Trails
	// Now dates calendar tags.
	Now func() time.Time
}

// PlanRevert computes what a remedy comes to on this snapshot. The error is
// for a remedy that names nothing or for objects that could not be read; every
// outcome of the merge itself is in the plan's verdict.
func (p *Planner) PlanRevert(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy) (gitops.Plan, error) {
	if err := checkParts(remedy); err != nil {
		return gitops.Plan{}, err
	}
	d, err := p.newDraft(ctx, snap, remedy)
	if err != nil {
		return gitops.Plan{}, err
	}
	switch remedy.Kind {
	case gitops.RevertDeployment:
		err = d.revertDeployment()
	case gitops.RestoreDeployment:
		err = d.restoreDeployment()
	default:
		err = d.revertCommits()
	}
	if err != nil {
		return gitops.Plan{}, err
	}
	if err := d.checkUsed(); err != nil {
		return gitops.Plan{}, err
	}
	if err := d.checkNamed(); err != nil {
		return gitops.Plan{}, err
	}
	if err := d.leaveOut(); err != nil {
		return gitops.Plan{}, err
	}
	if err := d.finish(); err != nil {
		return gitops.Plan{}, err
	}
	return d.plan, nil
}

// Judge tells what would come of reverting one commit onto the snapshot's tip:
// the verdict of a row, without all that a plan tells beside it.
func (p *Planner) Judge(ctx context.Context, snap gitops.Snapshot, commit gitops.Hash) (gitops.Judgement, error) {
	remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{commit}}
	d, err := p.newDraft(ctx, snap, remedy)
	if err != nil {
		return gitops.Judgement{}, err
	}
	if err := d.mergeSelection(); err != nil {
		return gitops.Judgement{}, err
	}
	return gitops.Judgement{
		Verdict:   d.plan.Verdict,
		Conflicts: len(d.plan.Conflicts),
		Reason:    d.plan.Reason,
	}, nil
}

// draft is a plan while it is being made.
type draft struct {
	*Planner
	ctx    context.Context
	snap   gitops.Snapshot
	plan   gitops.Plan
	onto   gitops.Commit
	lineup lineup
	said   decisions
	// unlisted counts the commits of a restore beyond maxListed.
	unlisted int
	// objects reads what earlier merges of this draft made, too.
	objects *gitops.Overlay
}

func (p *Planner) newDraft(ctx context.Context, snap gitops.Snapshot, remedy gitops.Remedy) (*draft, error) {
	ontoHash := remedy.Onto
	if ontoHash.IsZero() {
		ontoHash = snap.Tip
	}
	onto, err := p.Objects.Commit(ontoHash)
	if err != nil {
		return nil, err
	}
	return &draft{
		Planner: p, ctx: ctx, snap: snap, onto: onto,
		objects: gitops.NewOverlay(p.Objects),
		said:    decisions{used: make(map[int]bool)},
		plan: gitops.Plan{
			Remedy: remedy, Remote: snap.Remote, Branch: snap.Branch,
			Onto: onto.Hash, OntoTree: onto.Tree,
		},
	}, nil
}

// settle ends a draft with a verdict that is not clean. Nothing half made
// stays in the plan.
func (d *draft) settle(v gitops.Verdict, reason string) {
	d.plan.Verdict = v
	d.plan.Reason = reason
	d.plan.Tree = gitops.Hash{}
	d.plan.Commits = nil
	d.plan.Objects = nil
}

func (d *draft) refuse(code, reason string) {
	d.settle(gitops.VerdictRefused, reason)
	if code != "" {
		d.warn(code, reason)
	}
}

func (d *draft) warn(code, text string) {
	d.plan.Warnings = append(d.plan.Warnings, gitops.Warning{Code: code, Text: text})
}

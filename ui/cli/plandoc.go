package cli

import (
	"bytes"
	"context"

	"ahead/gitops"
	"ahead/gitops/patch"
)

// The documents of `ahead plan --json`.
type (
	planDocument struct {
		Selection  []string           `json:"selection"`
		Remedy     string             `json:"remedy"`
		Onto       string             `json:"onto"`
		Verdict    string             `json:"verdict"`
		Tree       string             `json:"tree"`
		Files      []fileDocument     `json:"files"`
		Conflicts  []conflictDocument `json:"conflicts"`
		Dependants []string           `json:"dependants"`
		Collateral []string           `json:"collateral"`
		Warnings   []warningDocument  `json:"warnings"`
		Message    string             `json:"message"`
		Tag        planTagDocument    `json:"tag"`
		Reason     string             `json:"reason"`
		// ByGit is there where the system git computed the plan, and says why.
		ByGit string `json:"byGit,omitempty"`
		// LeftOut and Resolved are there only when there are any.
		LeftOut  []leftOutDocument `json:"leftOut,omitempty"`
		Resolved []string          `json:"resolved,omitempty"`
		// Patch is there with --patch only.
		Patch *string `json:"patch,omitempty"`
	}
	fileDocument struct {
		Path      string `json:"path"`
		OldPath   string `json:"oldPath"`
		Status    string `json:"status"`
		Additions int    `json:"additions"`
		Deletions int    `json:"deletions"`
		Binary    bool   `json:"binary"`
	}
	conflictDocument struct {
		Path  string          `json:"path"`
		Kind  string          `json:"kind"`
		Hunks *[]hunkDocument `json:"hunks,omitempty"`
		// The others are there with --hunks, too: what --resolve asks for.
		Key         string   `json:"key,omitempty"`
		Choices     []string `json:"choices,omitempty"`
		HunkChoices []string `json:"hunkChoices,omitempty"`
	}
	hunkDocument struct {
		BaseLine   int    `json:"baseLine"`
		OursLine   int    `json:"oursLine"`
		TheirsLine int    `json:"theirsLine"`
		Base       string `json:"base"`
		Ours       string `json:"ours"`
		Theirs     string `json:"theirs"`
		Before     string `json:"before"`
		After      string `json:"after"`
	}
	warningDocument struct {
		Code string `json:"code"`
		Text string `json:"text"`
	}
	planTagDocument struct {
		Name   string `json:"name"`
		Scheme string `json:"scheme"`
	}
)

// remedyName is the word of the contract for what the plan does.
func remedyName(p gitops.Plan) string {
	if p.Remedy.WithDependants && len(p.Dependants) > 0 {
		return "revert-with-dependants"
	}
	return string(p.Remedy.Kind)
}

func newPlanDocument(p gitops.Plan, withHunks bool) planDocument {
	doc := planDocument{
		Selection: hexes(p.Selection), Remedy: remedyName(p), Onto: p.Onto.String(),
		Verdict: p.Verdict.String(), Tree: hexOrEmpty(p.Tree),
		Files:      make([]fileDocument, 0, len(p.Files)),
		Conflicts:  make([]conflictDocument, 0, len(p.Conflicts)),
		Dependants: hexes(p.Dependants), Collateral: hexes(p.Collateral),
		Warnings: make([]warningDocument, 0, len(p.Warnings)),
		Message:  p.Message,
		Tag:      planTagDocument{Name: p.Tag.Name, Scheme: p.Tag.Scheme},
		Reason:   p.Reason,
		LeftOut:  leftOutDocuments(p), Resolved: p.Resolved,
		ByGit: p.ByGit,
	}
	for _, f := range p.Files {
		doc.Files = append(doc.Files, fileDocument{
			Path: f.Path, OldPath: f.OldPath, Status: string(f.Status),
			Additions: f.Additions, Deletions: f.Deletions, Binary: f.Binary,
		})
	}
	for _, c := range p.Conflicts {
		doc.Conflicts = append(doc.Conflicts, newConflictDocument(c, withHunks))
	}
	for _, w := range p.Warnings {
		doc.Warnings = append(doc.Warnings, warningDocument{Code: w.Code, Text: w.Text})
	}
	return doc
}

func newConflictDocument(c gitops.Conflict, withHunks bool) conflictDocument {
	doc := conflictDocument{Path: c.Path, Kind: string(c.Kind)}
	if !withHunks {
		return doc
	}
	hunks := make([]hunkDocument, 0, len(c.Hunks))
	for _, h := range c.Hunks {
		hunks = append(hunks, hunkDocument(h))
	}
	doc.Hunks, doc.Key = &hunks, c.Key()
	doc.Choices, doc.HunkChoices = sideNames(c.Choices()), sideNames(c.HunkChoices())
	return doc
}

// planDocument is the document with what the flags add to it.
func (a *app) planDocument(ctx context.Context, d planReader, p gitops.Plan, f planFlags) (planDocument, error) {
	doc := newPlanDocument(p, f.hunks)
	if !f.patch {
		return doc, nil
	}
	text, err := a.patchText(ctx, d, p)
	doc.Patch = &text
	return doc, err
}

// patchText is the whole plan as a patch that `git apply` takes.
func (a *app) patchText(ctx context.Context, d planReader, p gitops.Plan) (string, error) {
	diffs := make([]gitops.FileDiff, 0, len(p.Files))
	for _, f := range p.Files {
		diff, err := d.Diff(ctx, p, f)
		if err != nil {
			return "", err
		}
		diffs = append(diffs, diff)
	}
	var b bytes.Buffer
	if err := patch.Write(&b, diffs); err != nil {
		return "", err
	}
	return b.String(), nil
}

// planReader shows what is in a plan.
type planReader interface {
	Diff(ctx context.Context, plan gitops.Plan, file gitops.FileChange) (gitops.FileDiff, error)
	Commit(gitops.Hash) (gitops.Commit, error)
}

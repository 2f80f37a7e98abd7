package ui

import (
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
	"ahead/ui/preview"

	tea "github.com/charmbracelet/bubbletea"
)

// drafts are what a person wrote for a selection and did not ship: whoever goes
// back to look at another commit at 3 a.m. must not write it all again.
type drafts map[string]draft

type draft struct {
	remedy gitops.Remedy
	edits  preview.Edits
}

// draftKey names what was selected, whatever was written for it and in whatever
// order it was selected.
func draftKey(r gitops.Remedy) string {
	var names []string
	for _, h := range r.Commits {
		names = append(names, h.String())
	}
	slices.Sort(names)
	return fmt.Sprintf("%s %d %q %s", r.Kind, r.Mainline, r.Deployment, strings.Join(names, " "))
}

// keepDraft remembers what stands in the preview for the selection that it was
// opened with.
func (m Model) keepDraft() {
	key, edits := draftKey(m.asked), m.preview.Edits()
	if edits.Empty() {
		delete(m.drafts, key)
		return
	}
	m.drafts[key] = draft{remedy: m.asked, edits: edits}
}

// dropVoid forgets drafts for what the repository no longer holds.
func (d drafts) dropVoid(s gitops.Snapshot) {
	for key, draft := range d {
		if void(s, draft.remedy) {
			delete(d, key)
		}
	}
}

func void(s gitops.Snapshot, r gitops.Remedy) bool {
	if r.Kind != gitops.RevertCommits {
		_, ok := s.BatchByName(r.Deployment)
		return !ok
	}
	for _, h := range r.Commits {
		if _, ok := s.CommitByHash(h); !ok {
			return true
		}
	}
	return false
}

// openPreview begins a session for a selection, with what was written for it
// before. A tag that was taken meanwhile is inferred anew.
func (m Model) openPreview(r gitops.Remedy) (Model, tea.Cmd) {
	if !m.look.have || m.publish.running {
		return m, nil
	}
	edits := preview.EditsOf(m.look.snap, r)
	if d, ok := m.drafts[draftKey(r)]; ok && edits.Empty() {
		edits = d.edits
		for _, t := range m.look.snap.Tags {
			edits = edits.Without(t.Name)
		}
	}
	m.asked, m.replacing = r, nil
	return m.preparePreview(r, edits)
}

// reopenPreview begins a new session for the remedy of the one before, with all
// that was written in it; the remedy says which tag is still wanted.
func (m Model) reopenPreview(r gitops.Remedy) (Model, tea.Cmd) {
	if !m.look.have || m.publish.running {
		return m, nil
	}
	return m.preparePreview(r, m.preview.Edits().Tagged(r.Tag, r.NoTag))
}

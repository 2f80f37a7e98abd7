package preview

import (
	"ahead/gitops"
	"ahead/ui/partial"
)

// edits is what a person wrote. Messages belong to one remedy each: what
// describes a revert does not describe a restore.
type edits struct {
	messages         [4]string
	tag              string
	noTag            bool
	reason, incident string
	wishes           gitops.Wishes
}

func editsOf(r gitops.Remedy, current int) edits {
	e := edits{tag: r.Tag, noTag: r.NoTag, reason: r.Reason, incident: r.Incident, wishes: r.Wishes}
	e.messages[current] = r.Message
	return e
}

// Edits is all that a person wrote and left out in a preview, for another one
// of the same selection.
type Edits struct {
	e    edits
	left leftOuts
}

// leftOuts is what stays, for each remedy: the hunks of a revert are not those
// of another.
type leftOuts [4]partial.Set

// Edits gives what was kept so far; what stands in an open field is not.
func (m Model) Edits() Edits { return Edits{m.edits, m.left} }

// EditsOf is what a remedy brings along.
func EditsOf(snap gitops.Snapshot, r gitops.Remedy) Edits {
	_, current := optionsFor(snap, r)
	k := Edits{e: editsOf(r, current)}
	k.left[current] = partial.Of(r)
	return k
}

// Empty reports whether nothing was written, and nothing left out.
func (k Edits) Empty() bool {
	for _, s := range k.left {
		if len(s) > 0 {
			return false
		}
	}
	return k.e == edits{}
}

// Tagged gives the edits with this name for the tag, or with none.
func (k Edits) Tagged(name string, noTag bool) Edits {
	k.e.tag, k.e.noTag = name, noTag
	return k
}

// Without gives the edits without this name for the tag: the next free one is
// inferred.
func (k Edits) Without(tag string) Edits {
	if k.e.tag == tag {
		k.e.tag = ""
	}
	return k
}

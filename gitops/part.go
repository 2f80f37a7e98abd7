package gitops

import (
	"fmt"
	"strings"
)

// PartGone says that a part of a plan, named to be left out or to be settled,
// is not there: it was misnamed, or the tip moved since it was chosen.
type PartGone struct {
	Path string
	// Hunk is the name that no hunk of Path has; empty where the path itself
	// is not part of the plan.
	Hunk string
	// Have is what there is in its place: the names of the hunks, else the
	// paths.
	Have []string
}

// Error says what there is.
func (e *PartGone) Error() string {
	const shown = 5
	have := strings.Join(e.Have[:min(shown, len(e.Have))], ", ")
	if more := len(e.Have) - shown; more > 0 {
		have = fmt.Sprintf("%s and %d more", have, more)
	}
	switch {
	case have == "":
		return "there is nothing"
	case e.Hunk != "":
		return "its hunks are " + have
	}
	return "there is " + have
}

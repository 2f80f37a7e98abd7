package publish

import "context"

// Finding is one thing that publishing needs, and whether it is there.
type Finding struct {
	Name string
	OK   bool
	// Text says what was found, Hint what to do about it when it is not OK.
	Text, Hint string
}

// Doctor looks at everything that publishing to remote needs, changing
// nothing.
func (g *Git) Doctor(ctx context.Context, remote string) []Finding {
	return []Finding{{Name: "git", OK: true, Text: g.version.String()}}
}

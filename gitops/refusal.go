package gitops

import "fmt"

// Here is the TagTaken.Where of a tag that only this repository has.
const Here = "here"

// TipMoved says that the production branch is no longer where the plan saw
// it. Nothing was pushed: plan again and show what arrived.
type TipMoved struct {
	Branch string
	// Seen is the tip that the plan was made for, Now the remote's tip.
	Seen, Now Hash
	// Arrived counts the commits of Now that Seen lacks; -1 when Seen is not
	// known to be an ancestor of Now: the branch was rewritten or is gone, or
	// Now could not be fetched.
	Arrived int
}

// Error says how far the branch moved.
func (e *TipMoved) Error() string {
	switch {
	case e.Now.IsZero():
		return fmt.Sprintf("%s was at %s and is gone", e.Branch, e.Seen.Short())
	case e.Arrived < 0:
		return fmt.Sprintf("it was at %s and is at %s, which does not follow from it", e.Seen.Short(), e.Now.Short())
	}
	arrived := "1 commit"
	if e.Arrived != 1 {
		arrived = fmt.Sprintf("%d commits", e.Arrived)
	}
	return fmt.Sprintf("%s arrived, %s to %s", arrived, e.Seen.Short(), e.Now.Short())
}

// TagTaken says that the tag's name is in use. Nothing was pushed: take the
// next name and ask again.
type TagTaken struct {
	Name string
	// Object is what the existing tag holds.
	Object Hash
	// Where is the remote's name, or "here" for a tag that only this
	// repository has.
	Where string
}

// Error says where the tag exists.
func (e *TagTaken) Error() string {
	if e.Where == Here {
		return "it exists in this repository, at " + e.Object.Short()
	}
	return fmt.Sprintf("it exists on %s, at %s", e.Where, e.Object.Short())
}

// NoAtomic says that the remote cannot take branch and tag together. Nothing
// was pushed: plan again with the branch first, and ask again.
type NoAtomic struct{ Remote string }

// Error says so.
func (e *NoAtomic) Error() string { return e.Remote + " has no atomic push" }

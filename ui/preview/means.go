package preview

import (
	"ahead/gitops"
	"ahead/ui/keys"
)

// Means reports whether an action leads anywhere on what is shown now. Keys that
// do not are no offers, and say why when they are pressed all the same. While a
// plan is being worked out all count that a plan may need: a bar whose keys come
// and go with every request is read anew each time.
func (m Model) Means(a keys.Action) bool {
	switch a {
	case keys.Unlock:
		return m.rehearsal.stuck != nil && m.rehearsal.stuck.Locked
	case keys.FetchMissing:
		return m.ready && !m.renewing && m.absent() != nil
	case keys.Continue, keys.EditMessage, keys.EditTag:
		return !m.ready || m.renewing || m.names() && m.disagreement() == nil
	case keys.NextHunk, keys.NextFile, keys.LeaveOut:
		return !m.ready || m.showsFiles()
	case keys.ByRequest, keys.SkipHooks:
		// The gate offers them; here they are for whom a hook keeps from it.
		return a == keys.SkipHooks && m.rehearsal.stuck != nil && m.rehearsal.stuck.Code == gitops.CodeHook
	case keys.TakeBack:
		return len(m.left[m.current]) > 0
	default:
		return true
	}
}

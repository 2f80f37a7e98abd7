package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
)

// compareSettled sets git's merge beside one in which a person decided about
// conflicts: git must find conflicts at exactly those paths, and its tree must
// be the plan's at every other path. sides are the commits that were merged.
func (s *scratch) compareSettled(ctx context.Context, m gitops.Merge, got GitMerge, sides [3]gitops.Object) error {
	// Git moves files out of the way to names that end in the commit's.
	beside := make(map[string]bool)
	var found []string
	for _, c := range got.Conflicts {
		beside[c.Path] = true
		path := c.Path
		for _, side := range sides {
			path, _, _ = strings.Cut(path, "~"+side.Hash.String())
		}
		found = append(found, path)
	}
	slices.Sort(found)
	found = slices.Compact(found)
	var settled []string
	for _, path := range m.Settled {
		beside[path] = true
		// Of a directory that was renamed to several places git tells in words
		// only: no path of it is in conflict.
		if !strings.HasSuffix(path, "/") {
			settled = append(settled, path)
		}
	}
	slices.Sort(settled)
	// A file stands against a directory only since somebody keeps a path below it,
	// which git would have moved away: git does not get that far.
	settled = slices.DeleteFunc(settled, func(path string) bool {
		return !slices.Contains(found, path) && slices.ContainsFunc(found, func(kept string) bool { return strings.HasPrefix(kept, path+"/") })
	})
	if settled = slices.Compact(settled); got.Clean || !slices.Equal(found, settled) {
		e := disagrees(fmt.Sprintf("reverting %s: conflicts were settled at %s, git finds them at %s",
			m.Suspect.Short(), some(settled), some(found)), m.Result, got.Tree)
		return e
	}
	out, err := s.g.run(ctx, s.call("diff-tree", "-r", "-z", "--name-only", "--no-renames", got.Tree.String(), m.Result.String()))
	if err != nil {
		return fmt.Errorf("compare trees: %w", err)
	}
	for _, path := range strings.Split(string(out.stdout), "\x00") {
		if path != "" && !beside[path] {
			return disagrees(fmt.Sprintf("reverting %s: %s", m.Suspect.Short(), path), m.Result, got.Tree)
		}
	}
	return nil
}

// some names the first few paths.
func some(paths []string) string {
	const shown = 5
	switch n := len(paths); {
	case n == 0:
		return "none"
	case n > shown:
		return fmt.Sprintf("%s and %d more", strings.Join(paths[:shown], ", "), n-shown)
	}
	return strings.Join(paths, ", ")
}

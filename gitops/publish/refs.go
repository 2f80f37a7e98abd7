package publish

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"ahead/gitops"
)

// refs lists local refs at or below prefix with what they hold, unpeeled.
func (g *Git) refs(ctx context.Context, prefix string) (map[string]gitops.Hash, error) {
	lines, err := g.lines(ctx, "for-each-ref", "--format=%(objectname) %(refname)", "--", prefix)
	if err != nil {
		return nil, fmt.Errorf("read refs: %w", err)
	}
	held := make(map[string]gitops.Hash, len(lines))
	for _, line := range lines {
		id, ref, _ := strings.Cut(line, " ")
		hash, err := gitops.ParseHash(id)
		if err != nil {
			return nil, fmt.Errorf("ref %q: %w", ref, err)
		}
		held[ref] = hash
	}
	return held, nil
}

// readRef reads one local ref; zero when it does not exist. for-each-ref and
// not rev-parse, which would try other refs of similar names.
func (g *Git) readRef(ctx context.Context, ref string) (gitops.Hash, error) {
	held, err := g.refs(ctx, ref)
	return held[ref], err
}

// resolve gives the id that an expression of full ids and full refs stands
// for; zero when there is no such object here.
func (g *Git) resolve(ctx context.Context, expr string) (gitops.Hash, error) {
	s, err := g.text(ctx, "rev-parse", "--quiet", "--verify", "--end-of-options", expr)
	if err != nil {
		if exitOf(err) > 0 {
			return gitops.Hash{}, nil
		}
		return gitops.Hash{}, err
	}
	return gitops.ParseHash(s)
}

// isAncestor reports whether old is new or one of its ancestors.
func (g *Git) isAncestor(ctx context.Context, older, newer gitops.Hash) (bool, error) {
	_, err := g.text(ctx, "merge-base", "--is-ancestor", older.String(), newer.String())
	if exitOf(err) == 1 {
		return false, nil
	}
	return err == nil, err
}

// mergesOf are those of some commits that are merges.
func (g *Git) mergesOf(ctx context.Context, commits []gitops.Hash) ([]gitops.Hash, error) {
	var merges []gitops.Hash
	for _, h := range commits {
		second, err := g.resolve(ctx, h.String()+"^2")
		if err != nil {
			return nil, fmt.Errorf("look up the parents of %s: %w", h.Short(), err)
		}
		if !second.IsZero() {
			merges = append(merges, h)
		}
	}
	return merges, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

package desk

import (
	"context"
	"fmt"
	"strings"

	"ahead/gitops"
	"ahead/gitops/history"
)

// longestRange bounds what one range may name: past it, a deployment to revert
// or to restore is what a person means.
const longestRange = 500

func (d *Desk) selectOne(ctx context.Context, name string) ([]gitops.Hash, error) {
	from, to, isRange := strings.Cut(name, "..")
	if !isRange {
		h, err := d.Resolve(ctx, name)
		if err != nil {
			return nil, err
		}
		return []gitops.Hash{h}, nil
	}
	if strings.HasPrefix(to, ".") {
		return nil, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("%q is a symmetric difference", name),
			Hint: "give a range with two dots: A..B is what B has and A has not",
		}
	}
	return d.selectRange(ctx, name, orHead(from), orHead(to))
}

func orHead(name string) string {
	if name == "" {
		return "HEAD"
	}
	return name
}

func (d *Desk) selectRange(ctx context.Context, name, from, to string) ([]gitops.Hash, error) {
	exclude, err := d.Resolve(ctx, from)
	if err != nil {
		return nil, err
	}
	include, err := d.Resolve(ctx, to)
	if err != nil {
		return nil, err
	}
	commits, truncated, err := history.Between(ctx, d.repo.Objects(), exclude, include, longestRange)
	switch {
	case err != nil:
		return nil, err
	case truncated:
		return nil, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("%s names more than %d commits", name, longestRange),
			Hint: "name fewer, or use --deployment or --restore",
		}
	case len(commits) == 0:
		return nil, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("%s names no commit", name),
			Hint: "A..B is what B has and A has not: perhaps they are the other way round",
		}
	}
	return mainline(commits, include), nil
}

// mainline keeps what is on the first-parent line from tip. A range without
// merges is kept whole.
func mainline(commits []gitops.Commit, tip gitops.Hash) []gitops.Hash {
	byHash := make(map[gitops.Hash]gitops.Commit, len(commits))
	for _, c := range commits {
		byHash[c.Hash] = c
	}
	var out []gitops.Hash
	for c, ok := byHash[tip]; ok; c, ok = byHash[c.Parents[0]] {
		out = append(out, c.Hash)
		if c.IsRoot() {
			break
		}
	}
	return out
}

package repo

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"ahead/gitops"
)

// usualBranches are the names under which production branches go, the most
// usual first.
var usualBranches = []string{"main", "master", "production", "trunk", "develop"}

// ChooseBranch picks the production branch: the one asked for, else the one
// that the remote's HEAD names, else the only branch of the remote, else the
// first of its branches that has a usual name. Without a remote it is the
// branch that HEAD names. tip is the branch on the remote as last fetched (the
// local branch without one), localTip the local branch of the same name, zero
// where there is none. CodeEmptyRepository and CodeNoBranch say what to do.
func (r *Repository) ChooseBranch(flag, remote string) (branch string, tip, localTip gitops.Hash, err error) {
	refs, err := r.RefsUnpeeled(context.Background())
	if err != nil {
		return "", gitops.Hash{}, gitops.Hash{}, err
	}
	return r.ChooseBranchOf(refs, flag, remote)
}

// ChooseBranchOf is ChooseBranch among refs that were read before.
func (r *Repository) ChooseBranchOf(refs Refs, flag, remote string) (branch string, tip, localTip gitops.Hash, err error) {
	if remote != "" {
		branch, err = remoteBranch(refs, flag, remote)
	} else {
		branch, err = r.localBranch(refs, flag)
	}
	if err != nil {
		return "", gitops.Hash{}, gitops.Hash{}, err
	}
	localTip = refs.Branches[branch]
	tip = localTip
	if remote != "" {
		tip = refs.Remotes[remote][branch]
	}
	return branch, tip, localTip, nil
}

func remoteBranch(refs Refs, flag, remote string) (string, error) {
	branches := refs.Remotes[remote]
	if flag != "" {
		for _, name := range branchSpellings(flag, remote) {
			if _, ok := branches[name]; ok {
				return name, nil
			}
		}
		return "", noSuchBranch(flag, remote, branches)
	}
	if len(branches) == 0 {
		return "", nothingFetched(refs, remote)
	}
	if head := refs.RemoteHeads[remote]; head != "" {
		if _, ok := branches[head]; ok {
			return head, nil
		}
	}
	if name := usualBranch(branches); name != "" {
		return name, nil
	}
	return "", &gitops.Error{
		Code: gitops.CodeNoBranch,
		What: fmt.Sprintf("none of the branches of %s is known to be the production branch (%s)", remote, someNames(branches)),
		Hint: fmt.Sprintf("name it with --branch NAME, or ask the remote with `git remote set-head %s --auto`", remote),
	}
}

// localBranch is for repositories without a remote.
func (r *Repository) localBranch(refs Refs, flag string) (string, error) {
	if flag != "" {
		for _, name := range branchSpellings(flag, "") {
			if _, ok := refs.Branches[name]; ok {
				return name, nil
			}
		}
		return "", noSuchBranch(flag, "", refs.Branches)
	}
	if len(refs.Branches) == 0 && refs.Head.Commit.IsZero() {
		return "", emptyRepository("this repository has no commit yet")
	}
	branch := refs.Head.Branch()
	if branch != "" && !refs.Head.Commit.IsZero() {
		return branch, nil
	}
	what := fmt.Sprintf("HEAD is detached at %s, and there is no remote that says which branch is production", refs.Head.Commit.Short())
	if act, ok := r.unfinished(); ok {
		what = act.Text + ", and there is no remote that says which branch is production"
	} else if branch != "" {
		what = fmt.Sprintf("the branch %s that is checked out has no commit yet", branch)
	}
	return "", &gitops.Error{
		Code: gitops.CodeNoBranch,
		What: what,
		Hint: "name the production branch with --branch NAME: " + someNames(refs.Branches),
	}
}

func nothingFetched(refs Refs, remote string) error {
	if len(refs.Branches) == 0 && refs.Head.Commit.IsZero() && len(refs.Remotes) == 0 {
		e := emptyRepository("this repository has no commit yet, and nothing was fetched from " + remote)
		e.Hint = "fetch with `git fetch " + remote + "`"
		return e
	}
	return &gitops.Error{
		Code: gitops.CodeNoBranch,
		What: "no branch of " + remote + " was ever fetched",
		Hint: "fetch with `git fetch " + remote + "`",
	}
}

func emptyRepository(what string) *gitops.Error {
	return &gitops.Error{
		Code: gitops.CodeEmptyRepository,
		What: what,
		Hint: "there is nothing to revert before the first commit",
	}
}

func noSuchBranch(name, remote string, known map[string]gitops.Hash) error {
	e := &gitops.Error{Code: gitops.CodeNoBranch, What: fmt.Sprintf("there is no branch %q", name)}
	if remote != "" {
		e.What = fmt.Sprintf("%s has no branch %q as far as it was fetched", remote, name)
		e.Hint = "fetch with `git fetch " + remote + "`"
	}
	if len(known) > 0 {
		if e.Hint != "" {
			e.Hint += ", or "
		}
		e.Hint += "name one of these: " + someNames(known)
	}
	return e
}

// branchSpellings lists what a person may mean by a branch's name: the name
// itself first, since branches may be called "origin/x" or "refs/heads/x" too.
func branchSpellings(name, remote string) []string {
	spellings := []string{name}
	prefixes := []string{branchPrefix}
	if remote != "" {
		prefixes = append(prefixes, remotePrefix+remote+"/", remote+"/")
	}
	for _, p := range prefixes {
		if short, ok := strings.CutPrefix(name, p); ok && short != "" {
			spellings = append(spellings, short)
		}
	}
	return spellings
}

func usualBranch(branches map[string]gitops.Hash) string {
	if len(branches) == 1 {
		for name := range branches {
			return name
		}
	}
	for _, name := range usualBranches {
		if _, ok := branches[name]; ok {
			return name
		}
	}
	return ""
}

// someNames lists a few names in order, for a sentence.
func someNames(of map[string]gitops.Hash) string {
	const most = 8
	names := make([]string, 0, len(of))
	for name := range of {
		names = append(names, name)
	}
	sort.Strings(names)
	if len(names) > most {
		more := len(names) - most
		names = append(names[:most:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

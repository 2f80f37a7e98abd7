package repo

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ahead/gitops"
)

// The codes of the notices that State gives.
const (
	NoticeDetached   = "detached-head"
	NoticeUnborn     = "unborn-branch"
	NoticeRebase     = "rebase-in-progress"
	NoticeMerge      = "merge-in-progress"
	NoticeCherryPick = "cherry-pick-in-progress"
	NoticeRevert     = "revert-in-progress"
	NoticeApply      = "am-in-progress"
	NoticeBisect     = "bisect-in-progress"
	NoticeShallow    = "shallow"
	NoticePartial    = "partial-clone"
)

// State tells what a person should know about the checkout. None of it stops
// anything: everything is computed beside the checkout.
func (r *Repository) State() []gitops.Notice {
	var notices []gitops.Notice
	act, busy := r.unfinished()
	if busy {
		notices = append(notices, act)
	}
	if one, ok := readLooseRef(filepath.Join(r.location.GitDir, "HEAD")); ok {
		if one.target == "" && act.Code != NoticeRebase {
			notices = append(notices, gitops.Notice{Code: NoticeDetached, Text: "HEAD is detached at " + one.hash.Short()})
		}
		if name, isBranch := strings.CutPrefix(one.target, branchPrefix); isBranch {
			if _, err := r.lookup(one.target); err != nil {
				notices = append(notices, gitops.Notice{Code: NoticeUnborn, Text: "the branch " + name + " has no commit yet"})
			}
		}
	}
	if r.Shallow() {
		notices = append(notices, gitops.Notice{Code: NoticeShallow, Text: "this clone is shallow: older history is not here"})
	}
	if r.store.Partial() {
		notices = append(notices, gitops.Notice{Code: NoticePartial, Text: "this clone is partial: some files may have to be fetched"})
	}
	return notices
}

// unfinished names the operation that git has not finished in this working
// tree, by the files that git keeps for it.
func (r *Repository) unfinished() (gitops.Notice, bool) {
	has := func(parts ...string) bool {
		_, err := os.Lstat(filepath.Join(append([]string{r.location.GitDir}, parts...)...))
		return err == nil
	}
	switch {
	case has("rebase-merge"):
		return r.rebasing("rebase-merge"), true
	case has("rebase-apply", "applying"):
		return gitops.Notice{Code: NoticeApply, Text: "patches are being applied (git am)"}, true
	case has("rebase-apply"):
		return r.rebasing("rebase-apply"), true
	case has("MERGE_HEAD"):
		return gitops.Notice{Code: NoticeMerge, Text: "a merge is in progress"}, true
	case has("CHERRY_PICK_HEAD"):
		return gitops.Notice{Code: NoticeCherryPick, Text: "a cherry-pick is in progress"}, true
	case has("REVERT_HEAD"):
		return gitops.Notice{Code: NoticeRevert, Text: "a revert is in progress"}, true
	case has("sequencer", "todo"):
		return gitops.Notice{Code: NoticeCherryPick, Text: "a series of cherry-picks or reverts is in progress"}, true
	case has("BISECT_LOG"):
		return gitops.Notice{Code: NoticeBisect, Text: "a bisect is in progress"}, true
	default:
		return gitops.Notice{}, false
	}
}

func (r *Repository) rebasing(dir string) gitops.Notice {
	text := "a rebase is in progress"
	if name, err := os.ReadFile(filepath.Join(r.location.GitDir, dir, "head-name")); err == nil {
		if branch, ok := strings.CutPrefix(strings.TrimSpace(string(name)), branchPrefix); ok {
			text = fmt.Sprintf("a rebase of %s is in progress", branch)
		}
	}
	return gitops.Notice{Code: NoticeRebase, Text: text}
}

// Shallow reports whether history was cut by a shallow clone.
func (r *Repository) Shallow() bool { return len(r.ShallowCommits()) > 0 }

// ShallowCommits are the commits whose parents were left out by a shallow
// clone; git treats them as roots.
func (r *Repository) ShallowCommits() map[gitops.Hash]bool {
	data, err := os.ReadFile(filepath.Join(r.location.CommonDir, "shallow"))
	if err != nil {
		return nil
	}
	commits := map[gitops.Hash]bool{}
	for _, line := range bytes.Split(data, []byte{'\n'}) {
		if h, err := gitops.ParseHash(string(bytes.TrimSpace(line))); err == nil {
			commits[h] = true
		}
	}
	return commits
}

package publish

import (
	"slices"
	"strconv"
	"strings"

	"ahead/gitops"
)

// parseConflicts reads what merge-tree -z says after the tree (git-merge-tree,
// "Output"): the stages of every conflicted path, an empty field, and messages,
// each with the paths that it is about and a type whose spelling git keeps.
// Words renames what git calls the sides.
func parseConflicts(out string, words *strings.Replacer) []gitops.Conflict {
	fields := strings.Split(out, "\x00")
	end := slices.Index(fields, "")
	if end < 0 {
		end = len(fields)
	}
	var conflicts []gitops.Conflict
	at := map[string]int{}
	for _, row := range fields[:end] {
		meta, path, ok := strings.Cut(row, "\t")
		f := strings.Fields(meta)
		if !ok || len(f) != 3 {
			continue
		}
		if _, known := at[path]; !known {
			at[path] = len(conflicts)
			conflicts = append(conflicts, gitops.Conflict{Path: path})
		}
		addStage(&conflicts[at[path]], f)
	}
	if end < len(fields) {
		addMessages(conflicts, at, fields[end+1:], words)
	}
	for i := range conflicts {
		if conflicts[i].Kind == "" {
			conflicts[i].Kind = gitops.ConflictContent
		}
		if conflicts[i].Detail == "" {
			conflicts[i].Detail = "git's own merge finds a conflict here"
		}
	}
	return conflicts
}

// addStage takes the fields "mode id stage": 1 is the base, 2 ours, 3 theirs.
func addStage(c *gitops.Conflict, f []string) {
	mode, modeErr := strconv.ParseUint(f[0], 8, 32)
	hash, hashErr := gitops.ParseHash(f[1])
	if modeErr != nil || hashErr != nil {
		return
	}
	v := gitops.Version{Path: c.Path, Mode: gitops.Mode(mode), Hash: hash}
	switch f[2] {
	case "1":
		c.Base = v
	case "2":
		c.Ours = v
	case "3":
		c.Theirs = v
	}
}

// addMessages gives each path the first conflict that git tells of it. Others
// are left out: "Auto-merging" is about every file that was looked into.
func addMessages(conflicts []gitops.Conflict, at map[string]int, fields []string, words *strings.Replacer) {
	for len(fields) > 0 {
		n, err := strconv.Atoi(fields[0])
		if err != nil || n < 0 || len(fields) < n+3 {
			return
		}
		paths, kind, text := fields[1:n+1], fields[n+1], fields[n+2]
		fields = fields[n+3:]
		for _, path := range paths {
			i, ok := at[path]
			if !ok || conflicts[i].Kind != "" {
				continue
			}
			if k := conflictKind(kind, conflicts[i]); k != "" {
				conflicts[i].Kind = k
				conflicts[i].Detail = words.Replace(strings.Join(strings.Fields(text), " "))
			}
		}
	}
}

// gitKinds are git's stable short descriptions of conflicts (git-merge-tree,
// "Informational messages"), by their beginning.
var gitKinds = []struct {
	begins string
	kind   gitops.ConflictKind
}{
	{"CONFLICT (contents", gitops.ConflictContent},
	{"CONFLICT (binary", gitops.ConflictBinary},
	{"CONFLICT (file/directory", gitops.ConflictFileDirectory},
	{"CONFLICT (distinct modes", gitops.ConflictTypes},
	{"CONFLICT (distinct types", gitops.ConflictTypes},
	{"CONFLICT (modify/delete", gitops.ConflictModifyDelete},
	{"CONFLICT (rename/rename", gitops.ConflictRenameRename},
	{"CONFLICT (rename involved", gitops.ConflictRenameAdd},
	{"CONFLICT (rename/delete", gitops.ConflictRenameDelete},
	{"CONFLICT (directory rename", gitops.ConflictDirRename},
	{"CONFLICT (implicit dir", gitops.ConflictDirRename},
	{"CONFLICT (submodule", gitops.ConflictSubmodule},
}

// conflictKind names a type of message as the plan does; empty for what is no
// conflict. Git counts two additions of a path among the contents, and what a
// path is says more than that.
func conflictKind(description string, c gitops.Conflict) gitops.ConflictKind {
	if !strings.HasPrefix(description, "CONFLICT") {
		return ""
	}
	for _, k := range gitKinds {
		if !strings.HasPrefix(description, k.begins) {
			continue
		}
		switch {
		case k.kind == gitops.ConflictContent && c.Base.Mode == 0:
			return gitops.ConflictAddAdd
		case k.kind == gitops.ConflictContent && c.Ours.Mode == gitops.ModeSymlink:
			return gitops.ConflictSymlink
		case k.kind == gitops.ConflictContent && c.Ours.Mode == gitops.ModeSubmodule:
			return gitops.ConflictSubmodule
		}
		return k.kind
	}
	return gitops.ConflictContent
}

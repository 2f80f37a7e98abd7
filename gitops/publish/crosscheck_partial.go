package publish

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"ahead/gitops"
)

// checkPartial lets git take out of the full tree what the plan says is left
// out, and compares the outcome. Whole paths get the tip's entry; of single
// hunks git itself makes the diff and applies the rest. Nothing of what the
// plan calls its tree goes into that.
func (g *Git) checkPartial(ctx context.Context, plan gitops.Plan, full gitops.Hash) error {
	s, err := g.newScratch()
	if err != nil {
		return err
	}
	defer s.remove()
	if err := g.store(ctx, plan.Objects, s.env()); err != nil {
		return err
	}
	changes, err := s.changes(ctx, plan.OntoTree, full)
	if err != nil {
		return err
	}
	if err := namesAll(plan, changes); err != nil {
		return err
	}
	index, hunked, err := sortLeftOut(plan, changes)
	if err != nil {
		return err
	}
	kept, err := s.keepHunks(ctx, plan, hunked)
	if err != nil {
		return err
	}
	for i, c := range hunked {
		index[c.path] = entryOf{c.newMode, kept[i]}
	}
	got, err := s.treeWith(ctx, full, index)
	if err != nil {
		return err
	}
	if got != plan.Tree {
		return disagrees("what is left out", plan.Tree, got)
	}
	return nil
}

// rawChange is one row of git diff-tree: modes and ids as git spells them.
// from is the former path of a renamed file, as the plan has it, else path.
type rawChange struct {
	oldMode, newMode, oldID, newID string
	from, path                     string
}

// entryOf is a row of an index; mode "0" takes it away.
type entryOf struct{ mode, id string }

const (
	noMode = "000000"
	noID   = "0000000000000000000000000000000000000000"
)

// changes gives what differs, by path. Renames are not looked for: which file
// was taken for which other is in the plan, and both are checked.
func (s *scratch) changes(ctx context.Context, from, to gitops.Hash) (map[string]rawChange, error) {
	out, err := s.g.run(ctx, s.call("diff-tree", "-r", "-z", "--no-renames", "--raw", "--no-abbrev", from.String(), to.String()))
	if err != nil {
		return nil, fmt.Errorf("compare trees: %w", err)
	}
	fields := strings.Split(strings.TrimSuffix(string(out.stdout), "\x00"), "\x00")
	changes := make(map[string]rawChange)
	for ; len(fields) > 1; fields = fields[2:] {
		f := strings.Fields(strings.TrimPrefix(fields[0], ":"))
		if len(f) != 5 {
			return nil, internal("git diff-tree says %q", fields[0])
		}
		changes[fields[1]] = rawChange{oldMode: f[0], newMode: f[1], oldID: f[2], newID: f[3], from: fields[1], path: fields[1]}
	}
	return changes, nil
}

// namesAll proves that whatever the person wanted left out is on the list that
// they were shown.
func namesAll(plan gitops.Plan, changes map[string]rawChange) error {
	listed := make(map[string]bool, len(plan.LeftOut))
	for _, l := range plan.LeftOut {
		listed[l.Path], listed[l.OldPath] = true, true
	}
	for _, l := range plan.Remedy.LeaveOut {
		dir := strings.TrimSuffix(l.Path, "/") + "/"
		for path := range changes {
			if (path == l.Path || strings.HasPrefix(path, dir)) && !listed[path] {
				return internal("%s was to be left out, and the plan does not say so", path)
			}
		}
	}
	return nil
}

// sortLeftOut gives the rows by which whole paths go back to the tip's, and
// the files of which single hunks are left out, in the order of plan.LeftOut.
func sortLeftOut(plan gitops.Plan, changes map[string]rawChange) (map[string]entryOf, []rawChange, error) {
	index := make(map[string]entryOf)
	var hunked []rawChange
	for _, l := range plan.LeftOut {
		c, ok := changes[l.Path]
		if l.Of > 0 {
			if l.OldPath != "" {
				c.from, c.oldID = l.OldPath, changes[l.OldPath].oldID
			}
			if !ok || c.oldID == "" || c.oldID == noID || c.newID == noID {
				return nil, nil, internal("hunks of %s are left out, and git sees no such change there", l.Path)
			}
			hunked = append(hunked, c)
			continue
		}
		// Without a change it is a conflict that ended as the tip has it.
		for _, path := range []string{l.Path, l.OldPath} {
			if c, ok := changes[path]; ok {
				index[path] = entryOf{c.oldMode, c.oldID}
			}
		}
	}
	return index, hunked, nil
}

// treeWith gives the tree that comes of other rows in an index of full.
func (s *scratch) treeWith(ctx context.Context, full gitops.Hash, rows map[string]entryOf) (gitops.Hash, error) {
	var in, add strings.Builder
	for path, e := range rows {
		if e.mode == noMode {
			fmt.Fprintf(&in, "0 %s\t%s\x00", noID, path)
		} else {
			fmt.Fprintf(&add, "%s %s\t%s\x00", e.mode, e.id, path)
		}
	}
	// What goes goes first: a file may take the place of a directory.
	in.WriteString(add.String())
	if _, err := s.g.run(ctx, s.call("read-tree", full.String())); err != nil {
		return gitops.Hash{}, fmt.Errorf("read tree %s: %w", full, err)
	}
	return s.writeIndex(ctx, []byte(in.String()))
}

func (s *scratch) writeIndex(ctx context.Context, rows []byte) (gitops.Hash, error) {
	update := s.call("update-index", "-z", "--index-info")
	update.stdin = rows
	if _, err := s.g.run(ctx, update); err != nil {
		return gitops.Hash{}, fmt.Errorf("update the scratch index: %w", err)
	}
	out, err := s.g.run(ctx, s.call("write-tree", "--missing-ok"))
	if err != nil {
		return gitops.Hash{}, fmt.Errorf("write the scratch index: %w", err)
	}
	return gitops.ParseHash(strings.TrimSpace(string(out.stdout)))
}

// keepHunks gives the content of each file without the hunks that the remedy
// leaves out: git's own diff of the two contents, less those hunks, applied by
// git to the tip's content.
func (s *scratch) keepHunks(ctx context.Context, plan gitops.Plan, files []rawChange) ([]string, error) {
	if len(files) == 0 {
		return nil, nil
	}
	before, err := s.flatTree(ctx, files, func(c rawChange) string { return c.oldID })
	if err != nil {
		return nil, err
	}
	after, err := s.flatTree(ctx, files, func(c rawChange) string { return c.newID })
	if err != nil {
		return nil, err
	}
	diff := s.call("diff-tree", "-r", "-p", "--no-renames", "--text", "--no-ext-diff", "--no-textconv", "--no-color",
		"-U3", "--inter-hunk-context=0", "--diff-algorithm=myers", "--indent-heuristic",
		"--src-prefix=a/", "--dst-prefix=b/", before.String(), after.String())
	diff.settings = append(diff.settings, setting{"diff.suppressBlankEmpty", "false"})
	out, err := s.g.run(ctx, diff)
	if err != nil {
		return nil, fmt.Errorf("compare files: %w", err)
	}
	patch, err := lessHunks(plan, files, splitPatch(out.stdout))
	if err != nil {
		return nil, err
	}
	return s.apply(ctx, before, patch, len(files))
}

// flatName names the n-th file in a tree of nothing but such files. Its own
// name must not decide by which attributes it is compared.
func flatName(n int) string { return fmt.Sprintf("f%06d", n) }

func (s *scratch) flatTree(ctx context.Context, files []rawChange, id func(rawChange) string) (gitops.Hash, error) {
	var in bytes.Buffer
	for i, c := range files {
		fmt.Fprintf(&in, "100644 %s\t%s\x00", id(c), flatName(i))
	}
	if _, err := s.g.run(ctx, s.call("read-tree", "--empty")); err != nil {
		return gitops.Hash{}, fmt.Errorf("empty the scratch index: %w", err)
	}
	return s.writeIndex(ctx, in.Bytes())
}

// apply applies a patch to a flat tree, and gives the ids of its files then.
func (s *scratch) apply(ctx context.Context, tree gitops.Hash, patch []byte, files int) ([]string, error) {
	if _, err := s.g.run(ctx, s.call("read-tree", tree.String())); err != nil {
		return nil, fmt.Errorf("read tree %s: %w", tree, err)
	}
	c := s.call("apply", "--cached", "--whitespace=nowarn", "-p1", "-")
	c.stdin = patch
	c.settings = append(c.settings, setting{"apply.ignoreWhitespace", "no"}, setting{"core.autocrlf", "false"})
	if _, err := s.g.run(ctx, c); err != nil {
		return nil, &gitops.Error{
			Code: gitops.CodeDisagreement, What: "git cannot apply the hunks that are to stay", Err: err,
			Hint: "nothing was pushed; leave out whole files instead, and please report this",
		}
	}
	out, err := s.g.run(ctx, s.call("ls-files", "--stage", "-z"))
	if err != nil {
		return nil, fmt.Errorf("list the scratch index: %w", err)
	}
	ids := make([]string, files)
	for i, row := range strings.Split(strings.TrimSuffix(string(out.stdout), "\x00"), "\x00") {
		meta, name, _ := strings.Cut(row, "\t")
		f := strings.Fields(meta)
		if len(f) != 3 || i >= files || name != flatName(i) {
			return nil, internal("git ls-files says %q", row)
		}
		ids[i] = f[1]
	}
	return ids, nil
}

package publish

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/publish/journal"
)

// hookRoom is a throw-away repository for one run of a hook: configuration and
// objects are the real one's, everything that can be written is its own. It is
// laid out as any checkout is (tree and tree/.git), so that a hook which finds
// its repository by itself finds this one, too; and it lies inside the git
// directory, so that what a hook looks for in the folders above (node_modules)
// is where it always is.
type hookRoom struct {
	g    *Git
	root string
}

// messageFile is where git commit puts a message, in the git directory.
const messageFile = "COMMIT_EDITMSG"

func (r *hookRoom) tree() string    { return filepath.Join(r.root, "tree") }
func (r *hookRoom) gitDir() string  { return filepath.Join(r.tree(), ".git") }
func (r *hookRoom) message() string { return filepath.Join(r.gitDir(), messageFile) }
func (r *hookRoom) global() string  { return filepath.Join(r.root, "gitconfig") }

func (r *hookRoom) remove() {
	_ = os.RemoveAll(r.root)
	if parent := filepath.Dir(r.root); parent == filepath.Join(r.g.gitDir, "ahead") {
		// Fails, as it should, when something else is in there.
		_ = os.Remove(parent)
	}
}

// newHookRoom makes the room for the commit c of plan: the branch stands where
// the plan stands, the index holds what is to be committed.
func (g *Git) newHookRoom(ctx context.Context, plan gitops.Plan, c gitops.NewCommit) (*hookRoom, error) {
	root, err := g.roomFolder()
	if err != nil {
		return nil, fmt.Errorf("make a room for the hook: %w", err)
	}
	r := &hookRoom{g: g, root: root}
	branch := plan.Branch
	if plan.Passage.ByPullRequest() && plan.Passage.Via != "" {
		branch = plan.Passage.Via
	}
	if err := r.furnish(ctx, branch, plan.Onto); err != nil {
		r.remove()
		return nil, fmt.Errorf("make a room for the hook: %w", err)
	}
	// Most hooks look at the message alone. What of the tree cannot be had, in
	// a partial clone say, is not there.
	if g.store(ctx, plan.Objects, r.env()) == nil {
		r.layOut(ctx, c.Tree)
	}
	return r, nil
}

// roomFolder is inside the git directory, or where that cannot be written,
// wherever temporary things go.
func (g *Git) roomFolder() (string, error) {
	if parent, err := journal.OwnFolder(g.gitDir, g.sharing()); err == nil {
		g.sweepRooms(parent)
		if dir, err := os.MkdirTemp(parent, "tmp-"); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", "ahead-")
}

// roomLife is how long a room can be in use at the very most.
const roomLife = 24 * time.Hour

// sweepRooms removes what a process that was killed could not.
func (g *Git) sweepRooms(parent string) {
	rooms, err := filepath.Glob(filepath.Join(parent, "tmp-*"))
	if err != nil {
		return
	}
	for _, room := range rooms {
		if info, err := os.Lstat(room); err == nil && info.IsDir() && time.Since(info.ModTime()) > roomLife {
			_ = os.RemoveAll(room)
		}
	}
}

// furnish writes the git directory (gitrepository-layout).
func (r *hookRoom) furnish(ctx context.Context, branch string, at gitops.Hash) error {
	for _, dir := range []string{"objects/info", "refs"} {
		if err := os.MkdirAll(filepath.Join(r.gitDir(), dir), 0o700); err != nil {
			return err
		}
	}
	local, global, err := r.g.allSettings(ctx)
	if err != nil {
		return err
	}
	own := []setting{
		{"core.repositoryformatversion", "0"},
		{"core.bare", "false"},
		{"core.fsmonitor", "false"},
		{"gc.auto", "0"},
		{"maintenance.auto", "false"},
	}
	files := map[string]string{
		"HEAD": "ref: refs/heads/" + branch + "\n", "packed-refs": at.String() + " refs/heads/" + branch + "\n",
		"objects/info/alternates": alternate(r.g.objectDir), "config": configText(append(local, own...)),
	}
	if shallow, err := os.ReadFile(filepath.Join(r.g.commonDir, "shallow")); err == nil {
		files["shallow"] = string(shallow)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(r.gitDir(), filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(r.global(), []byte(configText(global)), 0o600)
}

// alternate is a line of objects/info/alternates; a quoted one is read as in
// C (gitrepository-layout).
func alternate(dir string) string {
	if strings.HasPrefix(dir, "#") || strings.ContainsAny(dir, "\"\\\n") {
		dir = quotePath(dir)
	}
	return dir + "\n"
}

// env points git at the room.
func (r *hookRoom) env() []string {
	return []string{
		"GIT_DIR=" + r.gitDir(), "GIT_WORK_TREE=" + r.tree(), "GIT_INDEX_FILE=" + filepath.Join(r.gitDir(), "index"),
		"GIT_CONFIG_GLOBAL=" + r.global(), "GIT_CONFIG_NOSYSTEM=1",
	}
}

// hookEnv is what a hook of git commit finds, in the room: identity and home are
// the person's, git cannot reach a remote, and no editor opens. Configuration
// that came in the environment is in the room's files.
func (r *hookRoom) hookEnv() []string {
	var out []string
	for i, kv := range r.g.env {
		name, value, _ := strings.Cut(kv, "=")
		identity := strings.HasPrefix(name, "GIT_AUTHOR_") || strings.HasPrefix(name, "GIT_COMMITTER_")
		switch {
		case strings.HasPrefix(name, "GIT_") && !identity:
		case name == "LC_ALL" && value == "C" && i == len(r.g.env)-1:
			// Ours, for reading git's words. A hook reads the message.
		default:
			out = append(out, kv)
		}
	}
	out = append(append(out, r.env()...), offlineEnv...)
	out = append(out, "GIT_EDITOR=:", "GIT_TERMINAL_PROMPT=0", "GPG_TTY=/")
	return append(out, r.g.dateEnv()...)
}

// The files that are laid out: all of them in a small tree; in a large one
// those at its top and in the folders whose name begins with a dot, where tools
// have their configuration, and nothing very large.
const (
	layOutAll   = 1000
	layOutBytes = 1 << 20
)

// layOut fills index and working tree with a tree, without filters and without
// symbolic links, which could lead out of the room. What is not laid out counts
// as unchanged for git (skip-worktree).
func (r *hookRoom) layOut(ctx context.Context, tree gitops.Hash) {
	g := r.g
	if _, err := g.run(ctx, call{args: []string{"read-tree", tree.String()}, env: r.env(), dir: r.tree()}); err != nil {
		return
	}
	out, err := g.run(ctx, call{args: []string{"ls-tree", "-r", "-l", "-z", "--full-tree", tree.String()}, env: r.env(), dir: r.tree()})
	rows := strings.Split(strings.TrimSuffix(string(out.stdout), "\x00"), "\x00")
	if err != nil {
		rows = nil
	}
	var wanted []treeRow
	var ids []gitops.Hash
	var absent strings.Builder
	for _, row := range rows {
		f, ok := parseTreeRow(row)
		if !ok {
			continue
		}
		if !f.regular || f.size > layOutBytes || len(rows) > layOutAll && !atHand(f.path) {
			absent.WriteString(f.path + "\x00")
			continue
		}
		wanted, ids = append(wanted, f), append(ids, f.id)
	}
	blobs, err := g.readObjects(ctx, ids, r.env())
	if err != nil || r.writeTree(wanted, blobs) != nil {
		return
	}
	mark := call{args: []string{"update-index", "-z", "--skip-worktree", "--stdin"}, env: r.env(), dir: r.tree(), stdin: []byte(absent.String())}
	_, _ = g.run(ctx, mark)
	_, _ = g.run(ctx, call{args: []string{"update-index", "-q", "--refresh"}, env: r.env(), dir: r.tree()})
}

func atHand(name string) bool {
	return !strings.Contains(name, "/") || strings.HasPrefix(name, ".")
}

// treeRow is one row of git ls-tree -l.
type treeRow struct {
	path    string
	id      gitops.Hash
	size    int
	regular bool
	mode    os.FileMode
}

func parseTreeRow(row string) (treeRow, bool) {
	meta, name, _ := strings.Cut(row, "\t")
	fields := strings.Fields(meta)
	if len(fields) != 4 {
		return treeRow{}, false
	}
	id, err := gitops.ParseHash(fields[2])
	size, sizeErr := strconv.Atoi(fields[3])
	f := treeRow{path: name, id: id, size: size, mode: 0o600, regular: strings.HasPrefix(fields[0], "100") && sizeErr == nil}
	if fields[0] == "100755" {
		f.mode = 0o700
	}
	return f, err == nil
}

// writeTree keeps inside the room whatever the paths say, and never writes into
// the room's git directory, which .GIT names too where case does not count.
func (r *hookRoom) writeTree(files []treeRow, blobs []gitops.Object) error {
	root, err := os.OpenRoot(r.tree())
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	for i, f := range files {
		if top, _, _ := strings.Cut(f.path, "/"); strings.EqualFold(top, ".git") {
			continue
		}
		if err := root.MkdirAll(path.Dir(f.path), 0o700); err != nil {
			return err
		}
		if err := root.WriteFile(f.path, blobs[i].Data, f.mode); err != nil {
			return err
		}
	}
	return nil
}

// allSettings reads the whole configuration as it holds for this repository,
// includes and all: what is its own, or was given for this run, and what is the
// person's or the machine's. Left out is what would lead out of a room.
func (g *Git) allSettings(ctx context.Context) (local, global []setting, err error) {
	out, err := g.run(ctx, call{args: []string{"config", "--list", "-z", "--show-scope"}})
	if err != nil {
		return nil, nil, fmt.Errorf("read the configuration: %w", err)
	}
	rows := strings.Split(string(out.stdout), "\x00")
	for i := 0; i+1 < len(rows); i += 2 {
		key, value, hasValue := strings.Cut(rows[i+1], "\n")
		if !hasValue {
			value = "true"
		}
		switch {
		case leadsOut(key):
		case rows[i] == "system" || rows[i] == "global":
			global = append(global, setting{key, value})
		default:
			local = append(local, setting{key, value})
		}
	}
	return local, global, nil
}

// leadsOut: these say where the repository or parts of it are, how they are
// stored, or which hooks run; with hooks of its own a hook that commits would
// call itself.
func leadsOut(key string) bool {
	for _, prefix := range []string{"include.", "includeif.", "extensions.", "maintenance."} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	switch key {
	case "core.worktree", "core.bare", "core.repositoryformatversion", "core.hookspath", "core.fsmonitor",
		"core.sharedrepository", "core.splitindex", "core.sparsecheckout", "core.sparsecheckoutcone", "core.untrackedcache", "gc.auto":
		return true
	}
	return false
}

// configText writes settings as a file of git's configuration (git-config(1),
// Syntax), each under a heading of its own: their order counts.
func configText(settings []setting) string {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\b", `\b`)
	var b strings.Builder
	for _, s := range settings {
		first, last := strings.Index(s.key, "."), strings.LastIndex(s.key, ".")
		if first <= 0 || last == len(s.key)-1 {
			continue
		}
		b.WriteString("[" + s.key[:first])
		if first < last {
			b.WriteString(` "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s.key[first+1:last]) + `"`)
		}
		b.WriteString("]\n\t" + s.key[last+1:] + ` = "` + quote.Replace(s.value) + "\"\n")
	}
	return b.String()
}

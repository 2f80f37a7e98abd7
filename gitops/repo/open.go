package repo

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"ahead/gitops"
	"ahead/gitops/objstore"
)

// Repository is one repository on disk, open for reading.
type Repository struct {
	location gitops.Location
	config   *configuration
	store    *objstore.Store
	packed   packedCache
	once     sync.Once
	closeErr error
}

// Open opens the repository that dir lies in, with the environment of the
// process. The error is a *gitops.Error with CodeNotARepository,
// CodeUnsafeRepository or CodeUnsupported where one of these is the reason.
func Open(ctx context.Context, dir string) (*Repository, error) {
	return OpenWith(ctx, dir, ProcessEnvironment())
}

// OpenWith is Open with an environment of the caller's.
func OpenWith(ctx context.Context, dir string, env Environment) (*Repository, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p, err := discover(env, dir)
	if err != nil {
		return nil, err
	}
	// The repository's own configuration is not looked at before it is known
	// to be safe.
	outside, err := readConfig(env, p.gitDir, "")
	if err != nil {
		return nil, err
	}
	if err := checkOwner(env, p, outside.protected); err != nil {
		return nil, err
	}
	if err := checkBare(p, outside.protected); err != nil {
		return nil, err
	}
	config, err := readConfig(env, p.gitDir, p.commonDir)
	if err != nil {
		return nil, err
	}
	if err := checkFormat(config); err != nil {
		return nil, err
	}
	store, err := objstore.Open(p.commonDir, objectOptions(env, config))
	if err != nil {
		return nil, err
	}
	r := &Repository{config: config, store: store}
	r.location = gitops.Location{GitDir: p.gitDir, CommonDir: p.commonDir, WorkTree: workTree(env, p, config)}
	r.location.Name = r.name()
	return r, nil
}

// checkFormat refuses what cannot be read rightly, with the reason in words.
// The names of the extensions are those of git's repository-version document.
func checkFormat(c *configuration) error {
	version := 0
	if v, ok := c.last("core.repositoryFormatVersion"); ok {
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil {
			return unsupported(fmt.Sprintf("this repository has the format version %q", v))
		}
		version = n
	}
	if version > 1 {
		return unsupported(fmt.Sprintf("this repository has the format version %d, which is newer than ahead knows", version))
	}
	if v, ok := c.last("extensions.objectFormat"); ok && v != "sha1" {
		e := unsupported(fmt.Sprintf("this repository names its objects by %s; ahead reads SHA-1 repositories", strings.ToUpper(v)))
		e.Hint = "revert with git itself: git revert, git tag, git push --atomic; a clone of it is no different"
		return e
	}
	if v, ok := c.last("extensions.refStorage"); ok && v != "files" {
		return unsupported(fmt.Sprintf("this repository keeps its refs as %s; ahead reads refs that are kept as files", v))
	}
	if version == 0 {
		return nil
	}
	for _, key := range c.keys {
		name, ok := strings.CutPrefix(key, "extensions.")
		if ok && !knownExtensions[name] {
			return unsupported(fmt.Sprintf("this repository uses the extension %q, which ahead does not know", name))
		}
	}
	return nil
}

var knownExtensions = map[string]bool{
	"noop": true, "noop-v1": true, "preciousobjects": true, "partialclone": true,
	"worktreeconfig": true, "objectformat": true, "refstorage": true, "relativeworktrees": true,
}

func unsupported(what string) *gitops.Error {
	return &gitops.Error{
		Code: gitops.CodeUnsupported,
		What: what,
		Hint: "a fresh `git clone` with default settings can be read",
	}
}

func objectOptions(env Environment, c *configuration) objstore.Options {
	var opts objstore.Options
	opts.ObjectDir = env.get("GIT_OBJECT_DIRECTORY")
	if list := env.get("GIT_ALTERNATE_OBJECT_DIRECTORIES"); list != "" {
		opts.Alternates = filepath.SplitList(list)
	}
	_, opts.NoReplace = env.Lookup("GIT_NO_REPLACE_OBJECTS")
	if v, ok := c.last("core.useReplaceRefs"); ok && !parseBool(v) {
		opts.NoReplace = true
	}
	if v, ok := c.last("core.commitGraph"); ok && !parseBool(v) {
		opts.NoCommitGraph = true
	}
	return opts
}

// workTree settles what the configuration says about the working tree.
// core.worktree and core.bare speak of the main one: a linked one is where its
// .git file lies.
func workTree(env Environment, p place, c *configuration) string {
	if p.explicit && env.get("GIT_WORK_TREE") != "" {
		return p.workTree
	}
	if p.gitDir != p.commonDir {
		return p.workTree
	}
	if tree, ok := c.last("core.worktree"); ok {
		if !filepath.IsAbs(tree) {
			tree = filepath.Join(p.gitDir, tree)
		}
		return filepath.Clean(tree)
	}
	if c.isTrue("core.bare") {
		return ""
	}
	return p.workTree
}

// name is what people call the repository: the last part of its remote's path,
// else its folder's name.
func (r *Repository) name() string {
	if remote, err := r.ChooseRemote(""); err == nil && remote != "" {
		for _, known := range r.Remotes() {
			if name := lastPart(known.URL); known.Name == remote && name != "" {
				return name
			}
		}
	}
	dir := r.location.WorkTree
	if dir == "" {
		dir = r.location.CommonDir
	}
	if filepath.Base(dir) == ".git" {
		dir = filepath.Dir(dir)
	}
	return strings.TrimSuffix(filepath.Base(dir), ".git")
}

func lastPart(url string) string {
	url = strings.TrimRight(url, "/")
	url = strings.TrimSuffix(url, "/.git")
	return strings.TrimSuffix(url[strings.LastIndexAny(url, "/:\\")+1:], ".git")
}

// Objects reads the repository's objects.
func (r *Repository) Objects() gitops.Objects { return r.store }

// ExpectMany makes room for hundreds of merges: see objstore.Store.
func (r *Repository) ExpectMany() { r.store.ExpectMany() }

// Graph reads the same objects, and for walks the links of commits alone.
func (r *Repository) Graph() objstore.Graph { return r.store.Graph() }

// CommitGraph is Graph with the help of git's commit-graph file, for what is
// looked at: see objstore.
func (r *Repository) CommitGraph() objstore.Graph { return r.store.CommitGraph() }

// Store is the object store behind Objects, for what Objects does not offer.
func (r *Repository) Store() *objstore.Store { return r.store }

// Location says where the repository is.
func (r *Repository) Location() gitops.Location { return r.location }

// Config reads one setting, such as "branch.main.remote"; of several values
// the last, as git takes it. Settings are those of the moment of Open.
func (r *Repository) Config(key string) (string, bool) { return r.config.last(key) }

// ConfigAll reads all values of a setting in git's order.
func (r *Repository) ConfigAll(key string) []string {
	return append([]string(nil), r.config.all(key)...)
}

// Close releases the mapped packs. Objects read before stay valid.
func (r *Repository) Close() error {
	r.once.Do(func() { r.closeErr = r.store.Close() })
	return r.closeErr
}

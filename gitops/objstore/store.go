package objstore

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"

	"ahead/gitops"
	"ahead/gitops/lru"
)

// What the caches of a Store hold at most. Trees count in parsed entries (of
// some 60 bytes), all others in bytes of content. Together some 14 MB: caches
// of ten times the size made 300 verdicts less than a tenth faster.
const (
	maxCachedCommitBytes = 2 << 20
	// commitOverhead is about what a commit takes beside its message.
	commitOverhead       = 400
	maxCachedTreeEntries = 48 << 10
	maxCachedBlobBytes   = 3 << 20
	maxCachedBaseBytes   = 6 << 20
	// What they hold after ExpectMany: some 70 MB in all.
	manyCachedTreeEntries = 192 << 10
	manyCachedBlobBytes   = 24 << 20
	manyCachedBaseBytes   = 24 << 20
	// DefaultMaxObject is how large one object may be, in bytes.
	DefaultMaxObject = 1 << 30
)

// Options say what differs from a plain repository; the zero value suits one.
type Options struct {
	// ObjectDir stands in for COMMON/objects, as GIT_OBJECT_DIRECTORY does.
	ObjectDir string
	// Alternates are further object folders, as in
	// GIT_ALTERNATE_OBJECT_DIRECTORIES.
	Alternates []string
	// NoReplace leaves refs/replace aside, as GIT_NO_REPLACE_OBJECTS does.
	NoReplace bool
	// NoCommitGraph leaves commit-graph files aside, as core.commitGraph=false
	// does.
	NoCommitGraph bool
	// MaxObject bounds the size of one object in bytes; 0 means
	// DefaultMaxObject.
	MaxObject int64
}

// Store reads the objects of one repository. It is safe for concurrent use.
type Store struct {
	opts      Options
	commonDir string
	// mu is held for reading during every look at a pack, so that Close
	// cannot take the mapped memory away under a reader.
	mu       sync.RWMutex
	closed   bool
	dirs     []string
	packs    []*pack
	broken   map[string]error
	promisor bool
	replaced map[gitops.Hash]gitops.Hash
	// recent is the pack of the last hit: neighbours mostly share a pack.
	recent atomic.Pointer[pack]
	bases  *lru.Cache[baseKey, gitops.Object]

	commits *lru.Cache[gitops.Hash, gitops.Commit]
	trees   *lru.Cache[gitops.Hash, []gitops.TreeEntry]
	blobs   *lru.Cache[gitops.Hash, []byte]
	links   linkCache
	graph   graphFile
}

var _ gitops.Objects = (*Store)(nil)

// KindError says that an id names an object of another kind than asked for.
type KindError struct {
	Hash      gitops.Hash
	Got, Want gitops.ObjectKind
}

// Error implements error.
func (e *KindError) Error() string {
	return fmt.Sprintf("object %s is a %s, not a %s", e.Hash, e.Got, e.Want)
}

// Open opens the object database below commonDir (a repository's common git
// directory). A folder without objects is an error, damaged packs are not:
// they come up when something in them is asked for.
func Open(commonDir string, opts Options) (*Store, error) {
	if opts.ObjectDir == "" {
		opts.ObjectDir = filepath.Join(commonDir, "objects")
	}
	if opts.MaxObject == 0 {
		opts.MaxObject = DefaultMaxObject
	}
	s := &Store{
		opts: opts, commonDir: commonDir,
		bases:   lru.New[baseKey, gitops.Object](maxCachedBaseBytes),
		commits: lru.New[gitops.Hash, gitops.Commit](maxCachedCommitBytes),
		trees:   lru.New[gitops.Hash, []gitops.TreeEntry](maxCachedTreeEntries),
		blobs:   lru.New[gitops.Hash, []byte](maxCachedBlobBytes),
	}
	if _, err := s.scan(); err != nil {
		return nil, fmt.Errorf("open objects of %q: %w", commonDir, err)
	}
	// Once, as git does in each of its runs: the packed refs may be large.
	if !opts.NoReplace {
		s.replaced = readReplacements(commonDir)
	}
	return s, nil
}

// ExpectMany lets the caches grow to some 70 MB, for a run of many hundred
// merges: neighbouring commits share nearly all their versions of files, and
// without room for them each is read from its pack several times.
func (s *Store) ExpectMany() {
	s.bases.Widen(manyCachedBaseBytes)
	s.trees.Widen(manyCachedTreeEntries)
	s.blobs.Widen(manyCachedBlobBytes)
}

// Close gives the mapped memory back, once all readers are done. Reads after
// it are errors.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.recent.Store(nil)
	var errs []error
	for _, p := range s.packs {
		errs = append(errs, p.close())
	}
	s.packs = nil
	errs = append(errs, s.graph.close())
	return errors.Join(errs...)
}

// Commit reads a commit. Where refs/replace names a substitute, the commit is
// the substitute's, under the id that was asked for, as git has it.
func (s *Store) Commit(h gitops.Hash) (gitops.Commit, error) {
	if c, ok := s.commits.Get(h); ok {
		return c, nil
	}
	data, err := s.content(h, gitops.KindCommit)
	if err != nil {
		return gitops.Commit{}, err
	}
	c, err := DecodeCommit(h, data)
	if err != nil {
		return gitops.Commit{}, damaged(h, "", err)
	}
	s.commits.Put(h, c, len(c.Message)+commitOverhead)
	return c, nil
}

// Tree reads a tree. The empty tree is known even where it is not stored.
func (s *Store) Tree(h gitops.Hash) ([]gitops.TreeEntry, error) {
	if h == gitops.EmptyTree {
		return nil, nil
	}
	if entries, ok := s.trees.Get(h); ok {
		return entries, nil
	}
	data, err := s.content(h, gitops.KindTree)
	if err != nil {
		return nil, err
	}
	entries, err := gitops.DecodeTree(data)
	if err != nil {
		return nil, damaged(h, "", err)
	}
	s.trees.Put(h, entries, len(entries)+1)
	return entries, nil
}

// Blob reads a blob.
func (s *Store) Blob(h gitops.Hash) ([]byte, error) {
	if data, ok := s.blobs.Get(h); ok {
		return data, nil
	}
	data, err := s.content(h, gitops.KindBlob)
	if err != nil {
		return nil, err
	}
	s.blobs.Put(h, data, len(data)+1)
	return data, nil
}

func (s *Store) content(h gitops.Hash, want gitops.ObjectKind) ([]byte, error) {
	obj, err := s.Object(h)
	if err != nil {
		return nil, err
	}
	if obj.Kind != want {
		return nil, &KindError{Hash: h, Got: obj.Kind, Want: want}
	}
	return obj.Data, nil
}

// Object reads any object as it is stored, substitutes honoured. Its Hash is
// the id that was asked for.
func (s *Store) Object(h gitops.Hash) (gitops.Object, error) {
	actual := s.substitute(h)
	obj, err := s.find(actual)
	if err != nil {
		return gitops.Object{}, err
	}
	obj.Hash = h
	return obj, nil
}

// Has reports whether an object is stored, without reading it.
func (s *Store) Has(h gitops.Hash) bool {
	if s.stored(h) {
		return true
	}
	if _, err := s.scan(); err != nil {
		return false
	}
	return s.stored(h)
}

// Partial reports whether objects may be absent on purpose: some pack came
// from a remote that promised to give the rest when asked (a partial clone).
func (s *Store) Partial() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.promisor
}

func damaged(h gitops.Hash, where string, err error) error {
	what := "object " + h.String() + " is damaged"
	if where != "" {
		what += " in " + where
	}
	return &gitops.Error{
		Code: gitops.CodeDamagedObject,
		What: what,
		Hint: "check the repository with `git fsck --full`; a fresh clone has a whole copy",
		Err:  err,
	}
}

func missing(h gitops.Hash, partial bool) error {
	hint := "bring it with `git fetch`; in a shallow clone with `git fetch --unshallow`"
	if partial {
		hint = "this is a partial clone: bring it with `git cat-file -e " + h.String() + "`"
	}
	return &gitops.Error{
		Code: gitops.CodeMissingObject,
		What: "object " + h.String() + " is not in this repository",
		Hint: hint,
		Err:  &gitops.MissingObject{Hash: h},
	}
}

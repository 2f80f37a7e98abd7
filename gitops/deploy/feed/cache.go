package feed

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"ahead/gitops"
	"ahead/gitops/publish/journal"
)

// The cache is <common git dir>/ahead/sources, one file a source: a line with
// the format's version and the SHA-256 of the rest, and the rest, which is JSON.
const (
	ownFolder    = "ahead"
	cacheFolder  = "sources"
	cacheSuffix  = ".cache"
	partSuffix   = ".part"
	cacheVersion = "ahead-source 1 "
	// cacheLimit bounds a file, in bytes; cacheFiles how many are looked at.
	cacheLimit = 8 << 20
	cacheFiles = 100
	// openTries bounds how often a file that is replaced meanwhile is looked at.
	openTries = 20
	cachedFor = 90 * 24 * time.Hour
	// partFor is after what time nobody writes a file any more.
	partFor     = time.Hour
	privateFile = 0o600
)

// entry is a source in the cache.
type entry struct {
	Key        string              `json:"key"`
	Name       string              `json:"name"`
	Place      string              `json:"place"`
	Order      int                 `json:"order"`
	AnsweredAt time.Time           `json:"answeredAt"`
	TriedAt    time.Time           `json:"triedAt"`
	Took       time.Duration       `json:"took"`
	RetryAt    time.Time           `json:"retryAt"`
	Trouble    string              `json:"trouble"`
	Hint       string              `json:"hint"`
	Rows       []gitops.Deployment `json:"rows"`
	State      []byte              `json:"state"`
	// answered says that the last question was.
	answered bool
}

// key is what the entry of a source of this name carries; the texts themselves may
// hold secrets.
func (f *Feed) key(name string) string {
	text := f.opts.Key
	if f.opts.Scope != nil {
		text += "\x00" + f.opts.Scope(name)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// fileName keeps sources apart by hash and lets a person tell them by name.
func (e entry) fileName() string {
	sum := sha256.Sum256([]byte(e.Key + "\x00" + e.Name + "\x00" + e.Place))
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(e.Name))
	return plain[:min(len(plain), 40)] + "-" + hex.EncodeToString(sum[:8]) + cacheSuffix
}

// readCache gives the entries with the key of their name as lines without a source. What
// cannot be read is told, and left out; files of long ago are left out as well.
func readCache(gitDir string, key func(name string) string, now time.Time) ([]*line, []gitops.Notice) {
	if gitDir == "" {
		return nil, nil
	}
	// No folder is the usual case and has to cost nothing.
	if _, err := os.Lstat(filepath.Join(gitDir, ownFolder, cacheFolder)); err != nil {
		return nil, nil
	}
	root, err := openCache(gitDir)
	if err != nil {
		return nil, []gitops.Notice{ignored(err)}
	}
	defer root.Close()
	dir, err := root.Open(".")
	if err != nil {
		return nil, []gitops.Notice{ignored(err)}
	}
	defer dir.Close()
	names, err := dir.ReadDir(cacheFiles)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, []gitops.Notice{ignored(err)}
	}
	var lines []*line
	var notices []gitops.Notice
	for _, name := range names {
		if !strings.HasSuffix(name.Name(), cacheSuffix) {
			continue
		}
		e, err := readEntry(root, name.Name())
		switch {
		case err != nil:
			notices = append(notices, ignored(err))
		case e.Key == key(e.Name) && (now.Sub(e.AnsweredAt) < cachedFor || now.Sub(e.TriedAt) < longestRetry || e.RetryAt.After(now)):
			lines = append(lines, e.line(now))
		}
	}
	// As long as they are not looked for, as without a network, they are believed
	// in the order of last time.
	slices.SortStableFunc(lines, func(a, b *line) int { return a.order - b.order })
	return lines, notices
}

func ignored(err error) gitops.Notice {
	return gitops.Notice{Code: "source-cache", Text: "kept deployments are left out: " + err.Error()}
}

// line is a source as its entry has it. A moment that it named still counts; one
// beyond belief does not, should the clock have been set back.
func (e entry) line(now time.Time) *line {
	l := &line{
		name: e.Name, place: e.Place, order: e.Order, rows: bounded(e.Rows, e.Name),
		answeredAt: e.AnsweredAt, triedAt: e.TriedAt, took: e.Took, kept: e.State,
	}
	if e.holdsOff(now) {
		l.trouble = trouble{text: sentence(e.Trouble), hint: sentence(e.Hint), until: e.RetryAt}
	}
	return l
}

// holdsOff reports whether the source named a moment that is still to come and
// can be believed.
func (e entry) holdsOff(now time.Time) bool {
	return e.RetryAt.After(now) && !e.RetryAt.After(now.Add(longestWait))
}

// beside is what is kept where another process, or an earlier question, has left
// its own: the later answer and the later moment not to ask before. A clock that
// was set back makes nothing later than it is.
func (e entry) beside(other entry, now time.Time) entry {
	if other.AnsweredAt.After(e.AnsweredAt) && !other.AnsweredAt.After(now) {
		e.Rows, e.AnsweredAt, e.State = other.Rows, other.AnsweredAt, other.State
	}
	if e.State == nil {
		e.State = other.State
	}
	if other.TriedAt.After(e.TriedAt) && !other.TriedAt.After(now) {
		e.TriedAt, e.Took = other.TriedAt, other.Took
	}
	if !e.answered && other.holdsOff(now) && other.RetryAt.After(e.RetryAt) {
		e.RetryAt, e.Trouble, e.Hint = other.RetryAt, other.Trouble, other.Hint
	}
	return e
}

// openCache opens the folder, which must be one itself and no link to one.
func openCache(gitDir string) (*os.Root, error) {
	root, err := os.OpenRoot(gitDir)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{ownFolder, cacheFolder} {
		below, err := openFolder(root, name)
		_ = root.Close()
		if err != nil {
			return nil, err
		}
		root = below
	}
	return root, nil
}

func openFolder(root *os.Root, name string) (*os.Root, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, notPlain(root, name, "folder")
	}
	below, err := root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	if opened, err := below.Stat("."); err != nil || !os.SameFile(info, opened) {
		_ = below.Close()
		return nil, notPlain(root, name, "folder")
	}
	return below, nil
}

func notPlain(root *os.Root, name, what string) error {
	return fmt.Errorf("%s is not a %s of ours (a link is not followed)", filepath.Join(root.Name(), name), what)
}

// openEntry looks before it opens, since opening a pipe would wait for ever, and
// after, since a link may come in between. So may a newer answer of another
// process: then it looks again.
func openEntry(root *os.Root, name string) (*os.File, error) {
	for range openTries {
		info, err := root.Lstat(name)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			break
		}
		f, err := root.Open(name)
		if err != nil {
			return nil, err
		}
		if opened, err := f.Stat(); err == nil && os.SameFile(info, opened) {
			return f, nil
		}
		_ = f.Close()
	}
	return nil, notPlain(root, name, "file")
}

func readEntry(root *os.Root, name string) (entry, error) {
	path := filepath.Join(root.Name(), name)
	f, err := openEntry(root, name)
	if err != nil {
		return entry{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, cacheLimit+1))
	if err != nil {
		return entry{}, fmt.Errorf("read %q: %w", path, err)
	}
	e, err := decode(data)
	if err != nil {
		return entry{}, fmt.Errorf("%s: %w", path, err)
	}
	if e.fileName() != name {
		return entry{}, fmt.Errorf("%s is under another name than its own", path)
	}
	return e, nil
}

var errDamaged = errors.New("it is damaged, or of another version")

func decode(data []byte) (entry, error) {
	head, body, ok := bytes.Cut(data, []byte("\n"))
	sum, known := strings.CutPrefix(string(head), cacheVersion)
	if !ok || !known || len(data) > cacheLimit {
		return entry{}, errDamaged
	}
	if told := sha256.Sum256(body); sum != hex.EncodeToString(told[:]) {
		return entry{}, errDamaged
	}
	var e entry
	if err := json.Unmarshal(body, &e); err != nil {
		return entry{}, errDamaged
	}
	return e, nil
}

func encode(e entry) ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return append([]byte(cacheVersion+hex.EncodeToString(sum[:])+"\n"), body...), nil
}

// writeCache writes an entry beside the old one and puts it in its place.
func writeCache(gitDir string, sharing journal.Sharing, key string, e entry, now time.Time) error {
	if gitDir == "" {
		return nil
	}
	if _, err := journal.OwnFolder(gitDir, sharing, cacheFolder); err != nil {
		return err
	}
	root, err := openCache(gitDir)
	if err != nil {
		return err
	}
	defer root.Close()
	e.Key = key
	// What cannot be read is as good as not there.
	if other, err := readEntry(root, e.fileName()); err == nil {
		e = e.beside(other, now)
	}
	data, err := encode(e)
	if err != nil {
		return err
	}
	if len(data) > cacheLimit {
		// The state is worth less than the rows.
		e.State = nil
		if data, err = encode(e); err != nil || len(data) > cacheLimit {
			return fmt.Errorf("the rows of %s take more than %d MB", e.Name, cacheLimit>>20)
		}
	}
	if err := replace(root, e.fileName(), data, sharing); err != nil {
		// Its own name would make each time another notice.
		var why syscall.Errno
		if errors.As(err, &why) {
			err = why
		}
		return fmt.Errorf("write below %s: %w", root.Name(), err)
	}
	prune(root, now)
	return nil
}

// prune takes away what crashed processes have left half written, and keeps
// entries of settings and remotes of long ago from crowding out those that are
// read: of too many the oldest half goes. What cannot be removed stays.
func prune(root *os.Root, now time.Time) {
	dir, err := root.Open(".")
	if err != nil {
		return
	}
	defer dir.Close()
	files, err := dir.ReadDir(-1)
	if err != nil {
		return
	}
	type aged struct {
		name string
		at   time.Time
	}
	var ours []aged
	for _, f := range files {
		info, err := f.Info()
		switch {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasSuffix(f.Name(), partSuffix):
			if now.Sub(info.ModTime()) > partFor {
				_ = root.Remove(f.Name())
			}
		case strings.HasSuffix(f.Name(), cacheSuffix):
			ours = append(ours, aged{f.Name(), info.ModTime()})
		}
	}
	if len(ours) <= cacheFiles/2 {
		return
	}
	slices.SortFunc(ours, func(a, b aged) int { return a.at.Compare(b.at) })
	for _, f := range ours[:len(ours)/2] {
		_ = root.Remove(f.name)
	}
}

// replace is not synced: after a power cut an empty file in place of a cache is
// recognised as damaged.
func replace(root *os.Root, name string, data []byte, sharing journal.Sharing) error {
	// Not by the process's number: processes of two containers share it.
	part := name + "." + rand.Text() + partSuffix
	f, err := root.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, privateFile)
	if err != nil {
		return err
	}
	if err = sharing.Share(f); err == nil {
		_, err = f.Write(data)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = root.Rename(part, name)
	}
	if err != nil {
		_ = root.Remove(part)
	}
	return err
}

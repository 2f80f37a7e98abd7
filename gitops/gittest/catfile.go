package gittest

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"ahead/gitops"
)

// Reader reads objects through one `git cat-file --batch`. It is slow and
// plain on purpose: the reference that readers are compared with, and the
// gitops.Objects of tests that must not depend on gitops/repo.
type Reader struct {
	mu  sync.Mutex
	in  io.WriteCloser
	out *bufio.Reader
}

var _ gitops.Objects = (*Reader)(nil)

// Objects opens a Reader on the repository, closed when the test ends.
func (r *Repo) Objects() *Reader {
	r.t.Helper()
	return catFile(r.t, r.Dir, r.Env())
}

// CatFile opens a Reader on any repository folder, closed when the test ends.
func CatFile(t TB, dir string) *Reader {
	t.Helper()
	return catFile(t, dir, append(inherited(), append(isolation, "HOME="+os.DevNull)...))
}

func catFile(t TB, dir string, env []string) *Reader {
	t.Helper()
	cmd := exec.Command("git", "cat-file", "--batch")
	cmd.Dir, cmd.Env, cmd.Stderr = dir, env, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatalf("gittest: %v", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatalf("gittest: %v", err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("gittest: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	return &Reader{in: in, out: bufio.NewReaderSize(out, 1<<16)}
}

// Object reads any object as it is stored.
func (r *Reader) Object(h gitops.Hash) (gitops.Object, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := io.WriteString(r.in, h.String()+"\n"); err != nil {
		return gitops.Object{}, fmt.Errorf("ask cat-file for %s: %w", h, err)
	}
	line, err := r.out.ReadString('\n')
	if err != nil {
		return gitops.Object{}, fmt.Errorf("read cat-file: %w", err)
	}
	fields := strings.Fields(line)
	if len(fields) == 2 && fields[1] == "missing" {
		return gitops.Object{}, fmt.Errorf("object %s: %w", h, gitops.ErrMissing)
	}
	if len(fields) != 3 {
		return gitops.Object{}, fmt.Errorf("cat-file answered %q", line)
	}
	size, err := strconv.Atoi(fields[2])
	if err != nil {
		return gitops.Object{}, fmt.Errorf("cat-file answered %q: %w", line, err)
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(r.out, data); err != nil {
		return gitops.Object{}, fmt.Errorf("read %s from cat-file: %w", h, err)
	}
	return gitops.Object{Hash: h, Kind: gitops.ObjectKind(fields[1]), Data: data[:size]}, nil
}

func (r *Reader) want(h gitops.Hash, kind gitops.ObjectKind) ([]byte, error) {
	obj, err := r.Object(h)
	if err != nil {
		return nil, err
	}
	if obj.Kind != kind {
		return nil, fmt.Errorf("object %s is a %s, not a %s", h, obj.Kind, kind)
	}
	return obj.Data, nil
}

// Commit implements gitops.Objects.
func (r *Reader) Commit(h gitops.Hash) (gitops.Commit, error) {
	data, err := r.want(h, gitops.KindCommit)
	if err != nil {
		return gitops.Commit{}, err
	}
	return parseCommit(h, string(data))
}

// Tree implements gitops.Objects. Like git it knows the empty tree everywhere.
func (r *Reader) Tree(h gitops.Hash) ([]gitops.TreeEntry, error) {
	if h == gitops.EmptyTree {
		return nil, nil
	}
	data, err := r.want(h, gitops.KindTree)
	if err != nil {
		return nil, err
	}
	return gitops.DecodeTree(data)
}

// Blob implements gitops.Objects.
func (r *Reader) Blob(h gitops.Hash) ([]byte, error) { return r.want(h, gitops.KindBlob) }

// parseCommit reads well-formed commits only, line by line: kept apart from
// the parser of objstore, so that comparing the two means something.
func parseCommit(h gitops.Hash, text string) (gitops.Commit, error) {
	c := gitops.Commit{Hash: h}
	head, message, _ := strings.Cut(text, "\n\n")
	c.Message = message
	for _, line := range strings.Split(head, "\n") {
		key, value, _ := strings.Cut(line, " ")
		var err error
		switch key {
		case "tree":
			c.Tree, err = gitops.ParseHash(value)
		case "parent":
			var p gitops.Hash
			p, err = gitops.ParseHash(value)
			c.Parents = append(c.Parents, p)
		case "author":
			c.Author, err = parseSignature(value)
		case "committer":
			c.Committer, err = parseSignature(value)
		}
		if err != nil {
			return gitops.Commit{}, fmt.Errorf("commit %s: %s: %w", h, key, err)
		}
	}
	return c, nil
}

func parseSignature(s string) (gitops.Signature, error) {
	open, end := strings.Index(s, "<"), strings.LastIndex(s, ">")
	if open < 0 || end < open {
		return gitops.Signature{}, fmt.Errorf("signature %q", s)
	}
	sig := gitops.Signature{Name: strings.TrimSpace(s[:open]), Email: s[open+1 : end]}
	var seconds int64
	var zone int
	if _, err := fmt.Sscanf(s[end+1:], "%d %d", &seconds, &zone); err != nil {
		return gitops.Signature{}, fmt.Errorf("signature %q: %w", s, err)
	}
	offset := (zone/100*60 + zone%100) * 60
	sig.When = time.Unix(seconds, 0).UTC()
	if offset != 0 {
		sig.When = sig.When.In(time.FixedZone("", offset))
	}
	return sig, nil
}

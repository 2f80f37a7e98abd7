package repo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"ahead/gitops"
)

// minAbbreviation is the fewest digits that stand for an object; git's own.
const minAbbreviation = 4

// Resolve finds the commit that a person means: a full or abbreviated id, the
// name of a tag, a branch, a remote branch (origin/x), a full ref, HEAD, or
// what `git describe` prints; each with any number of ~N and ^N behind it.
// Names win over abbreviations, tags over branches, as for git. Everything
// else of gitrevisions (reflogs, paths, searches, ranges) is refused in words.
//
// Errors have CodeUnknownCommit or CodeAmbiguousCommit; where history ends
// before the commit that is meant (a shallow clone), CodeMissingObject.
func (r *Repository) Resolve(ctx context.Context, rev string) (gitops.Hash, error) {
	if err := ctx.Err(); err != nil {
		return gitops.Hash{}, err
	}
	name, steps, err := splitRevision(rev)
	if err != nil {
		return gitops.Hash{}, err
	}
	start, err := r.named(name)
	if err != nil {
		return gitops.Hash{}, err
	}
	h, err := r.peelToCommit(name, start)
	if err != nil {
		return gitops.Hash{}, err
	}
	for _, s := range steps {
		if h, err = r.walk(ctx, rev, h, s); err != nil {
			return gitops.Hash{}, err
		}
	}
	return h, nil
}

// step is one ~N (N first parents) or ^N (the Nth parent; 0 is the commit
// itself).
type step struct {
	nth bool
	n   int
}

// splitRevision parts the name from the steps behind it. Neither ~ nor ^ can
// be part of a ref's name.
func splitRevision(rev string) (name string, steps []step, err error) {
	if rev == "" {
		return "", nil, unknown(rev, "the empty name stands for no commit", "")
	}
	switch {
	case strings.Contains(rev, "@{"):
		return "", nil, unsupportedRevision(rev, "reflog entries and upstreams (@{…})")
	case strings.Contains(rev, ":"):
		return "", nil, unsupportedRevision(rev, "paths and searches (with a colon)")
	case strings.Contains(rev, ".."):
		return "", nil, unsupportedRevision(rev, "ranges (..)")
	}
	at := strings.IndexAny(rev, "~^")
	if at < 0 {
		return rev, nil, nil
	}
	name, rest := rev[:at], rev[at:]
	if name == "" {
		return "", nil, unsupportedRevision(rev, "exclusions (^ before a name)")
	}
	for rest != "" {
		var s step
		if s, rest, err = nextStep(rev, rest); err != nil {
			return "", nil, err
		}
		steps = append(steps, s)
	}
	return name, steps, nil
}

func nextStep(rev, rest string) (step, string, error) {
	s := step{nth: rest[0] == '^', n: 1}
	rest = rest[1:]
	for _, word := range []string{"{commit}", "{}"} {
		if tail, ok := strings.CutPrefix(rest, word); ok && s.nth {
			return step{nth: true}, tail, nil
		}
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	rest = rest[len(digits):]
	if digits != "" {
		n, err := strconv.Atoi(digits)
		if err != nil {
			return s, "", unsupportedRevision(rev, "numbers this large")
		}
		s.n = n
	}
	if rest != "" && rest[0] != '~' && rest[0] != '^' {
		return s, "", unsupportedRevision(rev, "anything but numbers behind ~ and ^")
	}
	return s, rest, nil
}

func (r *Repository) walk(ctx context.Context, rev string, h gitops.Hash, s step) (gitops.Hash, error) {
	if s.nth && s.n == 0 {
		return h, nil
	}
	generations, parent := s.n, 1
	if s.nth {
		generations, parent = 1, s.n
	}
	for range generations {
		if err := ctx.Err(); err != nil {
			return gitops.Hash{}, err
		}
		c, err := r.store.Commit(h)
		if err != nil {
			return gitops.Hash{}, fmt.Errorf("resolve %q: %w", rev, err)
		}
		if parent > len(c.Parents) {
			what := fmt.Sprintf("%q reaches beyond %s, which has %d parents", rev, h.Short(), len(c.Parents))
			return gitops.Hash{}, unknown(rev, what, "")
		}
		h = c.Parents[parent-1]
	}
	return h, nil
}

// named finds the object behind a name without steps.
func (r *Repository) named(name string) (gitops.Hash, error) {
	if h, err := gitops.ParseHash(strings.ToLower(name)); err == nil {
		if !r.store.Has(h) {
			return gitops.Hash{}, r.notHere(h)
		}
		return h, nil
	}
	if name == "@" {
		name = "HEAD"
	}
	for _, rule := range []string{"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"} {
		h, err := r.lookup(strings.Replace(rule, "%s", name, 1))
		if err == nil {
			return h, nil
		}
		if !errors.Is(err, errNoRef) {
			return gitops.Hash{}, err
		}
	}
	return r.abbreviated(name)
}

var describeOutput = regexp.MustCompile(`^.+-[0-9]+-g([0-9a-f]{4,40})$`)

func (r *Repository) abbreviated(name string) (gitops.Hash, error) {
	digits := name
	if m := describeOutput.FindStringSubmatch(name); m != nil {
		digits = m[1]
	}
	if !isHex(digits) || len(digits) > 40 {
		return gitops.Hash{}, unknown(name, "", "give a commit id, a tag or a branch; `"+r.bring()+" --tags` brings those of the remote")
	}
	if len(digits) < minAbbreviation {
		return gitops.Hash{}, unknown(name, "", fmt.Sprintf("an abbreviated id needs at least %d digits", minAbbreviation))
	}
	candidates, err := r.store.Abbreviated(digits)
	if err != nil {
		return gitops.Hash{}, err
	}
	var commits []gitops.Commit
	var found []gitops.Hash
	for _, h := range candidates {
		end, err := r.follow(h)
		if err != nil || end.kind != gitops.KindCommit {
			continue
		}
		if c, err := r.store.Commit(end.hash); err == nil {
			commits, found = append(commits, c), append(found, h)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return gitops.Hash{}, ambiguous(name, commits)
	case len(candidates) > 0:
		return gitops.Hash{}, unknown(name, fmt.Sprintf("%q abbreviates no commit", name), "give a commit id, a tag or a branch")
	default:
		return gitops.Hash{}, unknown(name, "", "if it is on the remote, bring it with `"+r.bring()+"`")
	}
}

func ambiguous(name string, commits []gitops.Commit) error {
	var lines []string
	for _, c := range commits {
		lines = append(lines, c.Hash.String()[:12]+" "+c.Subject())
	}
	return &gitops.Error{
		Code:   gitops.CodeAmbiguousCommit,
		What:   fmt.Sprintf("%q abbreviates %d commits", name, len(commits)),
		Hint:   "give more digits: " + strings.Join(lines, "; "),
		Detail: strings.Join(lines, "\n"),
	}
}

func unknown(rev, what, hint string) error {
	if what == "" {
		what = fmt.Sprintf("there is no commit, tag or branch %q here", rev)
	}
	if hint == "" {
		hint = "`git log` lists the commits"
	}
	return &gitops.Error{Code: gitops.CodeUnknownCommit, What: what, Hint: hint}
}

func unsupportedRevision(rev, what string) error {
	return unknown(rev, fmt.Sprintf("%q: %s are not understood here", rev, what),
		"give a commit id, a tag or a branch; `git rev-parse` turns anything else into an id")
}

// notHere says how a commit comes here that somebody knows from elsewhere.
func (r *Repository) notHere(h gitops.Hash) error {
	return &gitops.Error{
		Code: gitops.CodeUnknownCommit,
		What: fmt.Sprintf("there is no commit %s here", h),
		Hint: "if it is on the remote, bring it with `" + r.bring() + "`",
		Err:  &gitops.MissingObject{Hash: h},
	}
}

// bring is the command that brings commits which are not here. A fetch alone
// brings nothing from below the end of a shallow clone.
func (r *Repository) bring() string {
	if r.Shallow() {
		return "git fetch --unshallow"
	}
	return "git fetch"
}

// peelToCommit goes through tag objects and insists on a commit at the end.
func (r *Repository) peelToCommit(name string, h gitops.Hash) (gitops.Hash, error) {
	end, err := r.follow(h)
	if err != nil {
		return gitops.Hash{}, fmt.Errorf("resolve %q: %w", name, err)
	}
	if end.kind != gitops.KindCommit {
		return gitops.Hash{}, unknown(name, fmt.Sprintf("%q is a %s, not a commit", name, end.kind), "")
	}
	return end.hash, nil
}

var errNoRef = errors.New("no such ref")

var pseudoRef = regexp.MustCompile(`^[A-Z][A-Z_]*$`)

// lookup reads one ref by its full name and follows symbolic ones. The error
// is errNoRef when there is none.
func (r *Repository) lookup(name string) (gitops.Hash, error) {
	for range maxSymbolic {
		if !readableName(name) {
			return gitops.Hash{}, errNoRef
		}
		one, ok := readLooseRef(filepath.Join(r.refHome(name), filepath.FromSlash(name)))
		if !ok {
			var err error
			if one, ok, err = r.packedRef(name); err != nil {
				return gitops.Hash{}, err
			}
			if !ok {
				return gitops.Hash{}, errNoRef
			}
		}
		if one.target == "" {
			return one.hash, nil
		}
		name = one.target
	}
	return gitops.Hash{}, errNoRef
}

func (r *Repository) packedRef(name string) (ref, bool, error) {
	if !isUsual(name) {
		return readOne(r.packedPath(), name)
	}
	packed, err := r.packed.read(r.packedPath())
	if err != nil {
		return ref{}, false, err
	}
	one, ok := packed.get(name)
	return one, ok, nil
}

// readableName keeps names from leading out of the folder of refs, and to
// files that are no refs: at the top only names like HEAD are refs.
func readableName(name string) bool {
	if !strings.HasPrefix(name, "refs/") {
		return pseudoRef.MatchString(name)
	}
	for _, part := range strings.Split(name, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return !strings.ContainsAny(name, "\x00\\") && !strings.Contains(name, "..")
}

// refHome is the folder that a ref lives in: some belong to one working tree,
// the others to all.
func (r *Repository) refHome(name string) string {
	for _, own := range []string{"refs/bisect/", "refs/worktree/", "refs/rewritten/"} {
		if strings.HasPrefix(name, own) {
			return r.location.GitDir
		}
	}
	if !strings.HasPrefix(name, "refs/") {
		return r.location.GitDir
	}
	return r.location.CommonDir
}

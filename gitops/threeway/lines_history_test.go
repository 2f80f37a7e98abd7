package threeway_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"ahead/gitops/linediff/linegen"
)

// TestHistoryAgreesWithGit merges what reverts of real commits would merge:
// set AHEAD_HISTORY to a git directory, and AHEAD_ROUNDS to the number of
// hundred commits. Without a history at hand there is nothing to test.
func TestHistoryAgreesWithGit(t *testing.T) {
	dir := os.Getenv("AHEAD_HISTORY")
	if dir == "" {
		t.Skip("AHEAD_HISTORY names no repository")
	}
	n, _ := rounds(t, 5)
	commits := strings.Fields(string(gitMustIn(t, dir, nil, "rev-list", "--no-merges", "--min-parents=1", fmt.Sprintf("--max-count=%d", 100*n), "HEAD")))
	total, conflicts := 0, 0
	for from := 0; from < len(commits); from += 100 {
		// Onto the state of some hundred commits later, so that there is
		// something to conflict with.
		onto := commits[max(0, from-200)]
		triples := revertsOf(t, dir, commits[from:min(len(commits), from+100)], onto)
		conflicts += compareMerges(t, triples)
		total += len(triples)
	}
	t.Logf("%d files, %d conflicts", total, conflicts)
}

// revertsOf gives a triple for each text file that a commit modified and onto
// still has.
func revertsOf(t *testing.T, dir string, commits []string, onto string) []linegen.Triple {
	t.Helper()
	list := gitMustIn(t, dir, strings.NewReader(strings.Join(commits, "\n")+"\n"),
		"diff-tree", "-r", "-z", "--stdin", "--no-renames", "--diff-filter=M", "--name-only")
	var names []string
	var ask bytes.Buffer
	commit := ""
	for _, field := range strings.Split(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		if len(field) == 40 && !strings.ContainsAny(field, "./ ") {
			commit = field
			continue
		}
		if strings.ContainsAny(field, "\n ") {
			continue // cat-file takes a name a line
		}
		names = append(names, commit+":"+field)
		fmt.Fprintf(&ask, "%s:%s\n%s:%s\n%s^:%s\n", commit, field, onto, field, commit, field)
	}
	in := bufio.NewReader(bytes.NewReader(gitMustIn(t, dir, &ask, "cat-file", "--batch")))
	var out []linegen.Triple
	for _, name := range names {
		base, okBase := nextBlob(t, in)
		ours, okOurs := nextBlob(t, in)
		theirs, okTheirs := nextBlob(t, in)
		if okBase && okOurs && okTheirs && !strings.Contains(base+ours+theirs, "\x00") {
			out = append(out, linegen.Triple{Name: name, Base: base, Ours: ours, Theirs: theirs})
		}
	}
	return out
}

// nextBlob reads one answer of cat-file; false for anything but a blob.
func nextBlob(t testing.TB, in *bufio.Reader) (string, bool) {
	t.Helper()
	head, err := in.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(head, " missing\n") {
		return "", false
	}
	var id, kind string
	var size int
	if _, err := fmt.Sscanf(head, "%s %s %d", &id, &kind, &size); err != nil {
		t.Fatalf("cat-file answered %q: %v", head, err)
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(in, data); err != nil {
		t.Fatal(err)
	}
	return string(data[:size]), kind == "blob"
}

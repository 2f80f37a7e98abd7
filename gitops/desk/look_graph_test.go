package desk_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"reflect"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// commitData is the place of the parents of a commit in a commit-graph file
// (gitformat-commit-graph).
func commitData(t *testing.T, file []byte, h gitops.Hash) int {
	t.Helper()
	chunks := map[string]int{}
	for i := range int(file[6]) {
		entry := file[8+12*i:]
		chunks[string(entry[:4])] = int(binary.BigEndian.Uint64(entry[4:]))
	}
	ids := chunks["OIDL"]
	count := int(binary.BigEndian.Uint32(file[chunks["OIDF"]+4*255:]))
	for i := range count {
		if bytes.Equal(file[ids+20*i:ids+20*i+20], h[:]) {
			return chunks["CDAT"] + 36*i + 20
		}
	}
	t.Fatalf("%s is not in the commit-graph", h)
	return 0
}

// TestALyingCommitGraphMisleadsNobody: of what is listed, the parents are
// compared, and after a lie the look is done without the file.
func TestALyingCommitGraphMisleadsNobody(t *testing.T) {
	r := gittest.New(t)
	for i := range 12 {
		r.Commit(fmt.Sprint("commit ", i), map[string]string{"a": fmt.Sprint(i)})
		if i == 3 || i == 6 {
			r.AnnotatedTag(fmt.Sprintf("v1.%d.0", i))
		}
	}
	// Before git reads the lies.
	liars := []gitops.Hash{r.Rev("main"), r.Rev("main~4"), r.Rev("main~8")}
	look := func() gitops.Snapshot {
		s, err := openIdle(t, r.Dir).Snapshot(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	want := look()
	r.Git("commit-graph", "write", "--reachable")
	if got := look(); !reflect.DeepEqual(got, want) {
		t.Errorf("with a commit-graph: %+v, want %+v", got, want)
	}
	path := r.Path(".git", "objects", "info", "commit-graph")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, parent := range map[string]uint32{"no parent": 0x70000000, "another parent": 0, "nowhere": 0x6fffffff} {
		for _, liar := range liars {
			lie := []byte(string(whole))
			at := commitData(t, lie, liar)
			binary.BigEndian.PutUint32(lie[at:], parent)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, lie, 0o644); err != nil {
				t.Fatal(err)
			}
			if got := look(); !reflect.DeepEqual(got, want) {
				t.Errorf("%s for %s: %+v, want %+v", name, liar, got, want)
			}
		}
	}
}

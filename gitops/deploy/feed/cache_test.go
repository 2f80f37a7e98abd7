package feed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// remembering is a source with something to keep.
type remembering struct {
	*fake
	state, restored string
	err             error
}

func (r *remembering) State() []byte { return []byte(r.state) }
func (r *remembering) Restore(b []byte) error {
	r.restored = string(b)
	return r.err
}

// kept fills a cache and gives its one file.
func kept(t *testing.T, dir string) string {
	t.Helper()
	f, _ := open(t, Options{GitDir: dir, Key: "remote"}, &remembering{fake: says("Git Hub/../", row(1), row(2)), state: "etag"})
	refresh(t, f, false)
	names, err := os.ReadDir(filepath.Join(dir, "ahead", "sources"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	return filepath.Join(dir, "ahead", "sources", names[0].Name())
}

func reread(t *testing.T, dir, key string) View {
	t.Helper()
	f, _ := open(t, Options{GitDir: dir, Key: key, Offline: true})
	return f.View()
}

func TestCacheIsPrivateAndComesBackWhole(t *testing.T) {
	dir := t.TempDir()
	file := kept(t, dir)
	for path, want := range map[string]fs.FileMode{file: 0o600, filepath.Dir(file): 0o700 | fs.ModeDir, filepath.Dir(filepath.Dir(file)): 0o700 | fs.ModeDir} {
		if info, err := os.Lstat(path); err != nil || info.Mode() != want {
			t.Errorf("%s is %v, want %v (%v)", path, info.Mode(), want, err)
		}
	}
	v := reread(t, dir, "remote")
	want := []gitops.Deployment{row(1), row(2)}
	for i := range want {
		want[i].Source = "Git Hub/../"
	}
	if len(v.Lists) != 1 || !reflect.DeepEqual(v.Lists[0], want) {
		t.Fatalf("got %+v", v.Lists)
	}
	if s := v.States[0]; s.Condition != gitops.SourceOld || !s.AnsweredAt.Equal(noon) || s.Place != "Git Hub/../.example.com" {
		t.Errorf("%+v", s)
	}
	if v := reread(t, dir, "another remote"); len(v.Lists) != 0 || len(v.Notices) != 0 {
		t.Errorf("rows of another remote: %+v", v)
	}
}

func TestSourcesGetBackWhatTheyKept(t *testing.T) {
	dir := t.TempDir()
	kept(t, dir)
	again := &remembering{fake: says("Git Hub/../", row(3)), err: errors.New("another version")}
	f, _ := open(t, Options{GitDir: dir, Key: "remote"}, again)
	v := refresh(t, f, false)
	if again.restored != "etag" || len(v.States) != 1 || v.Lists[0][0].Commit != commit(3) {
		t.Errorf("restored %q: %+v", again.restored, v)
	}
}

func TestOfflineAsksNobody(t *testing.T) {
	dir := t.TempDir()
	s := says("s", row(1))
	f, c := open(t, Options{GitDir: dir}, s)
	refresh(t, f, false)
	looked := false
	off, _ := open(t, Options{GitDir: dir, Offline: true, Now: c.Now, Find: func(context.Context) Found { looked = true; return Found{} }})
	v := refresh(t, off, true)
	if got := stateOf(t, v, "s"); got.Condition != gitops.SourceOld || got.Rows != 1 || !got.AnsweredAt.Equal(noon) || !got.RetryAt.IsZero() {
		t.Errorf("%+v", got)
	}
	if marked := off.Mark(context.Background(), row(1)); looked || s.count() != 1 || marked != nil || !off.Due().IsZero() {
		t.Error("something was asked")
	}
}

func TestADamagedCacheIsToldAndCostsNothing(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"empty":           func([]byte) []byte { return nil },
		"cut off":         func(b []byte) []byte { return b[:len(b)-1] },
		"one byte":        func(b []byte) []byte { b[len(b)-20] ^= 1; return b },
		"another version": func(b []byte) []byte { return append([]byte("ahead-source 9 "), b[len(cacheVersion):]...) },
		"no sense":        func([]byte) []byte { return []byte(strings.Repeat("{", 100)) },
		"huge":            func(b []byte) []byte { return append(b, make([]byte, cacheLimit)...) },
	} {
		dir := t.TempDir()
		file := kept(t, dir)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, damage(data), 0o600); err != nil {
			t.Fatal(err)
		}
		v := reread(t, dir, "remote")
		if len(v.Lists) != 0 || len(v.Notices) != 1 || v.Notices[0].Code != "source-cache" {
			t.Errorf("%s: %+v", name, v)
		}
		// The next answer mends it.
		kept(t, dir)
		if v := reread(t, dir, "remote"); len(v.Lists) != 1 || len(v.Notices) != 0 {
			t.Errorf("%s, mended: %+v", name, v)
		}
	}
}

func TestNoLinkIsFollowed(t *testing.T) {
	for name, plant := range map[string]func(t *testing.T, dir, outside string){
		"file": func(t *testing.T, dir, outside string) {
			file := kept(t, dir)
			must(t, os.Rename(file, filepath.Join(outside, "x")))
			must(t, os.Symlink(filepath.Join(outside, "x"), file))
		},
		"folder": func(t *testing.T, dir, outside string) {
			must(t, os.Mkdir(filepath.Join(dir, "ahead"), 0o700))
			must(t, os.Symlink(outside, filepath.Join(dir, "ahead", "sources")))
		},
		"own folder": func(t *testing.T, dir, outside string) {
			must(t, os.Mkdir(filepath.Join(outside, "sources"), 0o700))
			must(t, os.Symlink(outside, filepath.Join(dir, "ahead")))
		},
	} {
		dir, outside := t.TempDir(), t.TempDir()
		plant(t, dir, outside)
		before := listing(t, outside)
		v := reread(t, dir, "remote")
		if len(v.Lists) != 0 || len(v.Notices) != 1 || !strings.Contains(v.Notices[0].Text, "a link is not followed") {
			t.Errorf("%s: %+v", name, v)
		}
		f, _ := open(t, Options{GitDir: dir, Key: "remote"}, says("Git Hub/../", row(1)))
		if v := refresh(t, f, false); v.Rows() != 1 {
			t.Errorf("%s: %+v", name, v.States)
		}
		if after := listing(t, outside); after != before {
			t.Errorf("%s: written outside: %s, before %s", name, after, before)
		}
	}
}

func TestAPipeInTheCacheIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	file := kept(t, dir)
	must(t, os.Remove(file))
	must(t, mkfifo(file))
	if v := reread(t, dir, "remote"); len(v.Lists) != 0 || len(v.Notices) != 1 {
		t.Errorf("%+v", v)
	}
}

func TestAFolderThatCannotBeWrittenIsANoticeAsLongAsItCannot(t *testing.T) {
	dir := t.TempDir()
	inTheWay := filepath.Join(dir, "ahead")
	must(t, os.WriteFile(inTheWay, nil, 0o600))
	f, c := open(t, Options{GitDir: dir}, says("s", row(1)), says("other", row(2)))
	refresh(t, f, false)
	c.pass(time.Hour)
	v := refresh(t, f, false)
	if v.Rows() != 2 || len(v.Notices) != 1 || !strings.Contains(v.Notices[0].Text, "not kept") {
		t.Errorf("%+v", v)
	}
	must(t, os.Remove(inTheWay))
	c.pass(time.Hour)
	if v := refresh(t, f, false); len(v.Notices) != 0 {
		t.Errorf("%+v", v.Notices)
	}
}

// A disk that is full says the same each time: no notice a question.
func TestAFullDiskIsOneNotice(t *testing.T) {
	dir := t.TempDir()
	file := kept(t, dir)
	must(t, os.Remove(file))
	must(t, os.Mkdir(file, 0o700)) // nothing can take its place
	f, c := open(t, Options{GitDir: dir, Key: "remote"}, says("Git Hub/../", row(1)))
	for range 5 {
		refresh(t, f, false)
		c.pass(time.Hour)
	}
	v := f.View()
	var told []string
	for _, n := range v.Notices {
		if strings.Contains(n.Text, "not kept") {
			told = append(told, n.Text)
		}
	}
	if len(told) != 1 || !strings.Contains(told[0], filepath.Dir(file)) || strings.Contains(told[0], partSuffix) {
		t.Errorf("%q", told)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestEntriesOfLongAgoAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	kept(t, dir)
	f := New(Options{GitDir: dir, Key: "remote", Offline: true, Now: func() time.Time { return noon.Add(cachedFor) }})
	defer f.Close()
	if err := f.Refresh(context.Background(), false); err != nil || f.View().Rows() != 0 {
		t.Errorf("%+v %v", f.View(), err)
	}
}

func TestOldEntriesMakeRoom(t *testing.T) {
	dir := t.TempDir()
	for i := range cacheFiles + 20 {
		f, _ := open(t, Options{GitDir: dir, Key: fmt.Sprint("settings ", i)}, says("s", row(i)))
		refresh(t, f, false)
		if v := reread(t, dir, fmt.Sprint("settings ", i)); v.Rows() != 1 {
			t.Fatalf("the newest of %d is not read", i+1)
		}
	}
	if left, err := os.ReadDir(filepath.Join(dir, "ahead", "sources")); err != nil || len(left) > cacheFiles/2 {
		t.Errorf("%d files, %v", len(left), err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all = append(all, path+"="+string(data))
		return err
	}))
	return strings.Join(all, "\n")
}

func TestALaterAnswerOfAnotherProcessStands(t *testing.T) {
	dir := t.TempDir()
	down := false
	s := &fake{name: "s", say: func(context.Context, int) ([]gitops.Deployment, error) {
		if down {
			return nil, errors.New("down")
		}
		return []gitops.Deployment{row(1)}, nil
	}}
	screen, c := open(t, Options{GitDir: dir, Key: "k"}, s)
	refresh(t, screen, false)
	c.pass(time.Hour)
	command, _ := open(t, Options{GitDir: dir, Key: "k", Now: c.Now}, says("s", row(2)))
	refresh(t, command, false)
	// The screen cannot reach it any more: its own rows are older.
	down = true
	c.pass(time.Minute)
	refresh(t, screen, false)
	v := reread(t, dir, "k")
	if got := stateOf(t, v, "s"); v.Lists[0][0].Commit != commit(2) || !got.AnsweredAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v of %+v", got, v.Lists)
	}
}

func TestAMomentThatAnotherProcessWasToldStands(t *testing.T) {
	dir := t.TempDir()
	limited, _ := open(t, Options{GitDir: dir, Key: "k"}, fails("s", retryError{noon.Add(time.Hour)}))
	down := fails("s", errors.New("down"))
	screen, c := open(t, Options{GitDir: dir, Key: "k"}, down)
	refresh(t, screen, false)
	refresh(t, limited, false)
	c.pass(time.Minute)
	refresh(t, screen, false)
	if down.count() != 2 {
		t.Fatalf("asked %d times", down.count())
	}
	third := says("s", row(1))
	f, _ := open(t, Options{GitDir: dir, Key: "k", Now: c.Now}, third)
	refresh(t, f, true)
	if third.count() != 0 {
		t.Error("asked before the moment that the source named")
	}
	// An answer lifts it.
	well, _ := open(t, Options{GitDir: dir, Key: "other", Now: c.Now}, third)
	refresh(t, well, true)
	if third.count() != 1 {
		t.Errorf("asked %d times", third.count())
	}
}

func TestManyProcessesWriteOneCache(t *testing.T) {
	dir := t.TempDir()
	kept(t, dir)
	done := make(chan View)
	const processes = 8
	for i := range processes {
		go func() {
			var v View
			for n := range 10 {
				f := New(Options{GitDir: dir, Key: "remote", Now: func() time.Time { return noon }, Find: func(context.Context) Found {
					return Found{Sources: []deploy.Source{says("Git Hub/../", row(10*i+n))}}
				}})
				_ = f.Refresh(context.Background(), false)
				v = f.View()
				if len(v.Notices) > 0 {
					break
				}
				f.Close()
			}
			done <- v
		}()
	}
	for range processes {
		if v := <-done; len(v.Notices) > 0 || v.Rows() != 1 {
			t.Errorf("%+v", v)
		}
	}
	if left, err := os.ReadDir(filepath.Join(dir, "ahead", "sources")); err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestWhatACrashLeftGoes(t *testing.T) {
	dir := t.TempDir()
	file := kept(t, dir)
	crashed, written := file+".OLD"+partSuffix, file+".NEW"+partSuffix
	for path, at := range map[string]time.Time{crashed: noon.Add(-2 * partFor), written: noon} {
		must(t, os.WriteFile(path, []byte("half"), 0o600))
		must(t, os.Chtimes(path, at, at))
	}
	f, _ := open(t, Options{GitDir: dir, Key: "remote"}, says("s", row(1)))
	refresh(t, f, false)
	if _, err := os.Lstat(crashed); !errors.Is(err, fs.ErrNotExist) {
		t.Error("it is still there", err)
	}
	if _, err := os.Lstat(written); err != nil {
		t.Error("somebody is writing it:", err)
	}
}

func TestWithoutANetworkTheOrderOfBeliefStands(t *testing.T) {
	dir := t.TempDir()
	f, _ := open(t, Options{GitDir: dir, Key: "k"}, says("zebra", row(1)), says("ape", row(2)))
	refresh(t, f, false)
	if v := reread(t, dir, "k"); len(v.States) != 2 || v.States[0].Name != "zebra" || v.Lists[0][0].Commit != commit(1) {
		t.Errorf("%+v", v.States)
	}
}

func TestTablesThatAreNotUnderstoodAreSaidWithoutANetwork(t *testing.T) {
	bad := []gitops.SourceState{{Name: "bad", Condition: gitops.SourceIdle}}
	f, _ := open(t, Options{Idle: bad, Offline: true})
	if v := f.View(); len(v.States) != 1 || v.States[0].Name != "bad" {
		t.Errorf("%+v", v.States)
	}
	f, _ = open(t, Options{Idle: bad}, says("s", row(1)))
	if v := refresh(t, f, false); len(v.States) != 1 || v.States[0].Name != "s" {
		t.Errorf("found, and %+v", v.States)
	}
}

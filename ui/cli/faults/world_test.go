package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ahead/gitops/gittest"
)

// world is a small company: a remote, a person's checkout, colleagues, and
// whatever lies between them.
type world struct {
	t      *testing.T
	mine   *gittest.Repo
	origin *gittest.Bare
	// suspect is the commit to revert, tip the branch before anything happens.
	suspect, tip string
	// extra is added to the environment of the program.
	extra []string
	// wrap changes how the program is started.
	wrap func(argv []string) []string
	// base is what the remote has to hold if nothing of ours arrives.
	base map[string]string
	// untouched is the checkout before the program ran.
	untouched string
	// own is a tag that only the person has, and keeps.
	own string
	// may names what else of the checkout a fault changes by itself.
	may   []string
	proxy *proxy
	ssh   *sshServer
	web   *webServer
	// gate is one that stopped something on its way.
	gate *gate
	// serverWrap changes how servers are started.
	serverWrap atomic.Pointer[func(argv []string) []string]
	// run is the program while a cell holds it up.
	run *process
}

// The names that every cell is about.
const (
	branch  = "main"
	release = "v1.1.1"
)

func story(n int, change map[int]string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		line, ok := change[i]
		if !ok {
			line = fmt.Sprintf("line %d", i)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// template is a world that every cell gets a copy of: making one takes longer
// than most cells.
var template = sync.OnceValue(func() *world {
	w := &world{mine: gittest.New(always)}
	w.mine.Commit("Open the shop\n", map[string]string{
		"app/price.go": story(40, nil), "app/search.go": story(20, nil), "README": "shop\n",
	})
	w.mine.AnnotatedTag("v1.0.0")
	w.suspect = w.mine.Commit("Round totals per line\n", map[string]string{"app/price.go": story(40, map[int]string{5: "rounded"})}).String()
	w.mine.AnnotatedTag("v1.1.0")
	w.tip = w.mine.Commit("Update banner\n", map[string]string{"app/price.go": story(40, map[int]string{5: "rounded", 30: "banner"})}).String()
	w.origin = w.mine.WithRemote()
	return w
})

// always ends with the package's tests and not with one of them.
var always = &forever{}

type forever struct{ cleanups []func() }

func (*forever) Helper()                           {}
func (*forever) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (f *forever) Cleanup(c func())                { f.cleanups = append(f.cleanups, c) }

func (f *forever) end() {
	for _, c := range f.cleanups {
		c()
	}
}

// newWorld copies the template; the remote is reached through file://.
func newWorld(t *testing.T) *world {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("hooks, signals and pipes as Linux has them")
	}
	from := template()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(root, os.DirFS(filepath.Dir(from.mine.Dir))); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, suspect: from.suspect, tip: from.tip}
	w.mine = gittest.Open(t, filepath.Join(root, filepath.Base(from.mine.Dir)))
	w.origin = &gittest.Bare{Repo: gittest.Open(t, filepath.Join(root, filepath.Base(from.origin.Dir)))}
	w.remote("file://" + w.origin.Dir)
	// A copy has other times and inodes than the index says.
	w.mine.Git("update-index", "-q", "--refresh")
	return w
}

// remote says where origin is.
func (w *world) remote(url string) {
	w.t.Helper()
	w.mine.Git("remote", "set-url", "origin", url)
}

// steering are variables of the person who runs the tests that would lead
// somewhere else.
var steering = []string{"AHEAD_", "SSH_", "GPG_", "DISPLAY=", "NO_COLOR=", "http_proxy=", "https_proxy=", "all_proxy=", "HTTP_PROXY=", "HTTPS_PROXY=", "ALL_PROXY=", "GITHUB_", "GITLAB_", "GH_", "CI="}

// env is the environment of the program.
func (w *world) env() []string {
	var env []string
	for _, kv := range w.mine.Env() {
		steers := false
		for _, s := range steering {
			steers = steers || strings.HasPrefix(kv, s)
		}
		if !steers {
			env = append(env, kv)
		}
	}
	return append(append(env, "SSH_ASKPASS_REQUIRE=never", "no_proxy=*"), w.extra...)
}

// revert is the command of every cell.
func (w *world) revert(more ...string) []string {
	return append([]string{"revert", w.suspect, "--reason", "totals are off"}, more...)
}

// colleague is somebody else's clone with a commit that is not pushed yet.
func (w *world) colleague() *gittest.Repo {
	w.t.Helper()
	c := w.origin.Clone()
	c.Git("config", "user.name", "Grace Okoro")
	c.Git("config", "user.email", "grace@example.com")
	c.Commit("Reward garden orders\n", map[string]string{"app/garden.go": "reward\n"})
	return c
}

// willMove says that a colleague, and not the program, will move a ref.
func (w *world) willMove(ref, to string) {
	if to == "" {
		delete(w.base, ref)
		return
	}
	w.base[ref] = to
}

// refs gives a repository's refs, as a map from name to object.
func refs(r *gittest.Repo) map[string]string {
	held := map[string]string{}
	for _, line := range strings.Split(r.Git("for-each-ref", "--format=%(refname) %(objectname)"), "\n") {
		if name, id, ok := strings.Cut(line, " "); ok {
			held[name] = id
		}
	}
	return held
}

// checkout describes all of the person's repository that publishing must not
// touch.
func (w *world) checkout() string {
	w.t.Helper()
	return w.mine.Fingerprint(append([]string{
		".git/refs/remotes", ".git/logs/refs/remotes", ".git/refs/tags", ".git/packed-refs",
	}, w.may...)...)
}

// write puts an executable file somewhere.
func (w *world) write(path, text string) string {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// room is the folder that holds all of this world.
func (w *world) room(name string) string { return filepath.Join(filepath.Dir(w.origin.Dir), name) }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

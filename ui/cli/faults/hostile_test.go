package faults

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// hostile is a world whose base is taken.
func hostile(t *testing.T) *world {
	t.Parallel()
	w := newWorld(t)
	w.base = refs(w.origin.Repo)
	return w
}

// pwned is a file that commands of an attacker would make.
func (w *world) pwned() string { return w.room("pwned") }

func (w *world) nothingRan() {
	w.t.Helper()
	if _, err := os.Lstat(w.pwned()); err == nil {
		w.t.Error("a command of somebody else was run")
	}
}

// looks are the commands that only look.
func (w *world) looks() [][]string {
	return [][]string{
		{"list", "--no-fetch", "--verdicts"}, {"list"}, {"plan", w.suspect}, w.revert("--dry-run"), {"resume", "--list"}, {"doctor"},
	}
}

// evil is a server that nobody may talk to.
func evil(t *testing.T) (url string, asked *atomic.Int32) {
	asked = new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		asked.Add(1)
		out.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
		http.Error(out, "who are you?", http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	return server.URL, asked
}

// TestHostileNames gives names that look like options, and like shell text.
func TestHostileNames(t *testing.T) {
	w := hostile(t)
	inject := "--upload-pack=touch " + w.pwned()
	for _, args := range [][]string{
		w.revert("--yes", "--tag=-f"), w.revert("--yes", "--tag="+inject), w.revert("--yes", "--branch="+inject), w.revert("--yes", "--remote="+inject),
		w.revert("--yes", "--remote=ext::sh -c touch% "+w.pwned()),
		{"revert", "--reason", "x", "--yes", "--", "--upload-pack=" + w.pwned()},
		{"plan", "--", "-n"},
		{"resume", "--", "--exec=x"},
		{"resume", "../../../etc/passwd"},
	} {
		if r := w.ahead(args...); r.exit == 0 || !sentence.MatchString(r.err) {
			t.Errorf("%q: exit %d\n%s", args, r.exit, r.said())
		}
	}
	w.nothingRan()
	w.holds(nothing)
}

// TestHostileRefs puts odd names on the remote: they are data, and no more.
func TestHostileRefs(t *testing.T) {
	w := hostile(t)
	for _, name := range []string{
		"heads/-evil", "tags/-d", "tags/v1.0.5$(touch${IFS}" + filepath.Base(w.pwned()) + ")", "tags/v1;reboot", "tags/`id`", "tags/v\xff\xfe", "tags/v1.\u202e9", "tags/'\"", "heads/HEAD",
	} {
		w.origin.Git("update-ref", "refs/"+name, w.suspect)
		w.willMove("refs/"+name, w.suspect)
	}
	for _, args := range w.looks() {
		if r := w.ahead(args...); r.exit != 0 {
			t.Errorf("%q: exit %d\n%s", args, r.exit, r.said())
		}
	}
	if r := w.ahead(w.revert("--yes")...); r.exit != 0 {
		t.Errorf("exit %d\n%s", r.exit, r.said())
	}
	w.holds(both)
	w.nothingRan()
}

// TestHostileAmbiguousTag: git itself takes no destination that a tag of the
// remote can be meant by, too. Then nothing is sent, and git's words are shown.
func TestHostileAmbiguousTag(t *testing.T) {
	w := hostile(t)
	w.origin.Git("update-ref", "refs/tags/refs/heads/main", w.suspect)
	w.willMove("refs/tags/refs/heads/main", w.suspect)
	r := w.ahead(w.revert("--yes")...)
	if r.exit != 1 || !strings.Contains(r.err, "matches more than one") {
		t.Errorf("exit %d\n%s", r.exit, r.said())
	}
	w.holds(nothing)
	w.opens("")
}

// TestHostileBranch publishes to a branch whose name begins with a dash.
func TestHostileBranch(t *testing.T) {
	w := hostile(t)
	w.origin.Git("update-ref", "refs/heads/-f", w.tip)
	if r := w.ahead(w.revert("--yes", "--branch=-f", "--no-tag")...); r.exit != 0 {
		t.Fatalf("exit %d\n%s", r.exit, r.said())
	}
	now := refs(w.origin.Repo)
	if w.ours(now["refs/heads/-f"], w.tip) == "" || now["refs/heads/main"] != w.tip {
		t.Errorf("%v", now)
	}
}

// TestHostileSettings: the repository's own file may neither run a command nor
// name a host, whatever kind of file it is.
func TestHostileSettings(t *testing.T) {
	url, asked := evil(t)
	for name, put := range map[string]func(w *world, path string){
		"keys": func(w *world, path string) {
			w.write(path, "health = \""+url+"\"\nremote = \""+url+"\"\nforges = \"127.0.0.1=gitlab\"\ncommand = \"touch "+w.pwned()+
				"\"\ntoken = \"$GITHUB_TOKEN\"\nhook = \"touch "+w.pwned()+"\"\n[deploy]\ncommand = \"touch "+w.pwned()+"\"\n")
		},
		"escapes": func(w *world, path string) { w.write(path, "\"\x1b]0;owned\x07\u202e\" = \"x\"\nbranch = 1\n") },
		"a link":  func(w *world, path string) { w.must(os.Symlink("/etc/passwd", path)) },
		"a pipe":  func(w *world, path string) { w.must(syscall.Mkfifo(path, 0o644)) },
		"a device": func(w *world, path string) {
			if err := syscall.Mknod(path, syscall.S_IFCHR|0o666, 1<<8|5); err != nil {
				w.t.Skipf("devices need root: %v", err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := hostile(t)
			w.extra = append(w.extra, "GITHUB_TOKEN=ghp_faultsuite")
			put(w, w.mine.Path(".ahead.toml"))
			for _, args := range w.looks() {
				if r := w.ahead(args...); r.exit != 0 {
					t.Errorf("%q: exit %d\n%s", args, r.exit, r.said())
				}
			}
			r := w.ahead(w.revert("--yes")...)
			if r.exit != 0 || name == "keys" && !strings.Contains(r.err, "remote of the repository's .ahead.toml is ignored") {
				t.Errorf("exit %d\n%s", r.exit, r.said())
			}
			w.holds(both)
			w.nothingRan()
			if asked.Load() > 0 {
				t.Error("a host that the repository named was asked")
			}
		})
	}
}

// TestHostileRedirect sends git elsewhere: the password stays with its host.
func TestHostileRedirect(t *testing.T) {
	w := hostile(t)
	w.overWeb()
	w.remote(strings.Replace(w.mine.Git("remote", "get-url", "origin"), "http://", "http://ada:hunter2@", 1))
	var got atomic.Pointer[string]
	thief := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		if h := in.Header.Get("Authorization"); h != "" {
			got.Store(&h)
		}
		out.Header().Set("WWW-Authenticate", `Basic realm="shop"`)
		http.Error(out, "who are you?", http.StatusUnauthorized)
	}))
	t.Cleanup(thief.Close)
	w.web.answers(func(out http.ResponseWriter, in *http.Request) bool {
		// As localhost it is another host than 127.0.0.1, and not only a port.
		http.Redirect(out, in, strings.Replace(thief.URL, "127.0.0.1", "localhost", 1)+in.URL.RequestURI(), http.StatusFound)
		return true
	})
	if r := w.ahead(w.revert("--yes")...); r.exit != 1 {
		t.Errorf("exit %d\n%s", r.exit, r.said())
	}
	if h := got.Load(); h != nil {
		t.Errorf("another host was sent %q", *h)
	}
	w.holds(nothing)
}

// TestHostileText: what commits, authors and tags say is shown and not obeyed.
func TestHostileText(t *testing.T) {
	w := hostile(t)
	bad := "\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\ \x1b]52;c;b3duZWQ=\x07\x1b[2J \u009b31m \u202edesrever\u2066 \u200bhidden \x7f\x08\r✓ shipped"
	w.mine.Git("config", "user.name", "nobody")
	w.mine.As("Eve "+bad, "eve\x1b[1m@example.com")
	commit := w.mine.Commit("Subject "+bad+"\n\nBody "+bad+"\n", map[string]string{"evil\x1b[31m\u202e.txt": bad + "\n"}).String()
	w.mine.Git("push", "-q", "origin", "main")
	w.mine.As("Ada Example", "ada@example.com")
	w.suspect = commit
	for _, args := range append(w.looks(), w.revert("--yes")) {
		if r := w.ahead(args...); r.exit != 0 {
			t.Errorf("%q: exit %d\n%s", args, r.exit, r.said())
		}
	}
}

// TestHostileImitation: no line of a server's can be taken for one of ours.
func TestHostileImitation(t *testing.T) {
	w := hostile(t)
	w.origin.Hook("pre-receive", escapes+"exit 1")
	r := w.ahead(w.revert("--yes")...)
	for _, line := range strings.Split(r.said(), "\n") {
		if strings.HasPrefix(line, "ahead: shipped") || strings.HasPrefix(line, "✓ verify") || strings.HasPrefix(line, "shipped") {
			t.Errorf("the server's line %q looks like ours", line)
		}
	}
	if r.exit != 6 || !strings.Contains(r.err, "| ") {
		t.Errorf("exit %d\n%s", r.exit, r.said())
	}
}

// TestSecretsStayHidden looks through every way of printing.
func TestSecretsStayHidden(t *testing.T) {
	w := hostile(t)
	w.overWeb()
	w.withUser()
	w.remote(strings.Replace(w.mine.Git("remote", "get-url", "origin"), "http://", "http://ada:hunter2@", 1))
	w.extra = append(w.extra, "GITHUB_TOKEN=ghp_faultsuite", "GITLAB_TOKEN=ghp_faultsuite")
	for _, args := range w.looks() {
		w.ahead(args...)
		w.ahead(append([]string{"--json"}, args...)...)
	}
	w.origin.Hook("pre-receive", "echo see http://ada:hunter2@host/x?token=hunter2 >&2; exit 1")
	if r := w.ahead(w.revert("--yes")...); r.exit != 6 {
		t.Errorf("exit %d\n%s", r.exit, r.said())
	}
	w.origin.Hook("pre-receive", "exit 0")
	r := w.proxy.strike(answerPlace.rule(cut, true))
	if got := w.ahead(w.revert("--yes", "--json")...); got.exit != 7 {
		t.Errorf("exit %d\n%s", got.exit, got.said())
	}
	r.reached(t)
	w.opens("interrupted")
	if got := w.ahead("resume"); got.exit != 7 {
		t.Errorf("exit %d\n%s", got.exit, got.said())
	}
	// What listens there after a server is gone is nobody we know.
	if c, err := net.Dial("tcp", w.proxy.addr()); err == nil {
		_ = c.Close()
	}
}

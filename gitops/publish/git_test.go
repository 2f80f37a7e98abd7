package publish

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Version{
		"git version 2.39.5":                 {2, 39, 5},
		"git version 2.39.5 (Apple Git-154)": {2, 39, 5},
		"git version 2.45.1.windows.1":       {2, 45, 1},
		"git version 2.46.0.rc1.3.gabc":      {2, 46, 0},
		"git version 2.50\n":                 {2, 50, 0},
		"git version 3.0.GIT":                {3, 0, 0},
	} {
		if got, ok := parseVersion(text); !ok || got != want {
			t.Errorf("%q: %v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "git", "git version", "git version x.y", "hub version 2.3.4", "git version 2.x"} {
		if got, ok := parseVersion(text); ok {
			t.Errorf("%q: %v", text, got)
		}
	}
	if (Version{2, 37, 9}).AtLeast(minVersion) || !(Version{3, 0, 0}).AtLeast(minVersion) || !(Version{2, 38, 0}).AtLeast(minVersion) {
		t.Error("order")
	}
}

func TestNewGitRefuses(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	old := filepath.Join(t.TempDir(), "git")
	write(t, old, "#!/bin/sh\necho git version 2.37.4\n", 0o755)
	odd := filepath.Join(t.TempDir(), "git")
	write(t, odd, "#!/bin/sh\necho I am not\n", 0o755)
	env := slices.Clip(r.Env())
	long := t.TempDir()
	r.Git("init", "-q", "--object-format=sha256", long)
	foreign := gittest.New(t)
	trusting := append(env, "GIT_TEST_ASSUME_DIFFERENT_OWNER=1")
	for name, c := range map[string]struct {
		dir  string
		opts Options
		code gitops.Code
	}{
		"missing":     {r.Dir, Options{Env: append(env, "PATH=/nowhere:relative:")}, gitops.CodeGitMissing},
		"gone":        {r.Dir, Options{Env: env, Program: "/nowhere/git"}, gitops.CodeGitMissing},
		"old":         {r.Dir, Options{Env: env, Program: old}, gitops.CodeGitTooOld},
		"old on path": {r.Dir, Options{Env: append(env, "PATH="+filepath.Dir(old))}, gitops.CodeGitTooOld},
		"not git":     {r.Dir, Options{Env: env, Program: odd}, gitops.CodeGitMissing},
		"no repo":     {t.TempDir(), Options{Env: env}, gitops.CodeNotARepository},
		"sha256":      {long, Options{Env: env}, gitops.CodeUnsupported},
		"foreign":     {foreign.Dir, Options{Env: trusting}, gitops.CodeUnsafeRepository},
		"no folder":   {r.Path("none"), Options{Env: env}, gitops.CodeNotARepository},
	} {
		_, err := NewGit(c.dir, c.opts)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		wantCode(t, err, c.code)
	}
}

// TestForeignVariables: started from a hook, everything still goes to the
// repository that was asked for.
func TestForeignVariables(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := gittest.New(t)
	other.Commit("Other\n", map[string]string{"x": "y"})
	before := other.Fingerprint()
	g := w.git(w.mine, func(o *Options) {
		o.Env = append(o.Env, "GIT_DIR="+other.GitDir(), "GIT_WORK_TREE="+other.Dir, "GIT_INDEX_FILE="+other.Path(".git", "index"),
			"GIT_OBJECT_DIRECTORY="+other.Path(".git", "objects"), "GIT_NAMESPACE=x", "GIT_COMMON_DIR="+other.GitDir())
	})
	p := w.plan(w.bad)
	w.readBack(p, w.ship(g, p))
	if other.Fingerprint() != before {
		t.Error("the other repository changed")
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"unable to access 'https://ada:s3cret@example.com/x.git/'": "unable to access 'https://***@example.com/x.git/'",
		"https://ghp_token@github.com/x":                           "https://***@github.com/x",
		"HTTPS://a:b@c@host/x and http://u:p@h":                    "HTTPS://***@host/x and http://***@h",
		"ssh://git@example.com/x":                                  "ssh://git@example.com/x",
		"ssh://git:pw@example.com:22/x":                            "ssh://git:***@example.com:22/x",
		"git@example.com:x/y.git":                                  "git@example.com:x/y.git",
		"https://example.com/@scope/x":                             "https://example.com/@scope/x",
		"https://h/x?a=1&private_token=abc&b=2":                    "https://h/x?a=1&private_token=***&b=2",
		"=> Send header: Authorization: Basic abc=":                "=> Send header: Authorization: Basic ***",
		"PRIVATE-TOKEN: glpat-1":                                   "PRIVATE-TOKEN: ***",
		"mail ada@example.com":                                     "mail ada@example.com",
		"ext::https://u:p@h/x":                                     "ext::https://***@h/x",
	} {
		if got := redact(text); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}

func TestRedactProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := "S3" + rapid.StringMatching(`[A-Za-z0-9%:+._~!$&*=-]{4,20}`).Draw(t, "secret") + "Z"
		before := rapid.String().Draw(t, "before")
		scheme := rapid.SampledFrom([]string{"http", "https", "HTTPS"}).Draw(t, "scheme")
		text := before + " " + scheme + "://user:" + secret + "@host/path " + before
		if strings.Contains(redact(text), secret) {
			t.Fatalf("%q", redact(text))
		}
	})
}

// TestSecretsStayIn has a hook print the address that git hands to it.
func TestSecretsStayIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("config", "url."+w.origin.Dir+".insteadOf", "https://ada:hunter2@example.invalid/shop")
	w.mine.Git("remote", "set-url", "origin", "https://ada:hunter2@example.invalid/shop")
	w.mine.Hook("pre-push", `echo "pushing to https://ada:hunter2@example.invalid/shop" | tee /dev/stderr; exit 1`)
	r, err := w.refused(w.git(w.mine), w.plan(w.bad), gitops.CodeRejected)
	if all := err.Error() + detailOf(err) + steps(r); strings.Contains(all, "hunter2") || !strings.Contains(all, "pushing to https://***@") {
		t.Errorf("%s", all)
	}
}

func TestBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := 2 * rapid.IntRange(1, 20).Draw(t, "limit")
		b := &bounded{limit: limit}
		var all string
		for _, part := range rapid.SliceOf(rapid.StringN(0, 30, 30)).Draw(t, "parts") {
			if n, err := b.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatal(n, err)
			}
			all += part
		}
		got := b.String()
		if len(all) <= limit && got != all {
			t.Fatalf("%q, want %q", got, all)
		}
		if len(all) > limit && (!strings.HasPrefix(got, all[:limit/2]) || !strings.HasSuffix(got, all[len(all)-limit/2:]) || len(got) > limit+40) {
			t.Fatalf("%q of %q", got, all)
		}
	})
}

// TestEndlessStderr: what git says is bounded, and both ends of it are kept.
func TestEndlessStderr(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Hook("pre-push", `echo the beginning >&2; head -c 3000000 /dev/zero | tr '\0' x | tee /dev/stderr; echo the end >&2; exit 1`)
	_, err := w.refused(w.git(w.mine), w.plan(w.bad), gitops.CodeRejected)
	d := detailOf(err)
	if len(d) > 2*stderrLimit+200 || !strings.Contains(d, "the beginning") || !strings.Contains(d, "the end") {
		t.Errorf("%d bytes", len(d))
	}
}

// TestPack lets git read objects of every kind, and of the sizes at which an
// entry's header grows.
func TestPack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.git(w.mine)
	var objects []gitops.Object
	for _, size := range []int{0, 1, 15, 16, 17, 2047, 2048, 2049, 262143, 262144, 262145} {
		objects = append(objects, gitops.NewObject(gitops.KindBlob, []byte(strings.Repeat("z", size))))
	}
	objects = append(objects,
		gitops.NewObject(gitops.KindTree, gitops.EncodeTree([]gitops.TreeEntry{{Name: "x", Mode: gitops.ModeFile, Hash: objects[0].Hash}})),
		gitops.NewObject(gitops.KindTree, nil),
		gitops.NewObject(gitops.KindTag, []byte("object "+w.tip.String()+"\ntype commit\ntag x\ntagger a <a> 0 +0000\n\nx\n")),
		mergeCommits(gitops.EmptyTree, gitops.EmptyTree, gitops.EmptyTree)[0],
	)
	if err := g.store(context.Background(), append(objects, objects...), nil); err != nil {
		t.Fatal(err)
	}
	ids := make([]gitops.Hash, len(objects))
	for i, o := range objects {
		ids[i] = o.Hash
	}
	back, err := g.readObjects(context.Background(), ids, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range back {
		if back[i].Kind != objects[i].Kind || string(back[i].Data) != string(objects[i].Data) {
			t.Errorf("object %d differs", i)
		}
	}
	if out := w.mine.Git("fsck", "--no-dangling"); out != "" {
		t.Error(out)
	}
	if _, err := g.readObjects(context.Background(), []gitops.Hash{{1}}, nil); !errors.Is(err, gitops.ErrMissing) {
		t.Errorf("%v", err)
	}
	if _, err := encodePack([]gitops.Object{{Kind: "odd"}}); err == nil {
		t.Error("packed an odd object")
	}
}

// TestPackEntryHeader reads headers back as gitformat-pack describes them.
func TestPackEntryHeader(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kind, size := rapid.ByteRange(1, 4).Draw(t, "kind"), rapid.IntRange(0, 1<<40).Draw(t, "size")
		head := packEntryHeader(kind, size)
		got, shift := int(head[0]&0x0f), 4
		for i, b := range head {
			if more := b&0x80 != 0; more != (i < len(head)-1) {
				t.Fatalf("%x: byte %d", head, i)
			}
			if i > 0 {
				got |= int(b&0x7f) << shift
				shift += 7
			}
		}
		if got != size || head[0]>>4&7 != kind {
			t.Fatalf("%x is %d %d", head, head[0]>>4&7, got)
		}
	})
}

// TestManyObjects takes the other road: a pack that is kept.
func TestManyObjects(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	g, err := NewGit(r.Dir, Options{Env: r.Env()})
	if err != nil {
		t.Fatal(err)
	}
	var objects []gitops.Object
	for i := range looseObjects + 1 {
		objects = append(objects, gitops.NewObject(gitops.KindBlob, []byte{byte(i), byte(i >> 8)}))
	}
	if err := g.store(context.Background(), objects, nil); err != nil {
		t.Fatal(err)
	}
	packs, _ := filepath.Glob(r.Path(".git", "objects", "pack", "*.pack"))
	if len(packs) != 1 {
		t.Errorf("packs %v", packs)
	}
}

// TestDeadline: a git that hangs, and its children, are ended.
func TestDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pid := w.mine.Path("..", "pid")
	hang := filepath.Join(t.TempDir(), "hang")
	write(t, hang, "#!/bin/sh\ntrap '' TERM\necho $$ > "+pid+"\nwhile :; do sleep 600; done\n", 0o755)
	w.mine.Git("config", "remote.origin.uploadpack", hang)
	g := w.git(w.mine, func(o *Options) { o.Timeout = 2 * time.Second })
	_, err := g.Fetch(context.Background(), "origin", "main")
	wantCode(t, err, gitops.CodeRemoteUnreached)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	wantGone(t, pid)
}

// TestNoTerminal: nothing that git starts can ask the person anything, although
// this process has a terminal. It has one only in a second run, on a pty.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	const name, mark = "AHEAD_TEST_TERMINAL", "open: none"
	if os.Getenv(name) == "" {
		again := exec.Command(os.Args[0], "-test.run=^TestNoTerminal$", "-test.v")
		again.Env = append(os.Environ(), name+"=1")
		terminal, err := pty.Start(again)
		if err != nil {
			t.Skipf("no pty: %v", err)
		}
		out, _ := io.ReadAll(terminal) // ends in EIO on some systems
		if err := again.Wait(); err != nil || !strings.Contains(string(out), "own terminal: yes") || !strings.Contains(string(out), mark) {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	if tty, err := os.Open("/dev/tty"); err == nil {
		_ = tty.Close()
		t.Log("own terminal: yes")
	}
	w := newWorld(t)
	out := w.mine.Path("..", "tty")
	w.mine.Hook("pre-push", `{ ( : </dev/tty ) 2>/dev/null && echo open: yes || echo `+mark+`; printenv GIT_TERMINAL_PROMPT LC_ALL GIT_OPTIONAL_LOCKS; } > `+out)
	w.ship(w.git(w.mine), w.plan(w.bad))
	text, err := os.ReadFile(out)
	if err != nil || string(text) != mark+"\n0\nC\n0\n" {
		t.Errorf("%q %v", text, err)
	}
	t.Log(string(text))
}

func TestTransport(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"git@host:x/y": "ssh", "ssh://git@host/x": "ssh", "git+ssh://h/x": "ssh", "host:x": "ssh",
		"https://h/x": "http", "http://h/x": "http", "file:///x": "file", "/x/y": "file", "../x": "file", "./a:b": "file",
		"git://h/x": "other", "ext::sh -c x": "other", "": "other",
	} {
		if got := transport(url); got != want {
			t.Errorf("%q: %s, want %s", url, got, want)
		}
	}
	if got := sshHost("ssh://git:pw@host:22/x"); got != "git:***@host:22" {
		t.Error(got)
	}
	if got := sshHost("git@host:x/y"); got != "git@host" {
		t.Error(got)
	}
	for host, want := range map[string]string{"git@host": "git@host", "git@host:22": "-p 22 git@host", "[::1]": "[::1]", "a@[::1]:22": "-p 22 a@[::1]"} {
		if got := sshWords(host); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}

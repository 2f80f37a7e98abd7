package repo_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/repo"
)

const oddConfig = `# comment
[one]
	plain = value
	spaced =   two  words   ; comment
	quoted = "  kept # not a comment "  
	mixed = a" b "c
	escaped = "tab\tnewline\nquote\"back\\slash"
	continued = first \
   second
	flag
	empty =
	CamelCase = yes
[One "Sub.Section \"x\" \\ y"]
	key = 1
[old.Style]
	key = 2
[one] inline = 3
[remote "team/fork"] url = https://example.com/x ; y
`

// TestConfigReadsLikeGit compares every setting with git config --list.
func TestConfigReadsLikeGit(t *testing.T) {
	r := gittest.New(t)
	path := r.Path(".git/config")
	base := r.Git("config", "--file", path, "--list")
	write(t, path, "\ufeff[core]\r\n\trepositoryformatversion = 0\r\n"+oddConfig)
	opened := open(t, r.Dir)
	want := map[string][]string{}
	for _, item := range strings.Split(r.Git("config", "--file", path, "--null", "--list"), "\x00") {
		if item == "" {
			continue
		}
		key, value, set := strings.Cut(item, "\n")
		if !set {
			value = "true"
		}
		want[key] = append(want[key], value)
	}
	if len(want) < 13 || base == "" {
		t.Fatalf("git reads only %v", want)
	}
	for key, values := range want {
		if got := opened.ConfigAll(key); !reflect.DeepEqual(got, values) {
			t.Errorf("%s: %q, want %q", key, got, values)
		}
	}
	if v, ok := opened.Config("ONE.camelcase"); !ok || v != "yes" {
		t.Errorf("keys are compared with case: %q, %t", v, ok)
	}
	if _, ok := opened.Config("one.none"); ok {
		t.Error("found what is not there")
	}
}

func TestBrokenConfigIsToldWithItsLine(t *testing.T) {
	for _, text := range []string{"[core\n", "[core]\n\tx = \"open\n", "*\n", "[core]\n\t= 1\n", "[core]\n\tx y\n", "[a \"b\n", "[core]\n\tx = \\q\n"} {
		r := gittest.New(t)
		write(t, r.Path(".git/config"), text)
		_, err := repo.Open(ctx, r.Dir)
		wantCode(t, err, gitops.CodeUnsupported, ".git/config")
		if !strings.Contains(err.Error(), "line ") {
			t.Errorf("%q: no line in %v", text, err)
		}
		if out, err := r.TryGit("config", "--list"); err == nil {
			t.Errorf("%q: git reads it: %s", text, out)
		}
	}
}

func TestIncludesAndLayers(t *testing.T) {
	r := gittest.New(t)
	r.Commit("one", nil)
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, "src"), 0o755); err != nil {
		t.Fatal(err)
	}
	r.Git("clone", "--quiet", r.Dir, filepath.Join(home, "src", "copy"))
	write(t, filepath.Join(home, ".gitconfig"), `[user]
	name = Home
	email = home@example.com
[include]
	path = extra
[includeIf "gitdir:`+filepath.Dir(r.Dir)+`/"]
	path = ~/below
[includeIf "gitdir:~/src/"]
	path = home
[includeIf "gitdir:/nowhere/"]
	path = never
[includeIf "onbranch:ma*"]
	path = branch
[includeIf "fancy:x"]
	path = never
[user]
	email = after@example.com
`)
	write(t, filepath.Join(home, "extra"), "[user]\n\tname = Extra\n\temail = extra@example.com\n")
	write(t, filepath.Join(home, "below"), "[x]\n\tbelow = yes\n")
	write(t, filepath.Join(home, "home"), "[x]\n\thome = yes\n")
	write(t, filepath.Join(home, "branch"), "[x]\n\tbranch = yes\n")
	write(t, filepath.Join(home, "never"), "[x]\n\tnever = yes\n")
	write(t, filepath.Join(home, ".config/git/config"), "[user]\n\tname = XDG\n[x]\n\txdg = yes\n")
	vars := map[string]string{
		"HOME": home, "GIT_CONFIG_NOSYSTEM": "true",
		"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "X.Env", "GIT_CONFIG_VALUE_0": "yes",
	}
	r.Git("config", "x.own", "yes")
	opened, err := repo.OpenWith(ctx, r.Dir, environment(os.Getuid(), vars))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	for key, want := range map[string]string{
		"user.name": "Extra", "user.email": "after@example.com", "x.below": "yes", "x.branch": "yes",
		"x.never": "", "x.home": "", "x.xdg": "yes", "x.env": "yes", "x.own": "yes",
	} {
		if got, _ := opened.Config(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	copied, err := repo.OpenWith(ctx, filepath.Join(home, "src", "copy"), environment(os.Getuid(), vars))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = copied.Close() }()
	if _, ok := copied.Config("x.home"); !ok {
		t.Error("include by a folder below home was passed over")
	}
	write(t, filepath.Join(home, "extra"), "[include]\n\tpath = extra\n")
	_, err = repo.OpenWith(ctx, r.Dir, environment(os.Getuid(), vars))
	wantCode(t, err, gitops.CodeUnsupported, "extra")
}

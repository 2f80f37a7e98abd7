package suspect

import (
	"context"
	"slices"
	"strings"
	"testing"

	"ahead/gitops/gittest"
	"ahead/gitops/repo"
)

func TestMain(m *testing.M) { gittest.Main(m) }

func indexOf(t *testing.T, paths ...string) *Index {
	t.Helper()
	r := gittest.New(t)
	files := map[string]string{}
	for _, p := range paths {
		files[p] = "x\n"
	}
	r.Commit("all", files)
	opened, err := repo.Open(context.Background(), r.Dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	c, err := opened.Objects().Commit(r.Head())
	if err != nil {
		t.Fatal(err)
	}
	x, err := NewIndex(context.Background(), opened.Objects(), c.Tree)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestFind(t *testing.T) {
	x := indexOf(
		t, "main.go", "price/table.go", "cart/table.go", "src/main/java/com/acme/Price.java", "src/main/kotlin/Top.kt",
		"a/index.ts", "b/index.ts", "lib/errors.py", "vendor/github.com/x/y.go", "web/src/price.ts", "src/price.ts",
		"services/shop/app/total.py", "app/(shop)/page.tsx", "http/server.go",
		"shop/api/json.py", "src/worker/tasks.py", "tools/requests/api.py", "setup.py",
		"1/x.c", "2/x.c", "3/x.c", "4/x.c", "5/x.c",
	)
	for _, c := range []struct {
		frame Frame
		want  []string
	}{
		{Frame{Path: "/build/w/shop/price/table.go"}, []string{"price/table.go"}},
		{Frame{Path: "price/table.go"}, []string{"price/table.go"}},
		{Frame{Path: "table.go"}, []string{"price/table.go", "cart/table.go"}},
		{Frame{Path: "/elsewhere/table.go"}, nil},
		{Frame{Path: "/build/main.go"}, []string{"main.go"}},
		{Frame{Path: "com/acme/Price.java", packaged: true}, []string{"src/main/java/com/acme/Price.java"}},
		{Frame{Path: "com/acme/Top.kt", packaged: true}, []string{"src/main/kotlin/Top.kt"}},
		{Frame{Path: "index.ts"}, []string{"a/index.ts", "b/index.ts"}},
		{Frame{Path: "/usr/lib/python3/errors.py", Library: true}, nil},
		{Frame{Path: "/app/vendor/github.com/x/y.go", Library: true}, []string{"vendor/github.com/x/y.go"}},
		{Frame{Path: "net/http/server.go", Library: true}, nil},
		{Frame{Path: "src/price.ts"}, []string{"src/price.ts"}},
		{Frame{Path: "/x/web/src/price.ts"}, []string{"web/src/price.ts"}},
		{Frame{Path: "/srv/app/total.py"}, []string{"services/shop/app/total.py"}},
		{Frame{Path: "app/(shop)/page.tsx"}, []string{"app/(shop)/page.tsx"}},
		{Frame{Path: "x.c"}, nil},
		{Frame{Path: "nowhere.go"}, nil},
		{Frame{Path: "/opt/venv/lib/python3.13/site-packages/shop/api/json.py", Library: true}, []string{"shop/api/json.py"}},
		{Frame{Path: "/usr/lib/python3/dist-packages/worker/tasks.py", Library: true}, []string{"src/worker/tasks.py"}},
		{Frame{Path: "/opt/venv/lib/python3.13/site-packages/requests/api.py", Library: true}, nil},
		{Frame{Path: "/opt/venv/lib/python3.13/site-packages/setup.py", Library: true}, nil},
	} {
		got := slices.Clone(x.Find(c.frame))
		slices.Sort(got)
		want := slices.Clone(c.want)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", c.frame.Path, got, want)
		}
	}
}

func TestCompiledFrom(t *testing.T) {
	x := indexOf(t, "src/cart/price.ts", "src/main.ts", "packages/web/src/view.tsx", "lib/plain.ts", "src/kept.ts", "dist/kept.js", "a/index.ts", "b/index.ts")
	for path, want := range map[string]string{
		"/app/dist/cart/price.js":        "src/cart/price.ts",
		"/app/dist/main.js":              "src/main.ts",
		"dist/main.js":                   "src/main.ts",
		"/app/packages/web/dist/view.js": "packages/web/src/view.tsx",
		"/app/lib/plain.mjs":             "lib/plain.ts",
		"/app/src/cart/price.js":         "src/cart/price.ts",
		"/app/dist/other.js":             "",
		"/app/cart/price.py":             "",
	} {
		f, files := x.compiledFrom(Frame{Path: path, Line: 41})
		if got := strings.Join(files, " "); got != want || f.Line != 0 {
			t.Errorf("%s: %q at line %d, want %q", path, got, f.Line, want)
		}
	}
	for _, f := range []Frame{{Path: "/app/dist/main.js", Line: 1}, {Path: "/app/node_modules/x/dist/main.js", Line: 41, Library: true}} {
		if _, files := x.compiledFrom(f); files != nil {
			t.Errorf("%+v: %q", f, files)
		}
	}
}

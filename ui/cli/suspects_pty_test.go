package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahead/gitops/gittest"
)

// TestATracePastedLeadsToTheRevert: two sources that disagree, a trace pasted as
// terminals paste, the culprit first, its revert shipped, and the source that says
// that it is live, all seen by the screen itself.
func TestATracePastedLeadsToTheRevert(t *testing.T) {
	shop := gittest.New(t)
	shop.SetNow(time.Now().Add(-6 * time.Hour))
	shop.Git("config", "user.name", "On Call")
	shop.Git("config", "user.email", "oncall@example.com")
	shop.Commit("Open the shop", map[string]string{"app/total.go": "package app\n\nfunc Total() int {\n\treturn 1\n}\n", "app/cart.go": "package app\n"})
	shop.AnnotatedTag("v1.0.0")
	culprit := shop.Commit("Round totals per line", map[string]string{"app/total.go": "package app\n\nfunc Total() int {\n\treturn lines[3]\n}\n"})
	shop.Commit("Name the cart", map[string]string{"app/cart.go": "package app\n\nvar Cart = 1\n"})
	shop.AnnotatedTag("v1.1.0")
	origin := shop.WithRemote()

	dir := t.TempDir()
	says := func(name string, rows ...string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	row := func(rev, status string, ago time.Duration) string {
		return fmt.Sprintf(`{"commit":%q,"environment":"production","status":%q,"time":%q}`, rev, status, time.Now().Add(-ago).UTC().Format(time.RFC3339))
	}
	v1, v2 := shop.Rev("v1.0.0^{commit}"), shop.Rev("v1.1.0^{commit}")
	says("ci", row(v1.String(), "superseded", 5*time.Hour), row(v2.String(), "live", time.Hour))
	says("rival", row(v2.String(), "failed", time.Hour))
	says("config.toml", "[sources.ci]", `kind = "file"`, fmt.Sprintf("path = %q", filepath.Join(dir, "ci")),
		"[sources.rival]", `kind = "file"`, fmt.Sprintf("path = %q", filepath.Join(dir, "rival")))

	x := start(t, 100, 30, append(shop.Env(), "LC_ALL=C.UTF-8"), shop.Dir, "--config", filepath.Join(dir, "config.toml"))
	x.see("LIVE v1.1.0", "sources disagree on v1.1.0", "ci≠", "ci ci     just now", "ri rival  just now", "q quit")
	x.press("s")
	x.see("WHO WAS IT?")
	x.press("\x1b[200~panic: index out of range\r\n\t/build/shop/app/total.go:4 +0x1d\rqqDR\x1b[201~")
	x.see("3 lines, 1 place in code named", "qqDR")
	x.press("\x13") // ctrl+s
	x.see("SUSPECTS", "sort: suspects", "WHY FIRST", "app/total.go:4", "1 ✓ clean    "+culprit.Short())
	x.press(enter)
	x.see("REVERT "+culprit.Short(), "the same as git's merge")
	x.press("c")
	x.see("SHIP THIS?", " ▸ ")
	x.press("v1.1.1")
	x.see("enter ships it")
	x.press(enter)
	x.see("SHIPPED v1.1.1", "not deployed yet")
	// The pipeline deploys it.
	shipped := origin.Rev("v1.1.1^{commit}")
	says("ci", row(v2.String(), "superseded", time.Hour), row(shipped.String(), "live", 0))
	x.see("v1.1.1 live after")
	x.press(enter)
	x.see("DEPLOYMENTS", "LIVE v1.1.1", "no drift")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
}

// TestARemedyInVainLeadsToTheCulprit: in the drill the wrong commit is taken out first.
// What production says of itself then leads to the right one, since neither our own
// revert nor what it took out is suspected any more.
func TestARemedyInVainLeadsToTheCulprit(t *testing.T) {
	x := start(t, 100, 30, nil, t.TempDir(), "drill", "bad-price-rule", "--seed", "3")
	x.see("PRODUCTION DOWN", "▶  1 ✓ clean    2feb4ed", "dr drill  just now")
	x.press(enter)
	x.see("REVERT 2feb4ed", "the same as git's merge")
	x.press("c")
	x.ships("v1.32.1")
	x.see("v1.32.1 live after", "what it took out was not the cause", "s suspects")
	x.press("s")
	x.see("WHO WAS IT?", "ctrl+p what production says")
	x.press("\x10") // ctrl+p
	x.see("1 TRACE")
	x.press("\x13") // ctrl+s
	x.see("no suspects: the remedy v1.32.1, and 2feb4ed, taken out by it (it began since? s, BEGAN)", "1 ✓ clean    6ccbe2a", "WHY FIRST")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
}

package cli

import (
	"fmt"
	"strings"
	"testing"

	"ahead/gitops/gittest"
)

// partialClone is a clone of shop without contents, beside the remote that has
// them; suspect is the newest commit but one.
func partialClone(t *testing.T) (clone *gittest.Repo, origin *gittest.Bare) {
	t.Helper()
	shop := gittest.New(t)
	var prices strings.Builder
	for i := range 40 {
		fmt.Fprintf(&prices, "price %d\n", i)
	}
	before := prices.String()
	broken := strings.Replace(before, "price 7\n", "price 7, rounded\n", 1)
	shop.Commit("Open the shop", map[string]string{"prices": before, "guide": "one\n"})
	shop.AnnotatedTag("v1.0.0")
	shop.Commit("Round the seventh price", map[string]string{"prices": broken})
	shop.Commit("Change the thirtieth price", map[string]string{"prices": strings.Replace(broken, "price 30\n", "price 31\n", 1)})
	shop.AnnotatedTag("v1.1.0")
	origin = shop.WithRemote()
	origin.Git("config", "uploadpack.allowFilter", "true")
	origin.Git("config", "uploadpack.allowAnySHA1InWant", "true")
	return origin.Clone("--filter=blob:none", "--no-checkout"), origin
}

// lacking counts the objects that a partial clone has not got.
func lacking(r *gittest.Repo) int {
	return strings.Count(r.Git("rev-list", "--objects", "--missing=print", "--all"), "?")
}

// TestMissingObjectsAreFetchedByOneKey: on a real partial clone the preview
// names what is missing and fetches nothing; f lets git fetch it, the plan is
// drawn anew and is clean, and ships.
func TestMissingObjectsAreFetchedByOneKey(t *testing.T) {
	clone, origin := partialClone(t)
	before := lacking(clone)
	if before == 0 {
		t.Fatal("the clone is not partial")
	}
	x := start(t, 100, 30, append(clone.Env(), "LC_ALL=C.UTF-8"), clone.Dir)
	x.see("LATEST RELEASE v1.1.0", "this clone is partial", "Round the seventh price", "? unknown")
	x.press("/seventh" + enter)
	x.see("1/2")
	x.press(enter)
	screen := x.see("✗ no plan", "OBJECTS ARE MISSING HERE", "not in this partial clone", "f lets git fetch them from origin", "nothing is fetched")
	missing := firstMissing(screen)
	if typ, err := clone.At(origin.Dir).TryGit("cat-file", "-t", missing); err != nil || typ != "blob" {
		t.Errorf("named %q as missing, which the remote has as %q (%v)", missing, typ, err)
	}
	if now := lacking(clone); now != before {
		t.Errorf("%d objects were missing, %d are before f", before, now)
	}
	x.press("f")
	x.see("REVERT", "the same as git's merge", "price 7, rounded", "v1.1.1")
	if now := lacking(clone); now >= before {
		t.Errorf("%d objects were missing, %d are after f", before, now)
	}
	x.press("c")
	x.see("SHIP THIS?", " ▸ ")
	x.press("v1.1.1")
	x.see("enter ships it")
	x.press(enter)
	x.see("SHIPPED v1.1.1", "origin holds both")
	x.press("q")
	if code := x.exit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	x.restored()
	prices := origin.Git("show", "v1.1.1:prices")
	if strings.Contains(prices, "rounded") || !strings.Contains(prices, "price 31") {
		t.Errorf("the release holds\n%s", prices)
	}
}

// firstMissing is the id that the screen names.
func firstMissing(screen string) string {
	_, after, _ := strings.Cut(screen, "the first is ")
	id, _, _ := strings.Cut(strings.TrimSpace(after), "\n")
	return strings.TrimSpace(id)
}

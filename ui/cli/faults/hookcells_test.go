package faults

import (
	"os"
	"path/filepath"
	"strings"
)

func mendHooks(w *world) {
	w.must(os.RemoveAll(filepath.Join(w.origin.Dir, "hooks")))
	w.must(os.RemoveAll(filepath.Join(w.mine.GitDir(), "hooks")))
}

// hook puts a script of the server's in place.
func hook(name, script string) func(*world) {
	return func(w *world) { w.origin.Hook(name, script) }
}

// ownHook puts a script of the person's in place.
func ownHook(name, script string) func(*world) {
	return func(w *world) { w.mine.Hook(name, script); w.untouched = "" }
}

// escapes is what a hostile server prints: titles, links, the clipboard, C1
// codes, text that runs backwards, and our own words.
const escapes = `printf 'remote: \033]0;owned\007 \033]8;;http://evil.example\033\\click\033]8;;\033\\ \033]52;c;b3duZWQ=\007 \033[2J \302\23331m \342\200\256desrever\n' >&2
printf 'ahead: shipped v9.9.9 \342\200\224 nothing to do\n\r✓ verify  origin holds both\n' >&2
`

// hookCells are servers, and one person's own hooks, that have a word in it.
func hookCells() []cell {
	refused := func(says ...string) want { return want{exit: 6, says: says, remote: nothing} }
	shipped := func(says ...string) want { return want{exit: 0, says: append(says, "shipped "+release), remote: both} }
	onRef := func(kind string) string {
		return "case $1 in refs/" + kind + "/*) echo no " + kind + " today >&2; exit 1;; esac"
	}
	var cells []cell
	for _, over := range []string{overFile, overGit, overHTTP, overSSH} {
		cells = append(
			cells,
			cell{fault: "pre-receive refuses", over: over, fast: over == overFile, want: refused("deploys are frozen", "rejected the push"), next: ships, set: hook("pre-receive", "echo deploys are frozen >&2; exit 1")},
			cell{fault: "update refuses the branch", over: over, want: refused("no heads today", "nothing was pushed"), next: ships, set: hook("update", onRef("heads"))},
			cell{fault: "update refuses the tag", over: over, fast: over == overFile, want: refused("no tags today", "--no-tag"), next: ships, set: hook("update", onRef("tags"))},
		)
	}
	cells = append(
		cells,
		cell{fault: "update refuses both", want: refused("neither today"), next: ships, set: hook("update", "echo neither today >&2; exit 1")},
		cell{fault: "post-receive fails", want: shipped(), next: finished, set: hook("post-receive", "echo pipeline is down >&2; exit 1")},
		cell{fault: "post-receive ends the server", want: shipped("it arrived although git could not tell"), next: finished, set: hook("post-receive", "kill -9 $PPID")},
		cell{fault: "reference-transaction refuses", want: want{exit: 1, says: []string{"so far holds nothing of it", "refs are locked", "ahead resume"}, remote: nothing, open: "interrupted"}, next: resumes, set: hook("reference-transaction", "cat >/dev/null; [ \"$1\" = prepared ] && { echo refs are locked >&2; exit 1; }; exit 0")},
		cell{fault: "reference-transaction fails after the commit", want: shipped(), next: finished, set: hook("reference-transaction", "cat >/dev/null; [ \"$1\" = committed ] && exit 1; exit 0")},
		cell{fault: "a refusal full of escapes", fast: true, want: refused("rejected the push", "click"), next: ships, set: hook("pre-receive", escapes+"exit 1")},
		cell{fault: "a success full of escapes", want: shipped(), next: finished, set: hook("post-receive", escapes)},
		cell{fault: "a refusal of ten megabytes", want: refused("bytes left out", "the end of it"), next: ships, set: hook("pre-receive", "head -c 10000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo the end of it >&2; exit 1")},
		cell{fault: "a slow pre-receive", want: shipped(), next: finished, set: gated("pre-receive"), play: patient},
		cell{fault: "a slow post-receive", want: shipped(), next: finished, set: gated("post-receive"), play: patient},
		cell{fault: "the own pre-push refuses", step: "push", want: refused("not on my watch", "--no-verify"), next: ships, set: ownHook("pre-push", "echo not on my watch >&2; exit 1")},
		cell{fault: "the own pre-push ends git", step: "push", want: want{exit: 1, says: []string{"ahead resume"}, remote: nothing, open: "interrupted"}, next: resumes, set: ownHook("pre-push", "kill -9 $PPID")},
		cell{fault: "the own pre-push is full of escapes", step: "push", want: refused("click"), next: ships, set: ownHook("pre-push", escapes+"exit 1")},
	)
	for i := range cells {
		if cells[i].over == "" {
			cells[i].over = overFile
		}
		if cells[i].step == "" {
			cells[i].step = "take"
		}
		if strings.HasPrefix(cells[i].fault, "post") || strings.Contains(cells[i].fault, "after the commit") {
			cells[i].step = "answer"
		}
		cells[i].mend = mendHooksAnew
	}
	return cells
}

// mendHooksAnew also looks anew at the checkout, of which hooks are a part.
func mendHooksAnew(w *world) {
	mendHooks(w)
	w.untouched = w.checkout()
}

func gated(name string) func(*world) {
	return func(w *world) {
		w.gate = w.newGate()
		w.origin.Hook(name, w.gate.stop())
	}
}

// patient waits with the program until the hook lets go.
func patient(w *world) result {
	p := w.start(w.revert("--yes")...)
	w.gate.reached()
	w.gate.open()
	return p.wait()
}

package faults

import "ahead/gitops/gittest"

// pushes is the shell text with which a colleague's clone pushes.
func pushes(c *gittest.Repo, refspec string) string {
	return "unset GIT_DIR GIT_CONFIG_COUNT GIT_QUARANTINE_PATH; git -C " + c.Dir + " push -q origin " + refspec + " </dev/null\n"
}

// lands says that the colleague's commit will be the tip.
func lands(w *world, c *gittest.Repo) { w.willMove("refs/heads/"+branch, c.Head().String()) }

// taken says that somebody else has our tag.
func taken(w *world, id string) { w.willMove("refs/tags/"+release, id) }

// colleagueCells are other people who push at the worst moment.
func colleagueCells() []cell {
	moved := want{exit: 6, says: []string{"moved on origin", "nothing was pushed"}, remote: nothing}
	shipped := want{exit: 0, says: []string{"shipped v1.1."}, remote: both}
	var cells []cell
	for _, over := range []string{overFile, overGit, overHTTP, overSSH} {
		cells = append(cells, cell{
			fault: "a colleague pushes between fetch and push", step: "push", over: over, fast: over == overFile, want: moved, next: ships, mend: mendHooksAnew,
			set: func(w *world) {
				c := w.colleague()
				w.mine.Hook("pre-push", pushes(c, branch))
				lands(w, c)
			},
		})
	}
	return append(
		cells,
		cell{
			fault: "a colleague pushes before the answer, which is given again", step: "confirm", over: overFile, fast: true, want: shipped, next: finished,
			play: func(w *world) result {
				a := w.ask(w.revert()...)
				a.see(question, 1)
				c := w.colleague()
				lands(w, c)
				c.Git("push", "-q", "origin", branch)
				a.answer(release)
				a.see("nothing was shipped", 1)
				a.see(question, 2)
				a.answer(release)
				return a.wait()
			},
		},
		cell{
			fault: "a colleague pushes before the answer, which is then no", step: "confirm", over: overFile, want: want{exit: 5, says: []string{"not shipped"}, remote: nothing}, next: ships,
			play: func(w *world) result {
				a := w.ask(w.revert()...)
				a.see(question, 1)
				c := w.colleague()
				lands(w, c)
				c.Git("push", "-q", "origin", branch)
				a.answer(release)
				a.see(question, 2)
				a.answer("no")
				return a.wait()
			},
		},
		cell{
			fault: "a colleague takes the tag before the answer", step: "confirm", over: overFile, want: want{exit: 6, says: []string{`the tag "v1.1.1" is taken`, "next name"}, remote: nothing}, next: ships,
			play: confirmed(func(w *world) {
				w.origin.Git("tag", release, "main~1")
				taken(w, refs(w.origin.Repo)["refs/tags/"+release])
			}),
		},
		cell{
			fault: "a colleague takes the tag between fetch and push", step: "push", over: overFile, want: want{exit: 6, says: []string{`the tag "v1.1.1" is taken`}, remote: nothing}, next: ships, mend: mendHooksAnew,
			set: func(w *world) {
				w.mine.Hook("pre-push", "git --git-dir="+w.origin.Dir+" tag "+release+" main~1")
				taken(w, w.suspect)
			},
		},
		cell{
			fault: "the tag was taken before, and is not here", step: "look", over: overFile, want: shipped, next: finished,
			set: func(w *world) { w.origin.Git("tag", release, "main~1"); taken(w, w.suspect) },
		},
		cell{
			fault: "the branch was rewound between fetch and push", step: "push", over: overFile, want: moved, next: stays,
			set: func(w *world) {
				w.mine.Hook("pre-push", "git --git-dir="+w.origin.Dir+" update-ref refs/heads/main "+w.suspect)
				w.willMove("refs/heads/"+branch, w.suspect)
			},
		},
		// Here the push would be a fast-forward, and bring back what was taken
		// away: nothing but the lease stands against it.
		cell{
			fault: "the branch was rewound before the push reads it", step: "push", over: overGit, next: stays,
			want: want{exit: 5, says: []string{"which does not follow from it; nothing was shipped"}, remote: nothing},
			play: func(w *world) result {
				a := w.ask(w.revert()...)
				a.see(question, 1)
				r := w.proxy.strike(dialPlace.rule(hold, false))
				a.answer(release)
				r.reached(w.t)
				w.origin.Git("update-ref", "refs/heads/main", w.suspect)
				w.willMove("refs/heads/"+branch, w.suspect)
				r.release()
				// It plans again and asks again; the answer is no.
				a.see(question, 2)
				a.answer("no")
				return a.wait()
			},
		},
		cell{
			fault: "a colleague pushes on top before we look", step: "verify", over: overFile, want: want{exit: 0, says: []string{"has moved on", "shipped " + release}, remote: both}, next: finished, mend: mendHooksAnew,
			set: func(w *world) {
				c := w.colleague()
				c.Git("reset", "-q", "--hard", "origin/main")
				w.origin.Hook("post-receive", "[ -e "+w.room("once")+" ] && exit 0; touch "+w.room("once")+"\nunset GIT_DIR GIT_CONFIG_COUNT GIT_QUARANTINE_PATH; cd "+c.Dir+
					" && git pull -q --ff-only origin main && git commit -q --allow-empty -m Meanwhile && git push -q origin main </dev/null\n")
			},
		},
		cell{
			fault: "somebody deletes the tag before we look", step: "verify", over: overFile, want: want{exit: 7, says: []string{"took one of two", "ahead resume"}, remote: branchOnly, open: "interrupted"}, next: resumes, mend: mendHooksAnew,
			set: func(w *world) { w.origin.Hook("post-receive", "git update-ref -d refs/tags/"+release) },
		},
	)
}

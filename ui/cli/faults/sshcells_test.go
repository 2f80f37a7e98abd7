package faults

func mendSSH(w *world) { w.ssh.suffers(sshFault{}) }

// sshCells are what ssh can say no to, and lines that die under it.
func sshCells() []cell {
	unreached := want{exit: 1, says: []string{"cannot be reached", "check the network"}, remote: nothing}
	brokeOff := want{exit: 1, says: []string{"the push broke off", "ahead resume"}, remote: nothing, open: "interrupted"}
	shipped := want{exit: 0, says: []string{"shipped " + release}, remote: both}
	says := func(w want, texts ...string) want { w.says = append(append([]string{}, w.says...), texts...); return w }
	right := func(w *world) { w.useKey("key") }
	cells := []cell{
		{fault: "none", step: "always", fast: true, want: shipped, next: finished},
		{fault: "another host key", step: "look", fast: true, want: says(unreached, "Host key verification failed"), next: stays, set: func(w *world) { w.knowsHost(w.ssh.newHostKeyOf()) }},
		{fault: "a host that is not known", step: "look", want: says(unreached, "Host key verification failed"), next: stays, set: func(w *world) { w.knowsHost(nil) }},
		{fault: "a key that is refused", step: "look", want: says(unreached, "Permission denied"), next: ships, mend: right, set: func(w *world) { w.keygen("other", ""); w.useKey("other") }},
		{fault: "a key with a passphrase and nobody to ask", step: "look", want: says(unreached, "ssh-add"), next: ships, mend: func(w *world) { w.allow("key"); w.useKey("key") }, set: func(w *world) { w.keygen("locked", "hunter2"); w.allow("locked"); w.useKey("locked") }},
		{fault: "a deploy key that may only read", step: "look", want: want{exit: 1, says: []string{"may not write"}, remote: nothing}, next: ships, mend: mendSSH, set: func(w *world) {
			w.ssh.suffers(sshFault{refuses: "\x1b]0;owned\x07ERROR: this key may not write\n"})
		}},
		{fault: "line dead in the pack", step: "push", want: brokeOff, next: resumes, set: func(w *world) { w.ssh.suffers(sshFault{takes: 450}) }, mend: mendSSH},
		{fault: "no answer to the push", step: "answer", want: want{exit: 0, says: []string{"it arrived although git could not tell"}, remote: both}, next: finished, set: func(w *world) { w.ssh.suffers(sshFault{mute: true}) }, mend: mendSSH},
		{fault: "server gone", step: "look", want: unreached, next: ships, set: func(w *world) { w.proxy.down.Store(true) }, mend: mendLine},
		verifyLost(overSSH),
	}
	for i := range cells {
		cells[i].over = overSSH
	}
	return cells
}

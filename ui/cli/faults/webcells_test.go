package faults

import (
	"net/http"
	"strings"
)

func mendWeb(w *world) { w.web.mend(); w.web.wants.Store(nil) }

// webCells are what servers and what stands before them answer over http.
func webCells() []cell {
	unreached := want{exit: 1, says: []string{"cannot be reached", "credential helper"}, remote: nothing}
	brokeOff := want{exit: 1, says: []string{"so far holds nothing of it", "ahead resume"}, remote: nothing, open: "interrupted"}
	shipped := want{exit: 0, says: []string{"shipped " + release}, remote: both}
	cells := []cell{
		{fault: "401 and no password", step: "look", fast: true, want: unreached, next: ships, set: func(w *world) { w.withUser() }},
		{fault: "401 and a wrong password", step: "look", want: unreached, next: ships, set: func(w *world) { w.withUser(); w.knowsPassword("sesame7") }},
		{fault: "401 and the password from a helper", step: "always", fast: true, want: shipped, next: finished, set: func(w *world) { w.withUser(); w.knowsPassword("hunter2") }},
		{fault: "401 and the password in the address", step: "always", want: shipped, next: finished, set: func(w *world) {
			w.withUser()
			w.remote(strings.Replace(w.mine.Git("remote", "get-url", "origin"), "http://", "http://ada:hunter2@", 1))
		}},
		{fault: "a wrong password in the address", step: "look", want: unreached, next: ships, set: func(w *world) {
			w.withUser()
			w.remote(strings.Replace(w.mine.Git("remote", "get-url", "origin"), "http://", "http://ada:sesame7@", 1))
		}},
		{fault: "a login page in place of the server", step: "look", want: want{exit: 1, remote: nothing}, next: ships, set: func(w *world) {
			w.web.refusesAll(http.StatusOK, "text/html", "<html>\x1b]0;log in\x07 to the network")
		}},
		{fault: "500 to everything", step: "look", want: unreached, next: ships, set: func(w *world) { w.web.refusesAll(http.StatusInternalServerError, "text/plain", "oops") }},
		{fault: "404 to everything", step: "look", want: unreached, next: ships, set: func(w *world) { w.web.refusesAll(http.StatusNotFound, "text/plain", "no such thing") }},
		{fault: "403 for pushes", step: "look", want: want{exit: 1, remote: nothing}, next: ships, set: func(w *world) { w.web.refusesPush(http.StatusForbidden, "read only") }},
		{fault: "403 for the push", step: "push", want: brokeOff, next: resumes, play: confirmed(func(w *world) { w.web.refusesPush(http.StatusForbidden, "read only") })},
		{fault: "503 for the push", step: "push", want: brokeOff, next: resumes, play: confirmed(func(w *world) { w.web.refusesPush(http.StatusServiceUnavailable, "later") })},
		{fault: "413 for the pack", step: "push", want: brokeOff, next: resumes, set: func(w *world) {
			w.web.answers(func(out http.ResponseWriter, in *http.Request) bool {
				if in.Method != http.MethodPost || !forPush(in) {
					return false
				}
				http.Error(out, "too large", http.StatusRequestEntityTooLarge)
				return true
			})
		}},
	}
	for i := range cells {
		cells[i].over, cells[i].mend = overHTTP, mendWeb
	}
	return cells
}

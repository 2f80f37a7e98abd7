package desk

import (
	"fmt"
	"time"

	"ahead/gitops"
)

// clockSlack is how far apart the clocks of two machines are that nobody wonders
// about.
const clockSlack = 10 * time.Minute

// aheadOfClock names the sources that date a deployment later than now, since
// such a row counts as the newest until that time comes. It is believed all the
// same: which of the clocks is wrong is not known.
func aheadOfClock(rows []gitops.Deployment, now time.Time) []gitops.Notice {
	latest := map[string]time.Time{}
	var order []string
	for _, d := range rows {
		if at := d.At(); at.After(now.Add(clockSlack)) && at.After(latest[d.Source]) {
			if latest[d.Source].IsZero() {
				order = append(order, d.Source)
			}
			latest[d.Source] = at
		}
	}
	var notices []gitops.Notice
	for _, source := range order {
		notices = append(notices, gitops.Notice{
			Code: "source-clock",
			Text: fmt.Sprintf("%s dates a deployment %s, which is yet to come: its clock or this machine's is wrong, and that row counts as the newest until then",
				source, latest[source].UTC().Format("2006-01-02 15:04 UTC")),
		})
	}
	return notices
}

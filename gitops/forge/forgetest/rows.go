package forgetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
)

// Noon is the moment from which the deployments of tests are counted.
var Noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

// After is a moment so many minutes after Noon.
func After(minutes int) time.Time { return Noon.Add(time.Duration(minutes) * time.Minute) }

const firstCommit = 0xabc000

// SHA is the n-th commit of tests.
func SHA(n int) string { return fmt.Sprintf("%040x", firstCommit+n) }

// Tell writes rows as "commit's number, environment, status".
func Tell(rows []gitops.Deployment) string {
	var out []string
	for _, d := range rows {
		var n int
		_, _ = fmt.Sscanf(d.Commit.String(), "%x", &n)
		out = append(out, fmt.Sprintf("%d %s %s", n-firstCommit, d.Environment, d.Status))
	}
	return strings.Join(out, ", ")
}

// Silent holds that no way of printing values gives a secret away.
func Silent(t testing.TB, secret string, values ...any) {
	t.Helper()
	for _, v := range values {
		data, _ := json.Marshal(v)
		for _, all := range []string{fmt.Sprintf("%v %+v %#v %s", v, v, v, v), string(data)} {
			if strings.Contains(all, secret) {
				t.Errorf("%T shows the secret", v)
			}
		}
	}
}

package publish

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ahead/gitops"
)

// credentialTimeout bounds a helper, which may have to ask a keyring.
const credentialTimeout = 10 * time.Second

// Credential is what git's credential helpers know of a host.
type Credential struct {
	// Username may be one that only says that the password is a token.
	Username string
	Password gitops.Secret
}

// Credential asks git's credential helpers for what they know of
// https://host, which may have a port. Nobody is asked for anything: where no
// helper knows, ok is false. Nothing is kept; the caller sends it to that host
// and nowhere else.
func (g *Git) Credential(ctx context.Context, host string) (c Credential, ok bool, err error) {
	// The question is lines of text, in which a host must not begin another.
	if host == "" || strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '/' || r == '@' }) {
		return Credential{}, false, fmt.Errorf("%q is no host", host)
	}
	out, err := g.run(ctx, call{
		args: []string{"credential", "fill"}, stdin: []byte("protocol=https\nhost=" + host + "\n\n"),
		// An empty program to ask with is none, and hides those that are
		// configured; the others tell helpers with windows of their own.
		env: []string{"GIT_ASKPASS=", "SSH_ASKPASS=", "GCM_INTERACTIVE=never", "BROWSER=false"},
		settings: []setting{
			{"credential.interactive", "false"},
			{"credential.https://" + host + ".interactive", "false"},
		},
		timeout: min(g.timeout, credentialTimeout), network: true,
	})
	if err != nil {
		if exitOf(err) > 0 || ctx.Err() == nil {
			// Git ends so when it would have to ask, and when a helper hangs.
			return Credential{}, false, nil
		}
		return Credential{}, false, ctx.Err()
	}
	answer := map[string]string{}
	for _, line := range strings.Split(string(out.stdout), "\n") {
		if key, value, found := strings.Cut(line, "="); found {
			answer[key] = value
		}
	}
	// A helper may answer for another place than it was asked about.
	if answer["password"] == "" || answer["host"] != host || answer["protocol"] != "https" {
		return Credential{}, false, nil
	}
	return Credential{Username: answer["username"], Password: gitops.NewSecret(answer["password"])}, true, nil
}

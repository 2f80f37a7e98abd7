package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ahead/gitops"
)

func tipMoved(e *gitops.TipMoved, remote string) error {
	return &gitops.Error{
		Code: gitops.CodeTipMoved, What: fmt.Sprintf("%s moved on %s", e.Branch, remote), Err: e,
		Hint: "plan again on the new tip and look at what arrived; nothing was pushed",
	}
}

// saysNoAtomic reads the one thing that git tells in words only. It chooses a
// kind of failure and never decides whether there was one.
func saysNoAtomic(said string) bool { return strings.Contains(said, "does not support --atomic push") }

func noAtomic(remote, detail string) error {
	return &gitops.Error{
		Code: gitops.CodeRejected, What: remote + " cannot take branch and tag together",
		Err: &gitops.NoAtomic{Remote: remote}, Detail: detail,
		Hint: "nothing was pushed; plan again with the branch first and the tag once it is seen there, and confirm that",
	}
}

func noBranch(remote, branch string) error {
	return &gitops.Error{
		Code: gitops.CodeNoBranch, What: fmt.Sprintf("%s has no branch %q", remote, branch),
		Hint: "name the production branch with --branch NAME",
	}
}

func manyAddresses(remote string, n int) error {
	return &gitops.Error{
		Code: gitops.CodeNotPublishable,
		What: fmt.Sprintf("%s is pushed to %d addresses, and no push can reach all of them or none", remote, n),
		Hint: "name a remote with one push address with --remote NAME",
	}
}

func tagTaken(e *gitops.TagTaken) error {
	hint := "take the next name; nothing was pushed"
	if e.Where == gitops.Here {
		hint = "take the next name, or push or delete the local tag first; nothing was pushed"
	}
	return &gitops.Error{Code: gitops.CodeTagTaken, What: fmt.Sprintf("the tag %q is taken", e.Name), Err: e, Hint: hint}
}

func internal(format string, args ...any) error {
	return &gitops.Error{
		Code: gitops.CodeInternal, What: fmt.Sprintf(format, args...),
		Hint: "nothing was pushed; please report this",
	}
}

// unreached is the error of a remote that gave no answer. The hint depends on
// how the remote is reached, which is known, not on why it failed, which can
// only be guessed from a text.
func (g *Git) unreached(remote, url string, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	e := &gitops.Error{
		Code: gitops.CodeRemoteUnreached, What: fmt.Sprintf("%s cannot be reached", remote),
		Detail: strings.TrimSpace(stderrOf(err)), Err: err,
	}
	var ce *CommandError
	if errors.As(err, &ce) && ce.Err == nil {
		e.Err = nil
	}
	if errors.Is(err, errNoRefs) {
		e.What, e.Err = fmt.Sprintf("%s answers, and its answer holds no branches at all", remote), nil
		e.Hint = fmt.Sprintf("it is empty, or its answer was cut short: ask again with git ls-remote %s", remote)
		return e
	}
	switch transport(url) {
	case "ssh":
		e.Hint = fmt.Sprintf("check the network, then: ssh -T %s (ahead cannot ask for a passphrase: load the key with ssh-add)", sshWords(sshHost(url)))
	case "http":
		e.Hint = "check the network and VPN; ahead cannot ask for a password: set up a credential helper (git help credentials)"
	case "file":
		e.Hint = fmt.Sprintf("look whether %s exists and is a repository", redact(url))
	default:
		e.Hint = fmt.Sprintf("check the network and the remote's address: git remote get-url %s", remote)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		e.Hint = fmt.Sprintf("it gave no answer within %s; %s", g.timeout, e.Hint)
	}
	return e
}

// transport names the road that a URL takes: ssh, http, file, or other.
func transport(url string) string {
	scheme, _, ok := strings.Cut(url, "://")
	switch {
	case ok && strings.HasPrefix(scheme, "http"):
		return "http"
	case ok && strings.Contains(scheme, "ssh"):
		return "ssh"
	case ok && scheme == "file":
		return "file"
	case ok || url == "" || strings.Contains(url, "::"):
		return "other"
	}
	// host:path is ssh unless a slash comes before the colon.
	if colon, slash := strings.Index(url, ":"), strings.Index(url, "/"); colon > 0 && (slash < 0 || colon < slash) {
		return "ssh"
	}
	return "file"
}

// sshWords are the words that ssh wants for user@host:port.
func sshWords(host string) string {
	at := strings.LastIndex(host, ":")
	if at < 0 || strings.HasSuffix(host, "]") {
		return host
	}
	return "-p " + host[at+1:] + " " + host[:at]
}

// sshHost is user@host of an ssh URL in either spelling.
func sshHost(url string) string {
	if _, rest, ok := strings.Cut(redact(url), "://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		return host
	}
	host, _, _ := strings.Cut(url, ":")
	return host
}

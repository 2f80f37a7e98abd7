package repo

import (
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
)

// Remote is a remote of the configuration. Its URLs are as git would use them
// (insteadOf applied), and have no credentials in them.
type Remote struct {
	Name     string
	URL      string
	PushURLs []string
}

// Remotes lists the remotes in the order of the configuration.
func (r *Repository) Remotes() []Remote {
	var remotes []Remote
	for _, name := range r.config.remotes {
		urls := r.config.all("remote." + name + ".url")
		push := r.config.all("remote." + name + ".pushurl")
		if len(urls) == 0 && len(push) == 0 {
			continue
		}
		remote := Remote{Name: name}
		if len(urls) > 0 {
			remote.URL = withoutCredentials(r.rewrite(urls[0], "insteadof"))
		}
		for _, u := range push {
			remote.PushURLs = append(remote.PushURLs, withoutCredentials(r.rewrite(u, "insteadof")))
		}
		if len(push) == 0 {
			for _, u := range urls {
				remote.PushURLs = append(remote.PushURLs, withoutCredentials(r.pushURL(u)))
			}
		}
		remotes = append(remotes, remote)
	}
	return remotes
}

// pushURL is where a push to a fetch URL goes: pushInsteadOf before insteadOf.
func (r *Repository) pushURL(url string) string {
	if pushed := r.rewrite(url, "pushinsteadof"); pushed != url {
		return pushed
	}
	return r.rewrite(url, "insteadof")
}

// rewrite applies the url.BASE.insteadOf with the longest match, of equal ones
// the first.
func (r *Repository) rewrite(url, setting string) string {
	base, matched := "", ""
	for _, key := range r.config.keys {
		rest, ok := strings.CutPrefix(key, "url.")
		if !ok {
			continue
		}
		candidate, ok := strings.CutSuffix(rest, "."+setting)
		if !ok {
			continue
		}
		for _, prefix := range r.config.values[key] {
			if strings.HasPrefix(url, prefix) && len(prefix) > len(matched) {
				base, matched = candidate, prefix
			}
		}
	}
	if matched == "" {
		return url
	}
	return base + url[len(matched):]
}

// withoutCredentials drops what may be a secret before the host: for ssh the
// password, elsewhere the user too, since tokens are often given as one.
func withoutCredentials(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	if at < 0 {
		return url
	}
	user, _, _ := strings.Cut(rest[:at], ":")
	if !strings.Contains(scheme, "ssh") || user == "" {
		return scheme + "://" + rest[at+1:]
	}
	return scheme + "://" + user + rest[at:]
}

// Promisors are the remotes of a partial clone that promised to give what is
// absent when asked, in the order in which git asks them; none where the clone
// is whole. The marks are those of git's partial-clone document: promisor and
// partialCloneFilter of a remote, and extensions.partialClone, which comes last.
func (r *Repository) Promisors() []string {
	var names []string
	for _, name := range r.config.remotes {
		_, filtered := r.config.last("remote." + name + ".partialclonefilter")
		if filtered || r.config.isTrue("remote."+name+".promisor") {
			names = append(names, name)
		}
	}
	if own, ok := r.config.last("extensions.partialClone"); ok && own != "" {
		names = slices.DeleteFunc(names, func(name string) bool { return name == own })
		names = append(names, own)
	}
	return names
}

// ChooseRemote picks the remote that production is deployed from: the one
// asked for, else that of the branch that is checked out, else origin, else
// the only one, else upstream. Without any remote it is empty. Where several
// are left, CodeNoRemote lists them.
func (r *Repository) ChooseRemote(flag string) (string, error) {
	var names []string
	for _, remote := range r.Remotes() {
		names = append(names, remote.Name)
	}
	if flag != "" {
		if slices.Contains(names, flag) {
			return flag, nil
		}
		return "", unknownRemote(flag, names)
	}
	wanted := []string{"origin"}
	if branch := headBranch(r.location.GitDir); branch != "" {
		own, _ := r.Config("branch." + branch + ".remote")
		wanted = []string{own, "origin"}
	}
	if len(names) == 1 {
		wanted = append(wanted, names[0])
	}
	for _, name := range append(wanted, "upstream") {
		if slices.Contains(names, name) {
			return name, nil
		}
	}
	if len(names) == 0 {
		return "", nil
	}
	return "", &gitops.Error{
		Code: gitops.CodeNoRemote,
		What: "several remotes and nothing that says which one production is deployed from: " + strings.Join(names, ", "),
		Hint: "name it with --remote NAME",
	}
}

func unknownRemote(name string, known []string) error {
	hint := "this repository has no remote: add one with `git remote add NAME URL`"
	if len(known) > 0 {
		hint = "its remotes are " + strings.Join(known, ", ")
	}
	return &gitops.Error{
		Code: gitops.CodeNoRemote,
		What: fmt.Sprintf("there is no remote %q", name),
		Hint: hint,
	}
}

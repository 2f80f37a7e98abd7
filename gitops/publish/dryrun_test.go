package publish

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"ahead/gitops"
)

func TestReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.git(w.mine)
	w.mine.Hook("pre-push", "exit 9")
	before, local := w.remoteRefs(), w.mine.Fingerprint()
	got, err := g.Reach(context.Background(), "origin", "main", w.tip)
	if err != nil || !got.Atomic {
		t.Errorf("%+v, %v", got, err)
	}
	// A branch that has moved on meanwhile is no trouble of the remote.
	if got, err := g.Reach(context.Background(), "origin", "main", w.bad); err != nil || !got.Atomic {
		t.Errorf("%+v, %v", got, err)
	}
	w.origin.Git("config", "receive.advertiseAtomic", "false")
	if got, err := g.Reach(context.Background(), "origin", "main", w.tip); err != nil || got.Atomic {
		t.Errorf("%+v, %v", got, err)
	}
	if w.remoteRefs() != before || w.mine.Fingerprint() != local {
		t.Error("asking changed something")
	}
	_, err = g.Reach(context.Background(), "nobody", "main", w.tip)
	wantCode(t, err, gitops.CodeNoRemote)
	w.mine.Git("remote", "set-url", "--add", "--push", "origin", w.origin.Dir)
	w.mine.Git("remote", "set-url", "--add", "--push", "origin", w.origin.Dir+"/.")
	_, err = g.Reach(context.Background(), "origin", "main", w.tip)
	wantCode(t, err, gitops.CodeNotPublishable)
}

// TestReachOverHTTP: reading goes well and writing does not, which is to be
// known before anything is confirmed.
func TestReachOverHTTP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.serve(nil)
	w.mine.Git("remote", "set-url", "origin", good)
	got, err := w.git(w.mine).Reach(context.Background(), "origin", "main", w.tip)
	url, err2 := w.git(w.mine).PushURL(context.Background(), "origin")
	if err != nil || err2 != nil || !got.Atomic || strings.Contains(url, "hunter2") || !strings.HasSuffix(url, "/origin.git") {
		t.Errorf("%+v, %v, %s, %v", got, err, url, err2)
	}
	w.origin.Git("config", "receive.advertiseAtomic", "false")
	if got, err := w.git(w.mine).Reach(context.Background(), "origin", "main", w.tip); err != nil || got.Atomic {
		t.Errorf("%+v, %v", got, err)
	}
	for name, url := range map[string]string{
		"may only read":  w.serve(func(in *http.Request) bool { return receivePack(in) }),
		"wrong password": strings.Replace(good, "hunter2", "sesame7", 1),
		"no password":    strings.Replace(good, "ada:hunter2@", "", 1),
		"nobody there":   "http://127.0.0.1:1/repo.git",
	} {
		w.mine.Git("remote", "set-url", "origin", url)
		_, err := w.git(w.mine).Reach(context.Background(), "origin", "main", w.tip)
		wantCode(t, err, gitops.CodeRemoteUnreached)
		if all := err.Error() + detailOf(err); !strings.Contains(all, "cannot be pushed to") || strings.Contains(all, "hunter2") || strings.Contains(all, "sesame7") {
			t.Errorf("%s: %s", name, all)
		}
	}
}

func TestCredential(t *testing.T) {
	t.Parallel()
	helper := func(script string) string { return "!f() { " + script + "; }; f" }
	cases := map[string]struct {
		helper, host, user, password string
	}{
		"known":           {helper(`cat >/dev/null; echo username=ada; echo password=hunter2`), "git.example.com", "ada", "hunter2"},
		"with a port":     {helper(`grep -q '^host=git.example.com:8443$' && echo username=x && echo password=hunter2`), "git.example.com:8443", "x", "hunter2"},
		"unknown":         {"", "git.example.com", "", ""},
		"half an answer":  {helper(`echo username=ada`), "git.example.com", "", ""},
		"quits":           {helper(`echo quit=1`), "git.example.com", "", ""},
		"fails":           {helper(`exit 3`), "git.example.com", "", ""},
		"of another host": {helper(`echo host=evil.example; echo username=a; echo password=hunter2`), "git.example.com", "", ""},
		"of another road": {helper(`echo protocol=http; echo username=a; echo password=hunter2`), "git.example.com", "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			marker := w.mine.Path("asked")
			ask := w.mine.Path("askpass")
			write(t, ask, "#!/bin/sh\ntouch '"+marker+"'\necho prompted\n", 0o755)
			w.mine.Git("config", "core.askPass", ask)
			if c.helper != "" {
				w.mine.Git("config", "credential.helper", c.helper)
			}
			g := w.git(w.mine, func(o *Options) { o.Env = append(o.Env, "GIT_ASKPASS="+ask, "SSH_ASKPASS="+ask, "DISPLAY=:9") })
			got, ok, err := g.Credential(context.Background(), c.host)
			if err != nil || ok != (c.password != "") || got.Username != c.user || got.Password.Reveal() != c.password {
				t.Errorf("%+v %q, %v, %v", got, got.Password.Reveal(), ok, err)
			}
			if _, err := w.mine.TryGit("hash-object", marker); err == nil {
				t.Error("somebody was asked")
			}
		})
	}
	w := newWorld(t)
	for _, host := range []string{"", "a\nhost=b", "a/b", "a@b", "a b"} {
		if _, ok, err := w.git(w.mine).Credential(context.Background(), host); ok || err == nil {
			t.Errorf("%q was asked for", host)
		}
	}
}

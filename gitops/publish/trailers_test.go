package publish

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// TestTrailers holds our trailers against trailer.* as git documents it.
func TestTrailers(t *testing.T) {
	t.Parallel()
	const body = "Revert \"x\"\n\nWhy.\n\n"
	const signed = "Signed-off-by: Ada Example <ada@example.com>\n"
	for name, c := range map[string]struct {
		config  []string
		signOff bool
		message string
		want    string
	}{
		"nothing configured":       {nil, false, body + "Incident: inc-1\n", body + "Incident: inc-1\n"},
		"sign-off":                 {nil, true, body + "Incident: inc-1\n", body + "Incident: inc-1\n" + signed},
		"sign-off, no trailers":    {nil, true, "Revert \"x\"\n\nWhy.\n", body + signed},
		"signed off already":       {nil, true, body + signed + "Incident: inc-1\n", body + signed + "Incident: inc-1\n"},
		"twice, as configured":     {[]string{"trailer.ifexists", "add"}, true, body + signed + "Incident: inc-1\n", body + signed + "Incident: inc-1\n" + signed},
		"key":                      {[]string{"trailer.incident.key", "Incident-Id"}, false, body + "Incident: inc-1\n", body + "Incident-Id: inc-1\n"},
		"key with a sign":          {[]string{"trailer.separators", ":#", "trailer.incident.key", "Incident #"}, false, body + "Incident: 1\n", body + "Incident #1\n"},
		"another section":          {[]string{"trailer.sign.key", "Signed-off-by", "trailer.sign.where", "start"}, true, body + "Incident: inc-1\n", body + signed + "Incident: inc-1\n"},
		"where":                    {[]string{"trailer.where", "start"}, true, body + "Refs: abc\nIncident: inc-1\n", body + signed + "Incident: inc-1\nRefs: abc\n"},
		"where, one":               {[]string{"trailer.incident.where", "start"}, true, body + "Refs: abc\nIncident: inc-1\n", body + "Incident: inc-1\nRefs: abc\n" + signed},
		"missing is not added":     {[]string{"trailer.incident.ifmissing", "doNothing"}, false, body + "Incident: inc-1\n", "Revert \"x\"\n\nWhy.\n"},
		"separators":               {[]string{"trailer.separators", "=:", "trailer.incident.key", "Incident="}, false, body + "Incident: inc-1\n", body + "Incident=inc-1\n"},
		"others' commands":         {[]string{"trailer.reviewed.key", "Reviewed-by", "trailer.reviewed.command", "echo Eve"}, true, body + "Incident: inc-1\n", body + "Incident: inc-1\n" + signed},
		"our command":              {[]string{"trailer.incident.key", "Incident", "trailer.incident.cmd", "echo pwned"}, false, body + "Incident: inc-1\n", body + "Incident: inc-1\n"},
		"a person's own message":   {[]string{"trailer.incident.key", "Incident-Id"}, false, "My own words about inc-1\n", "My own words about inc-1\n"},
		"a line of dashes":         {nil, true, "Revert \"x\"\n\n---\nWhy.\n", "Revert \"x\"\n\n---\nWhy.\n\n" + signed},
		"comment characters":       {[]string{"core.commentChar", "I"}, false, body + "Incident: inc-1\n", body + "Incident: inc-1\n"},
		"CRLF":                     {nil, true, "Revert \"x\"\r\n\r\nWhy.\r\n\r\nIncident: inc-1\r\n", body + "Incident: inc-1\n" + signed},
		"blanks":                   {nil, false, "\n\nRevert \"x\"  \n\n\n\nWhy.\n\n\n", "Revert \"x\"\n\nWhy.\n"},
		"comments stay":            {[]string{"commit.cleanup", "strip"}, false, "#12: x\n\n# y\n", "#12: x\n\n# y\n"},
		"scissors stay":            {[]string{"commit.cleanup", "scissors"}, false, "x\n\n# ------------------------ >8 ------------------------\ny\n", "x\n\n# ------------------------ >8 ------------------------\ny\n"},
		"verbatim":                 {[]string{"commit.cleanup", "verbatim"}, false, "x  \n\n\n\ny", "x  \n\n\n\ny\n"},
		"latin-1":                  {nil, false, "Revert \"caf\xe9 na\xefve\"\n", "Revert \"café naïve\"\n"},
		"latin-1 among the rest":   {nil, true, "Revert \"Größe caf\xe9\"\n", "Revert \"Größe café\"\n\n" + signed},
		"the encoding is not ours": {[]string{"i18n.commitEncoding", "ISO-8859-1"}, false, "Größe …\n", "Größe …\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i := 0; i+1 < len(c.config); i += 2 {
				w.mine.Git("config", c.config[i], c.config[i+1])
			}
			if c.signOff {
				w.mine.Git("config", "format.signOff", "true")
			}
			p := asOne(w.plan(w.bad))
			p.Remedy.Incident = "inc-1"
			if strings.Contains(c.message, "Incident: 1\n") {
				p.Remedy.Incident = "1"
			}
			p.Commits[0].Message = c.message
			g := w.git(w.mine)
			got, _, err := w.rehearse(g, p, false)
			if err != nil {
				t.Fatal(err)
			}
			if got.Message != c.want {
				t.Errorf("got  %q\nwant %q", got.Message, c.want)
			}
			if !strings.HasPrefix(name, "latin") && name != "verbatim" && name != "comments stay" {
				return // these git could change once more
			}
			r := w.ship(g, got)
			if object := w.origin.Git("cat-file", "commit", r.Commit.String()); !strings.HasSuffix(object+"\n", "\n\n"+c.want) {
				t.Errorf("committed %q", object)
			}
		})
	}
}

// TestWhoCommits: git must not guess who commits where it was told not to.
func TestWhoCommits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mine.Git("config", "user.useConfigOnly", "true")
	g := w.git(w.mine, func(o *Options) {
		var env []string
		for _, kv := range o.Env {
			if !strings.HasPrefix(kv, "GIT_AUTHOR_") && !strings.HasPrefix(kv, "GIT_COMMITTER_") && !strings.HasPrefix(kv, "EMAIL=") {
				env = append(env, kv)
			}
		}
		o.Env = env
	})
	_, _, err := w.rehearse(g, w.plan(w.bad), false)
	wantCode(t, err, gitops.CodeNoIdentity)
	// Author and committer may be two, and each is asked for.
	for key, value := range map[string]string{"author.name": "Ann", "author.email": "ann@example.com", "committer.name": "Cem", "committer.email": "cem@example.com", "format.signOff": "true"} {
		w.mine.Git("config", key, value)
	}
	p, _, err := w.rehearse(g, asOne(w.plan(w.bad)), false)
	if err != nil || !strings.HasSuffix(p.Message, "\nSigned-off-by: Cem <cem@example.com>\n") {
		t.Fatalf("%v %q", err, p.Message)
	}
	r := w.ship(g, p)
	if got := w.origin.Git("log", "-1", "--format=%an %ae %cn %ce", r.Commit.String()); got != "Ann ann@example.com Cem cem@example.com" {
		t.Errorf("made by %s", got)
	}
}

// TestCleanedAsGitCommit holds whole messages against git commit itself.
func TestCleanedAsGitCommit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.git(w.mine)
	o := w.origin.Clone()
	piece := rapid.SampledFrom([]string{"word", " ", "\n", "\n\n", "\r\n", "# no comment", "\t", "é", "…", "Key: value", "---", "\v", "\u00a0"})
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if checks++; checks > 40 {
			return // each is three processes
		}
		message := strings.Join(rapid.SliceOfN(piece, 1, 12).Draw(t, "message"), "")
		got, err := g.cleanMessage(context.Background(), message)
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(got) == "" {
			return
		}
		o.Git("commit", "-q", "--allow-empty", "--no-verify", "-m", "x")
		if _, err := o.GitInput(message, "commit", "-q", "--amend", "--allow-empty", "-F", "-"); err != nil {
			t.Fatal(err)
		}
		want, err := exec.Command("git", "-C", o.Dir, "cat-file", "commit", "HEAD").Output()
		if err != nil {
			t.Fatal(err)
		}
		if _, body, _ := strings.Cut(string(want), "\n\n"); body != got {
			t.Fatalf("%q: got %q, git commit makes %q", message, got, body)
		}
	})
}

func TestAsUTF8(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		out := gitops.AsUTF8(in)
		if !utf8.ValidString(out) || utf8.ValidString(in) && out != in || gitops.AsUTF8(out) != out {
			t.Fatalf("%q became %q", in, out)
		}
	})
}

package objstore_test

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/objstore"

	"pgregory.net/rapid"
)

const (
	oneID   = "1111111111111111111111111111111111111111"
	otherID = "2222222222222222222222222222222222222222"
)

func TestDecodeCommit(t *testing.T) {
	at := func(seconds int64, zone int) time.Time {
		if zone == 0 {
			return time.Unix(seconds, 0).UTC()
		}
		return time.Unix(seconds, 0).In(time.FixedZone("", zone))
	}
	ada := gitops.Signature{Name: "Ada", Email: "ada@example.com", When: at(1700000000, 5*3600+1800)}
	base := gitops.Commit{Tree: gitops.MustHash(oneID), Author: ada, Committer: ada}
	with := func(change func(*gitops.Commit)) gitops.Commit {
		c := base
		change(&c)
		return c
	}
	const who = "Ada <ada@example.com> 1700000000 +0530"
	const head = "tree " + oneID + "\nauthor " + who + "\ncommitter " + who + "\n"
	for name, c := range map[string]struct {
		text string
		want gitops.Commit
	}{
		"plain":      {head + "\nhello\n", with(func(c *gitops.Commit) { c.Message = "hello\n" })},
		"no message": {head, base},
		"empty":      {head + "\n", base},
		"blank lines at the start are kept": {
			head + "\n\n\nhello", with(func(c *gitops.Commit) { c.Message = "\n\nhello" }),
		},
		"signature and merged tag before the message": {
			head + "gpgsig -----BEGIN PGP SIGNATURE-----\n \n author Eve <e@e> 1 +0000\n -----END PGP SIGNATURE-----\nencoding latin1\n\ncaf\xe9\n",
			with(func(c *gitops.Commit) { c.Message = "caf\xe9\n" }),
		},
		"parents": {
			"tree " + oneID + "\nparent " + oneID + "\nparent " + otherID + "\nauthor " + who + "\ncommitter " + who + "\n\nm",
			with(func(c *gitops.Commit) {
				c.Parents = []gitops.Hash{gitops.MustHash(oneID), gitops.MustHash(otherID)}
				c.Message = "m"
			}),
		},
		"header-like lines in the message": {
			head + "\nparent " + otherID + "\n", with(func(c *gitops.Commit) { c.Message = "parent " + otherID + "\n" }),
		},
	} {
		got, err := objstore.DecodeCommit(gitops.Hash{}, []byte(c.text))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, c.want)
		}
	}
	for _, text := range []string{"", "hello", "tree 12\n", "parent " + oneID + "\n", "tree " + oneID + "\nparent 12\n"} {
		if c, err := objstore.DecodeCommit(gitops.Hash{}, []byte(text)); err == nil {
			t.Errorf("%q read as %+v", text, c)
		}
	}
}

func TestDecodeSignature(t *testing.T) {
	for text, want := range map[string]string{
		"Ada <ada@example.com> 1700000000 +0530": "Ada|ada@example.com|1700000000|19800",
		"Ada <ada@example.com> 1700000000 -0800": "Ada|ada@example.com|1700000000|-28800",
		"<ada@example.com> 5 +0000":              "|ada@example.com|5|0",
		"Ada <> 5 +0000":                         "Ada||5|0",
		"Ada <a@b>> 5 +0000":                     "Ada|a@b|5|0",
		"Ada <a@b> -5 +0000":                     "Ada|a@b|-5|0",
		"Ada <a@b> 5 +51800":                     "Ada|a@b|5|0",
		"Ada <a@b> 5":                            "Ada|a@b|5|0",
		"Ada <a@b> 99999999999999999999 +0000":   "Ada|a@b|0|0",
		"Ada <a@b> then +0000":                   "Ada|a@b|0|0",
		"Ada <a@b>":                              "Ada|a@b|0|0",
		"Ada":                                    "Ada||0|0",
		"":                                       "||0|0",
	} {
		s := objstore.DecodeSignature(text)
		_, offset := s.When.Zone()
		got := strings.Join([]string{s.Name, s.Email, itoa(s.When.Unix()), itoa(int64(offset))}, "|")
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Whatever a commit's author line holds, git and we read the same from it.
func TestOddCommitsReadAsGitReadsThem(t *testing.T) {
	r := gittest.New(t)
	r.Commit("one", nil)
	tree := r.Rev("HEAD^{tree}").String()
	for _, who := range []string{
		"Ada <ada@example.com> 1700000000 +0530",
		"Ada  Two   <ada@example.com> 1700000000 -0030",
		"Ada <ada@x> y> 1700000000 +0100",
		"<> 1700000000 +0000",
		"Ada \"Quote\" <ada@example.com> 0 +0000",
		"Ada. <ada@example.com> 86400 +1400",
	} {
		text := "tree " + tree + "\nauthor " + who + "\ncommitter " + who + "\n\nmessage\n\nbody\n"
		id, err := r.GitInput(text, "hash-object", "-t", "commit", "-w", "--stdin", "--literally")
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Split(r.Git("log", "-1", "--format=%an%n%ae%n%at%n%ct%n%s", id), "\n")
		c, err := openStore(t, r.GitDir()).Commit(gitops.MustHash(id))
		if err != nil {
			t.Fatal(err)
		}
		got := []string{c.Author.Name, c.Author.Email, itoa(c.Author.When.Unix()), itoa(c.Committer.When.Unix()), c.Subject()}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, git has %q", who, got, want)
		}
	}
}

func TestDecodeTag(t *testing.T) {
	const head = "object " + oneID + "\ntype commit\ntag v1\ntagger Ada <ada@example.com> 5 +0000\n\n"
	for name, c := range map[string]struct {
		text, message string
		signed        bool
	}{
		"plain":         {head + "Release\n", "Release\n", false},
		"gpg":           {head + "Release\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n", "Release\n", true},
		"ssh":           {head + "Release\n-----BEGIN SSH SIGNATURE-----\nabc\n-----END SSH SIGNATURE-----\n", "Release\n", true},
		"only signed":   {head + "-----BEGIN PGP SIGNATURE-----\nabc\n", "", true},
		"header signed": {strings.Replace(head, "\n\n", "\ngpgsig -----BEGIN\n abc\n\n", 1) + "m", "m", true},
		"mark in words": {head + "about -----BEGIN PGP SIGNATURE-----\n", "about -----BEGIN PGP SIGNATURE-----\n", false},
	} {
		tag, err := objstore.DecodeTag([]byte(c.text))
		if err != nil || tag.Message != c.message || tag.Signed != c.signed || tag.Name != "v1" ||
			tag.Target != gitops.MustHash(oneID) || tag.TargetKind != gitops.KindCommit || tag.Tagger.Name != "Ada" {
			t.Errorf("%s: %+v, %v", name, tag, err)
		}
	}
	if tag, err := objstore.DecodeTag([]byte("object 12\n")); err == nil {
		t.Errorf("read as %+v", tag)
	}
}

// Decoding gives back what was encoded, for any names and messages that git
// would write.
func TestDecodeCommitProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Za-zé\-. ]{0,12}`)
		name := strings.TrimSpace(word.Draw(t, "name"))
		email := strings.ReplaceAll(word.Draw(t, "email"), " ", "")
		message := rapid.String().Draw(t, "message")
		seconds := rapid.Int64Range(-maxInt32, 4*maxInt32).Draw(t, "seconds")
		who := name + " <" + email + "> " + itoa(seconds) + " +0000"
		text := "tree " + oneID + "\nauthor " + who + "\ncommitter " + who + "\n\n" + message
		c, err := objstore.DecodeCommit(gitops.Hash{}, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		want := gitops.Signature{Name: name, Email: email, When: time.Unix(seconds, 0).UTC()}
		if c.Author != want || c.Committer != want || c.Message != message {
			t.Fatalf("%+v from %q", c, text)
		}
	})
}

const maxInt32 = 1<<31 - 1

func FuzzDecode(f *testing.F) {
	f.Add([]byte("tree " + oneID + "\nparent " + otherID + "\nauthor A <a> 1 +0000\n\nm"))
	f.Add([]byte("object " + oneID + "\ntype commit\ntag v1\ngpgsig a\n b\n\nm"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := objstore.DecodeCommit(gitops.Hash{}, data); err == nil && c.Tree.String() != strings.ToLower(string(data[5:45])) {
			t.Fatalf("tree %s from %q", c.Tree, data)
		}
		_, _ = objstore.DecodeTag(data)
		_, _ = gitops.DecodeTree(data)
	})
}

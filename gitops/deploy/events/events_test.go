package events

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"

	"pgregory.net/rapid"
)

const (
	one = "1111111111111111111111111111111111111111"
	two = "2222222222222222222222222222222222222222"
)

// said is a row in few words.
func said(d gitops.Deployment) string {
	what := d.Tag
	if d.Ref != "" {
		what += " ref " + d.Ref
	}
	if !d.Commit.IsZero() {
		what += " " + d.Commit.Short()
	}
	text := strings.TrimSpace(what) + " " + string(d.Status)
	if d.Environment != "" {
		text += " in " + d.Environment
	}
	if !d.At().IsZero() {
		text += " at " + d.At().UTC().Format("2006-01-02 15:04:05")
	}
	if d.Actor != "" {
		text += " by " + d.Actor
	}
	return text
}

func lines(rows []gitops.Deployment) string {
	var out []string
	for _, d := range rows {
		out = append(out, said(d))
	}
	return strings.Join(out, "\n")
}

// cd is a CDEvent as the specification's examples have it.
func cd(predicate, artifact, at, extra string) string {
	return `{"context":{"version":"0.5.0","id":"271069a8","source":"/event/source/123","type":"dev.cdevents.service.` + predicate +
		`.0.3.0","timestamp":"` + at + `"},"subject":{"id":"shop","source":"/event/source/123","type":"service","content":{"environment":{"id":"production"},"artifactId":"` + artifact + `"}}` + extra + `}`
}

func TestWhatIsRead(t *testing.T) {
	for _, c := range []struct{ name, input, want string }{
		{"nothing", "\n \n", ""},
		{
			"plain lines, the newest arrival is live",
			`{"commit":"` + one + `","environment":"production","time":"2026-03-09T12:00:00Z","actor":"ada"}
{"sha":"` + two + `","env":"production","finished_at":1773061200,"by":"grace"}`,
			"2222222 live in production at 2026-03-09 13:00:00 by grace\n1111111 superseded in production at 2026-03-09 12:00:00 by ada",
		},
		{
			"newest first in the file is as good",
			"\xef\xbb\xbf" + `{"tag":"v2","at":"2026-03-09 13:00:00"}` + "\r\n\x1e" + `{"tag":"v1","at":1773057600000}`,
			"v2 live in usual at 2026-03-09 13:00:00\nv1 superseded in usual at 2026-03-09 12:00:00",
		},
		{"without times the last line is the newest", `{"tag":"v1"}` + "\n" + `{"tag":"v2"}`, "v2 live in usual\nv1 superseded in usual"},
		{
			"statuses", `[{"tag":"v4","status":"in progress","at":400},{"tag":"v3","status":"failed","at":300},{"tag":"v2","status":"succeeded","at":200},{"tag":"v1","status":"succeeded","at":100},{"tag":"v0","status":"inactive","at":50}]`,
			"v4 pending in usual at 1970-01-01 00:06:40\nv3 failed in usual at 1970-01-01 00:05:00\nv2 live in usual at 1970-01-01 00:03:20\nv1 superseded in usual at 1970-01-01 00:01:40\nv0 superseded in usual at 1970-01-01 00:00:50",
		},
		{
			"statuses of Heroku and Spinnaker", `[{"tag":"v4","status":"BUFFERED","at":400},{"tag":"v3","status":"expired","at":300},{"tag":"v2","status":"SKIPPED","at":200},{"tag":"v1","status":"SUSPENDED","at":100}]`,
			"v4 pending in usual at 1970-01-01 00:06:40\nv3 failed in usual at 1970-01-01 00:05:00\nv2 failed in usual at 1970-01-01 00:03:20\nv1 pending in usual at 1970-01-01 00:01:40",
		},
		{
			"environments and services each have theirs",
			`{"tag":"v1","env":"staging","at":1}` + "\n" + `{"tag":"v1","env":"eu","at":2}` + "\n" + `{"tag":"w1","env":"eu","service":"web","at":3}`,
			"w1 live in eu at 1970-01-01 00:00:03\nv1 live in eu at 1970-01-01 00:00:02\nv1 live in staging at 1970-01-01 00:00:01",
		},
		{
			"short ids, images and refs", `{"commit":"abc1234"}
{"image":"registry.example.com:5000/shop:v1.2@sha256:0b31"}
{"commit":{"sha":"` + one + `"}}
{"ref":"refs/tags/v9","version":17}`,
			"17 ref refs/tags/v9 live in usual\n1111111 superseded in usual\nref v1.2 superseded in usual\nref abc1234 superseded in usual",
		},
		{
			"CDEvents: after a rollback the artifact is what runs",
			cd("deployed", "pkg:github/acme/shop@"+one, "2026-03-09T12:00:00Z", "") + "\n" +
				cd("upgraded", "pkg:oci/shop@sha256%3A0b31?tag=v2", "2026-03-09T13:00:00.5Z", "") + "\n" +
				cd("rolledback", "pkg:oci/shop@sha256%3A0b31?vcs_url=git%2Bhttps://example.com/shop.git%40"+one, "2026-03-09T14:00:00Z", `,"customData":{"user":"ada"}`) + "\n" +
				strings.ReplaceAll(cd("deployed", "", "", ""), "service.deployed", "pipelinerun.started"),
			"1111111 live in production at 2026-03-09 14:00:00 by ada\nv2 superseded in production at 2026-03-09 13:00:00\n1111111 superseded in production at 2026-03-09 12:00:00",
		},
		{
			"CDEvents: in a CloudEvent, and a commit in the custom data",
			`{"specversion":"1.0","type":"dev.cdevents.service.deployed.0.3.0","data":` + cd("deployed", "pkg:oci/shop@sha256%3A0b31", "2026-03-09T12:00:00Z", `,"customData":{"commit":"`+two+`"}`) + `}`,
			"2222222 live in production at 2026-03-09 12:00:00",
		},
		{
			"CDEvents: what is removed runs no more",
			cd("deployed", "pkg:generic/shop@v1", "2026-03-09T12:00:00Z", "") + "\n" + cd("removed", "", "2026-03-09T13:00:00Z", ""),
			"ref v1 superseded in production at 2026-03-09 12:00:00",
		},
	} {
		rows, err := Read([]byte(c.input), "file", "usual")
		if err != nil || lines(rows) != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, lines(rows), c.want)
		}
	}
}

func TestLinesThatCannotBeReadAreTold(t *testing.T) {
	input := `{"tag":"v1"}
nonsense
{"environment":"production"}
{"tag":"v2","status":"sideways"}
[1]
` + cd("deployed", "pkg:oci/shop@sha256%3A0b31", "2026-03-09T12:00:00Z", "")
	rows, err := Read([]byte(input), "file", "")
	var remark *deploy.Remark
	want := `line 2: it is no JSON object; line 3: it names no commit and no tag; line 4: the status "sideways" is none of live, succeeded, pending, failed, superseded; and 2 more`
	if !errors.As(err, &remark) || remark.What != want || len(rows) != 1 || remark.Hint == "" {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	rows, err = Read([]byte("<html>"), "file", "")
	if errors.As(err, &remark) && err != nil && rows != nil || gitops.CodeOf(err) != gitops.CodeForge {
		t.Errorf("nothing but nonsense: %v %v", rows, err)
	}
	if _, err := Read(make([]byte, inputLimit+1), "file", ""); !errors.Is(err, tooMuch) {
		t.Error(err)
	}
	if _, err := Read([]byte(`{"tag":"`+strings.Repeat("x", lineLimit)+`"}`), "file", ""); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Error(err)
	}
}

func TestNoLinkLeadsAstray(t *testing.T) {
	for link, want := range map[string]string{
		"https://ci.example.com/1": "https://ci.example.com/1", "javascript:alert(1)": "", "file:///etc/passwd": "",
		"https://user:pass@example.com/": "", "//x": "", "": "",
	} {
		rows, err := Read(fmt.Appendf(nil, `{"tag":"v1","url":%q}`, link), "file", "")
		if err != nil || rows[0].URL != want {
			t.Errorf("%q: %q, %v", link, rows[0].URL, err)
		}
	}
}

// Any bytes at all: no panic, at most one live row a service and place, and what
// is good among them is read.
func TestAnyInput(t *testing.T) {
	good := `{"tag":"v1","status":"superseded"}`
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.OneOf(
			rapid.Just(good), rapid.String(), rapid.Just(cd("deployed", "pkg:oci/shop@v1", "x", "")),
			rapid.SampledFrom([]string{`{"tag":"v2","env":"a"}`, `{"commit":1e300,"time":-1}`, `{"data":{"context":{}}}`, `null`, `[`, `{"context":{"type":"dev.cdevents.service.deployed.1"},"subject":[]}`}),
		)
		input := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "lines"), "\n")
		rows, _ := Read([]byte(input), "x", "")
		live := map[string]int{}
		for _, d := range rows {
			if d.Source != "x" || d.Commit.IsZero() && d.Ref == "" && d.Tag == "" {
				t.Fatalf("row %+v", d)
			}
			if d.Status == gitops.StatusLive && d.Environment == "a" {
				if live["a"]++; live["a"] > 1 {
					t.Fatal("two live at once")
				}
			}
		}
	})
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "deployments.jsonl")
	if err := os.WriteFile(path, []byte(`{"tag":"v1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	f := File{Label: "file", Path: path, Environment: "production"}
	if rows, err := f.Deployments(context.Background()); err != nil || lines(rows) != "v1 live in production" || f.Place() != path {
		t.Errorf("%s %v", lines(rows), err)
	}
	for _, bad := range []string{filepath.Join(dir, "none"), dir, "/dev/zero"} {
		if _, err := (File{Path: bad}).Deployments(context.Background()); gitops.CodeOf(err) != gitops.CodeForge {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// A log that has grown too long is read from its end.
func TestALongFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deployments.jsonl")
	const old = `{"tag":"old","time":"2020-01-01T00:00:00Z"}` + "\n"
	filler := strings.Repeat(strings.Repeat(" ", 100<<10-1)+"\n", inputLimit/(100<<10))
	write := func(begin, end string) ([]gitops.Deployment, error) {
		// The bound is in the middle of this line.
		begin += `{"tag":"half","note":"` + strings.Repeat("x", 190<<10) + "\"}\n"
		if err := os.WriteFile(path, []byte(begin+filler+end), 0o600); err != nil {
			t.Fatal(err)
		}
		return File{Path: path, Environment: "production"}.Deployments(context.Background())
	}
	var remark *deploy.Remark
	rows, err := write(`{"tag":"first","time":"2030-01-01T00:00:00Z"}`+"\n", old+`{"tag":"v2","time":"2026-01-01T00:00:00Z"}`+"\n")
	if lines(rows) != "v2 live in production at 2026-01-01 00:00:00\nold superseded in production at 2020-01-01 00:00:00" || !errors.As(err, &remark) || remark.What != "only the last 8 MB of it are read" {
		t.Errorf("%s, %v", lines(rows), err)
	}
	rows, err = write(old, old+"half a l")
	if lines(rows) != "old live in production at 2020-01-01 00:00:00" || !errors.As(err, &remark) || !strings.Contains(remark.What, ", and of these line ") {
		t.Errorf("%s, %v", lines(rows), err)
	}
	// Of a list the end alone is no list.
	if rows, err = write("["+old, old+"]"); rows != nil || !errors.Is(err, tooMuch) {
		t.Errorf("%s, %v", lines(rows), err)
	}
}

func TestWhatCannotBeReadGivesNoSecretAway(t *testing.T) {
	for _, line := range []string{`{"tag":"v1","status":"hunter2-hunter2"}`, `{"tag":"v1"}\n{"tag":"v1","status":"hunter2-hunter2"}`} {
		_, err := command("printf", line+`\n`).Deployments(context.Background())
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), `the status "***"`) {
			t.Errorf("%v", err)
		}
	}
}

func command(args ...string) Command {
	return Command{Label: "command", Args: args, Env: append(os.Environ(), "SHOP_TOKEN=hunter2-hunter2")}
}

func TestCommand(t *testing.T) {
	c := command("sh", "-c", `read x; [ -z "$x" ] && (exec </dev/tty) 2>/dev/null || printf '{"tag":"%s"}\n' "$1"`, "sh", "v1; touch pwned")
	c.Dir = t.TempDir()
	rows, err := c.Deployments(context.Background())
	if err != nil || lines(rows) != "v1; touch pwned live" || c.Place() != "sh" {
		t.Errorf("%q %v", lines(rows), err)
	}
	if left, _ := os.ReadDir(c.Dir); len(left) != 0 {
		t.Error("an argument was run")
	}
}

func TestACommandThatFails(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"fails", []string{"sh", "-c", "echo one >&2; echo no $SHOP_TOKEN for you >&2; exit 3"}, "sh ended with exit status 3: no *** for you"},
		{
			"a secret that nothing names",
			[]string{"sh", "-c", `echo "for https://u:pw@host/x?access_token=s3cret, ssh://git:pw@host, PRIVATE-TOKEN: s3cret ghp_s3cretS3cret by eve" >&2; exit 1`},
			"sh ended with exit status 1: for https://***@host/x?access_token=*** ssh://git:***@host, PRIVATE-TOKEN: *** ghp_*** by eve",
		},
		{"argument that is a secret", []string{"sh", "-c", `echo "$1" >&2; exit 1`, "sh", "--api-key=topsecret1"}, "sh ended with exit status 1: --api-key=***"},
		{"not there", []string{"no-such-program-anywhere"}, `there is no program "no-such-program-anywhere" in the PATH`},
		{"relative", []string{"./deployments.sh"}, `the program "./deployments.sh" is named by a relative path`},
		{"none", nil, "there is no command to run"},
		{"nonsense", []string{"echo", "hello"}, "line 1: it is no JSON object"},
		{"fails before a pipe", []string{"sh", "-c", "(echo no $SHOP_TOKEN >&2; exit 100) | cat"}, "sh printed nothing, but said: no ***"},
		{
			"lacks what it pipes to",
			[]string{"sh", "-c", "echo 'sh: 1: jq: not found' >&2; echo a new version is there >&2; exit 127"},
			"sh ended with exit status 127: sh: 1: jq: not found",
		},
	} {
		rows, err := command(c.args...).Deployments(context.Background())
		if err == nil || err.Error() != c.want || rows != nil {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestACommandThatSaysTooMuchIsStopped(t *testing.T) {
	if _, err := command("yes", strings.Repeat("x", 1000)).Deployments(context.Background()); !errors.Is(err, tooMuch) {
		t.Error(err)
	}
}

// The deadline ends the program and all that it started.
func TestACommandThatHangsEndsWithItsChildren(t *testing.T) {
	dir := t.TempDir()
	if err := mkfifo(filepath.Join(dir, "alive")); err != nil {
		t.Skip(err)
	}
	// The child holds the pipe's end for writing: reading it ends when it is gone.
	c := command("sh", "-c", `trap '' TERM; (trap '' TERM; exec >alive; while :; do sleep 1000; done) & wait; wait`)
	c.Dir = dir
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, err := c.Deployments(ctx)
		ended <- err
	}()
	alive, err := os.Open(filepath.Join(dir, "alive")) // returns when the child runs
	if err != nil {
		t.Fatal(err)
	}
	defer alive.Close()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n, _ := alive.Read(make([]byte, 1)); n != 0 {
		t.Error("it wrote")
	}
}

func TestADeadlineIsOne(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := command("sleep", "1000").Deployments(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

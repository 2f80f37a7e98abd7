package cli

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// verdicts are the words asked for with --verdicts; nil for none.
type verdicts map[gitops.Hash]gitops.Judgement

// listWriter writes the document of `ahead list --json`. It may hold tens of
// thousands of deployments, for which a tree of documents and its reflection
// would take as long as reading their tags; what comes out is what encoding/json
// makes of such a tree (see the test, which holds one).
type listWriter struct {
	out      []byte
	commits  []gitops.Commit
	at       map[gitops.Hash]int
	verdicts verdicts
	// claims are what the sources told, by commit.
	claims map[gitops.Hash][]gitops.Deployment
}

// About what one of them takes, in bytes.
const (
	bytesPerDeployment = 288
	bytesPerCommit     = 384
)

// appendList writes the document with a line feed behind it.
func appendList(out []byte, s gitops.Snapshot, v verdicts) []byte {
	w := newListWriter(out, s, v)
	w.text(`{"repo":`, s.Location.Name)
	w.text(`,"branch":`, s.Branch)
	w.text(`,"remote":`, s.Remote)
	w.hash(`,"tip":`, s.Tip)
	w.raw(`,"deployed":`)
	if s.Deployed == nil {
		w.raw(`null`)
	} else {
		w.deployment(*s.Deployed)
		w.raw(`}`)
	}
	w.raw(`,"drift":{"ahead":`)
	w.out = strconv.AppendInt(w.out, int64(s.Ahead), 10)
	w.list(`,"commits":`, s.Unreleased.Commits)
	w.drift(s.Drift)
	w.raw(`},"deployments":[`)
	for i, b := range s.Batches {
		if i > 0 {
			w.raw(`,`)
		}
		w.batch(b)
	}
	w.raw(`]`)
	w.value(`,"environment":`, s.Environment)
	w.value(`,"environments":`, append([]string{}, s.Environments...))
	w.value(`,"sources":`, newSourceDocuments(s.Sources))
	w.value(`,"rollback":`, newRollbackDocument(s.Rollback))
	w.raw("}\n")
	return w.out
}

func newListWriter(out []byte, s gitops.Snapshot, v verdicts) *listWriter {
	w := &listWriter{
		out: out, commits: s.Commits, at: make(map[gitops.Hash]int, len(s.Commits)), verdicts: v,
		claims: make(map[gitops.Hash][]gitops.Deployment, len(s.Claims)),
	}
	if out == nil {
		w.out = make([]byte, 0, 1024+bytesPerDeployment*len(s.Batches)+2*bytesPerCommit*len(s.Commits))
	}
	for i := range s.Commits {
		w.at[s.Commits[i].Hash] = i
	}
	for _, c := range s.Claims {
		if deploy.SameEnvironment(c.Environment, s.Environment) {
			w.claims[c.Commit] = append(w.claims[c.Commit], c)
		}
	}
	return w
}

// batch writes a deployment with its commits.
func (w *listWriter) batch(b gitops.Batch) {
	w.deployment(b.Deployment)
	w.list(`,"commits":`, b.Commits)
	if b.Truncated {
		w.raw(`,"truncated":true`)
	}
	w.claimsOf(b.Deployment.Commit)
	w.raw(`}`)
}

// drift goes on with the object of that name.
func (w *listWriter) drift(d gitops.Drift) {
	w.value(`,"aside":`, d.Aside)
	w.value(`,"tag":`, d.Tag)
	w.value(`,"tagAhead":`, d.TagAhead)
	w.value(`,"tagAside":`, d.TagAside)
	w.value(`,"missing":`, d.Missing)
	w.value(`,"fetch":`, d.Fetch)
}

// claimsOf writes what each source told of a commit in this environment, where
// any did.
func (w *listWriter) claimsOf(h gitops.Hash) {
	claims := w.claims[h]
	if len(claims) == 0 || h.IsZero() {
		return
	}
	w.raw(`,"claims":[`)
	for i, c := range claims {
		if i > 0 {
			w.raw(`,`)
		}
		w.deployment(c)
		w.raw(`}`)
	}
	w.raw(`]`)
}

// value leaves to encoding/json what is written once a document.
func (w *listWriter) value(key string, v any) {
	w.raw(key)
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	// Documents of texts, numbers and times can always be encoded.
	_ = enc.Encode(v)
	w.out = append(w.out, bytes.TrimSuffix(text.Bytes(), []byte{'\n'})...)
}

// sourceDocument is one source of deployments and how it stands.
type sourceDocument struct {
	Name       string     `json:"name"`
	Place      string     `json:"place"`
	Condition  string     `json:"condition"`
	Rows       int        `json:"rows"`
	AnsweredAt *time.Time `json:"answeredAt"`
	Trouble    string     `json:"trouble"`
	Hint       string     `json:"hint"`
	RetryAt    *time.Time `json:"retryAt"`
}

func newSourceDocuments(states []gitops.SourceState) []sourceDocument {
	docs := make([]sourceDocument, 0, len(states))
	for _, s := range states {
		docs = append(docs, sourceDocument{
			Name: s.Name, Place: s.Place, Condition: string(s.Condition), Rows: s.Rows, AnsweredAt: moment(s.AnsweredAt),
			Trouble: s.Trouble, Hint: s.Hint, RetryAt: moment(s.RetryAt),
		})
	}
	return docs
}

// rollbackDocument tells of a production that went back.
type rollbackDocument struct {
	Commit  string `json:"commit"`
	Tag     string `json:"tag"`
	Lost    int    `json:"lost"`
	Pending int    `json:"pending"`
	// Reverted of those pending are reverted on the branch, too.
	Reverted int `json:"reverted"`
}

func newRollbackDocument(r *gitops.Rollback) *rollbackDocument {
	if r == nil {
		return nil
	}
	return &rollbackDocument{Commit: r.Left.Commit.String(), Tag: r.Left.Tag, Lost: r.Lost, Pending: r.Pending, Reverted: r.Reverted}
}

// moment is null in JSON where the time is not known.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	utc := t.UTC()
	return &utc
}

// deployment leaves the object open for the commits.
func (w *listWriter) deployment(d gitops.Deployment) {
	w.text(`{"source":`, d.Source)
	w.text(`,"environment":`, d.Environment)
	w.hash(`,"commit":`, d.Commit)
	w.text(`,"tag":`, d.Tag)
	w.text(`,"status":`, string(d.Status))
	w.moment(`,"startedAt":`, d.StartedAt)
	w.moment(`,"finishedAt":`, d.FinishedAt)
	w.text(`,"actor":`, d.Actor)
	w.text(`,"url":`, d.URL)
}

// list writes those of the commits that were read.
func (w *listWriter) list(key string, hashes []gitops.Hash) {
	w.raw(key)
	w.raw(`[`)
	first := true
	for _, h := range hashes {
		i, ok := w.at[h]
		if !ok {
			continue
		}
		if !first {
			w.raw(`,`)
		}
		first = false
		w.commit(&w.commits[i])
	}
	w.raw(`]`)
}

func (w *listWriter) commit(c *gitops.Commit) {
	w.hash(`{"sha":`, c.Hash)
	w.text(`,"author":`, c.Author.Name)
	w.text(`,"email":`, c.Author.Email)
	w.time(`,"committedAt":`, c.Committer.When)
	w.text(`,"subject":`, c.Subject())
	w.raw(`,"parents":[`)
	for i, p := range c.Parents {
		if i > 0 {
			w.raw(`,`)
		}
		w.hash(``, p)
	}
	w.raw(`],"verdict":`)
	if j, ok := w.verdicts[c.Hash]; ok {
		w.text(``, j.Verdict.String())
	} else {
		w.raw(`null`)
	}
	w.raw(`}`)
}

func (w *listWriter) raw(s string) { w.out = append(w.out, s...) }

func (w *listWriter) hash(key string, h gitops.Hash) {
	w.raw(key)
	w.out = append(hex.AppendEncode(append(w.out, '"'), h[:]), '"')
}

// moment is null where the time is not known.
func (w *listWriter) moment(key string, t time.Time) {
	if t.IsZero() {
		w.raw(key)
		w.raw(`null`)
		return
	}
	w.time(key, t)
}

func (w *listWriter) time(key string, t time.Time) {
	w.raw(key)
	w.out = append(t.UTC().AppendFormat(append(w.out, '"'), time.RFC3339Nano), '"')
}

// text writes plain ASCII itself and leaves all else to encoding/json.
func (w *listWriter) text(key, s string) {
	w.raw(key)
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			var quoted bytes.Buffer
			enc := json.NewEncoder(&quoted)
			enc.SetEscapeHTML(false)
			// A string can always be encoded.
			_ = enc.Encode(s)
			w.out = append(w.out, bytes.TrimSuffix(quoted.Bytes(), []byte{'\n'})...)
			return
		}
	}
	w.out = append(append(append(w.out, '"'), s...), '"')
}

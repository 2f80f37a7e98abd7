package feed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
)

// detailed is a source whose rows want another call each.
type detailed struct {
	*fake
	details [][]gitops.Hash
	err     error
}

func (d *detailed) Detail(_ context.Context, rows []gitops.Deployment) ([]gitops.Deployment, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var asked []gitops.Hash
	out := slices.Clone(rows)
	for i := range out {
		asked = append(asked, out[i].Commit)
		if d.err == nil || i == 0 {
			out[i].Status = gitops.StatusSuperseded
		}
	}
	d.details = append(d.details, asked)
	return out, d.err
}

func TestDetailsOfWhatIsOnTheScreenFirst(t *testing.T) {
	var rows []gitops.Deployment
	for n := range 40 {
		r := row(n)
		r.Status = gitops.StatusUnknown
		rows = append(rows, r)
	}
	d := &detailed{fake: says("github", rows...)}
	f, c := open(t, Options{}, d)
	f.Show([]gitops.Hash{commit(33), commit(35)})
	v := refresh(t, f, false)
	got := d.details[0]
	if len(got) != mostDetails || got[0] != commit(33) || got[1] != commit(35) || got[2] != commit(0) {
		t.Fatalf("asked for %v", got)
	}
	if v.Lists[0][33].Status != gitops.StatusSuperseded || v.Lists[0][34].Status != gitops.StatusUnknown || v.Lists[0][34].Commit != commit(34) {
		t.Errorf("rows %+v", v.Lists[0][33:36])
	}
	d.mu.Lock()
	d.err = errors.New("secondary limit")
	d.mu.Unlock()
	c.pass(time.Minute)
	v = refresh(t, f, false)
	if s := stateOf(t, v, "github"); s.Condition != gitops.SourceOld || s.Trouble != "the details of its deployments: secondary limit" || s.Rows != 40 {
		t.Errorf("%+v", s)
	}
}

type marker struct {
	*fake
	marked []gitops.Deployment
}

func (m *marker) Mark(_ context.Context, d gitops.Deployment) error {
	m.marked = append(m.marked, d)
	return errors.New("no")
}

func TestMarkTellsMarkersOnly(t *testing.T) {
	m := &marker{fake: &fake{name: "newrelic"}}
	f, _ := open(t, Options{}, says("s"), m)
	got := f.Mark(context.Background(), row(1))
	if len(got) != 1 || got[0].Name != "newrelic" || got[0].Err == nil || len(m.marked) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestHostileRowsAreBounded(t *testing.T) {
	huge := row(1)
	huge.Actor, huge.Source = strings.Repeat("é", longestText), "tags"
	rows := make([]gitops.Deployment, 5000)
	for i := range rows {
		rows[i] = huge
	}
	f, _ := open(t, Options{}, says("s", rows...))
	list := refresh(t, f, false).Lists[0]
	if len(list) != longestList || len(list[0].Actor) > longestText || list[0].Source != "s" {
		t.Errorf("%d rows, %d bytes, of %s", len(list), len(list[0].Actor), list[0].Source)
	}
}

func TestManyAtOnce(t *testing.T) {
	var sources []deploy.Source
	for i := range 5 {
		sources = append(sources, says(fmt.Sprint("s", i), row(i)))
	}
	f, c := open(t, Options{GitDir: t.TempDir()}, sources...)
	var all sync.WaitGroup
	for i := range 20 {
		all.Add(1)
		go func() {
			defer all.Done()
			seen := f.View().Version
			if i%4 == 0 {
				c.pass(time.Minute)
			}
			f.Show([]gitops.Hash{commit(i)})
			_ = f.Refresh(context.Background(), i%2 == 0)
			_, _ = f.Wait(context.Background(), seen)
			_ = f.Due()
		}()
	}
	all.Wait()
	if v := refresh(t, f, false); v.Rows() != 5 {
		t.Errorf("%+v", v.States)
	}
}

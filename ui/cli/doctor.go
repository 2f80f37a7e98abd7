package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"ahead/gitops"
	"ahead/ui/term"
)

type findingDocument struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Text string `json:"text"`
	Hint string `json:"hint"`
}

type doctorDocument struct {
	OK       bool              `json:"ok"`
	Findings []findingDocument `json:"findings"`
}

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "What works here and what is missing, each with its remedy",
		Args:  cobra.NoArgs,
		RunE: a.run(func(ctx context.Context, _ []string) error {
			doc := a.examine(ctx)
			if !doc.OK {
				a.code = exitError
			}
			if a.flags.json {
				printJSON(a.out, doc)
				return nil
			}
			for _, f := range doc.Findings {
				a.printFinding(f)
			}
			return nil
		}),
	}
}

func (a *app) printFinding(f findingDocument) {
	mark := "✓"
	if !f.OK {
		mark = "✗"
	}
	a.say("%s %-12s %s", mark, f.Name, term.Clean(f.Text))
	if !f.OK && f.Hint != "" {
		a.say("  %-12s → %s", "", term.Clean(f.Hint))
	}
}

// examine looks at all that a remedy needs, from the repository outwards. A
// finding that others rest on ends the examination where it fails.
func (a *app) examine(ctx context.Context) doctorDocument {
	var doc doctorDocument
	add := func(name, text, hint string, err error) bool {
		f := findingDocument{Name: name, OK: err == nil, Text: text}
		if err != nil {
			body := newErrorBody(err)
			f.Text, f.Hint = body.Message, body.Hint
		} else if hint != "" {
			f.OK, f.Hint = false, hint
		}
		doc.Findings = append(doc.Findings, f)
		return f.OK
	}
	d, err := a.open(ctx)
	if !add("repository", a.flags.repo, "", err) {
		return doc.closed()
	}
	defer d.Close()
	<-a.askSources(ctx, d, a.flags.wait.limit)
	snap, err := a.snapshot(ctx, d)
	if !add("branch", snap.Branch+" at "+snap.Tip.Short()+", remote "+orNone(snap.Remote), "", err) {
		return doc.closed()
	}
	hint := ""
	if snap.Deployed == nil {
		hint = "tag a release, or ship with --tag NAME or --no-tag"
	}
	add("releases", deployedLine(snap, a.now()), hint, nil)
	doc.Findings = append(doc.Findings, sourceFindings(snap.Sources, a.now())...)
	if f, only := d.TagsOnly(ctx); only {
		doc.Findings = append(doc.Findings, findingDocument(f))
	}
	findings, err := d.Doctor(ctx)
	if err != nil {
		add("git", "", "", err)
	}
	for _, f := range findings {
		doc.Findings = append(doc.Findings, findingDocument(f))
	}
	return doc.closed()
}

// sourceFindings has one finding a source of deployments: one that did not
// answer, now or lately, is amiss.
func sourceFindings(states []gitops.SourceState, now time.Time) []findingDocument {
	var found []findingDocument
	for _, s := range states {
		f := findingDocument{Name: "source", OK: s.Condition == gitops.SourceFresh || s.Condition == gitops.SourceOld && s.Trouble == "", Text: sourceLine(s, now), Hint: s.Hint}
		if !f.OK && f.Hint == "" {
			f.Hint = "nothing need be done: it is asked again the next time"
		}
		found = append(found, f)
	}
	return found
}

// closed sums up: all is well when every finding is.
func (d doctorDocument) closed() doctorDocument {
	d.OK = true
	for _, f := range d.Findings {
		d.OK = d.OK && f.OK
	}
	return d
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

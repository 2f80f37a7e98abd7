package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// The document of --resolve. A text that is not there is another thing than an
// empty one: it would empty the file.
type (
	resolutionDocument struct {
		Path    string           `json:"path"`
		Of      string           `json:"of"`
		Suspect string           `json:"suspect"`
		Take    string           `json:"take"`
		Text    *string          `json:"text"`
		Hunks   []choiceDocument `json:"hunks"`
	}
	choiceDocument struct {
		Take string  `json:"take"`
		Text *string `json:"text"`
	}
)

// readResolutions reads the decisions about conflicts. What is misspelt or
// contradicts itself would be a decision that is lost, so it is an error.
func (a *app) readResolutions(ctx context.Context, d *desk.Desk, name string) ([]gitops.Resolution, error) {
	data, err := a.readDocument(ctx, name)
	if err != nil {
		return nil, err
	}
	docs, err := parseResolutions(data)
	if err != nil {
		return nil, &gitops.Error{
			Code: gitops.CodeUsage, What: fmt.Sprintf("--resolve %s is not a list of resolutions", name), Err: err,
			Hint: `write [{"path": …, "of": …, "take": …}]; docs/CLI.md has the fields`,
		}
	}
	out := make([]gitops.Resolution, 0, len(docs))
	for _, doc := range docs {
		r := gitops.Resolution{Path: doc.Path, Of: doc.Of, Take: gitops.Side(doc.Take), Text: given(doc.Text)}
		if doc.Suspect != "" {
			if r.Suspect, err = d.Resolve(ctx, doc.Suspect); err != nil {
				return nil, err
			}
		}
		for _, h := range doc.Hunks {
			r.Hunks = append(r.Hunks, gitops.HunkChoice{Take: gitops.Side(h.Take), Text: given(h.Text)})
		}
		out = append(out, r)
	}
	return out, nil
}

// readDocument reads a file, or standard input where it is named -.
func (a *app) readDocument(ctx context.Context, name string) ([]byte, error) {
	var in io.Reader = interruptible{ctx, a.in}
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, unreadable(name, err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	data, err := io.ReadAll(in)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, unreadable(name, err)
	}
	return data, nil
}

func unreadable(name string, err error) error {
	return &gitops.Error{
		Code: gitops.CodeUsage, What: fmt.Sprintf("--resolve %s", name), Err: err,
		Hint: "give a file with JSON, or - for standard input",
	}
}

func parseResolutions(data []byte) ([]resolutionDocument, error) {
	if !utf8.Valid(data) {
		// The decoder would put a replacement character in the place of each
		// such byte, and that would ship.
		return nil, errors.New("it is not UTF-8")
	}
	var docs []resolutionDocument
	read := json.NewDecoder(bytes.NewReader(data))
	read.DisallowUnknownFields()
	if err := read.Decode(&docs); err != nil {
		return nil, readable(err)
	}
	if _, after := read.Token(); !errors.Is(after, io.EOF) {
		return nil, errors.New("there is something behind the list")
	}
	seen := make(map[[2]string]bool, len(docs))
	for i, doc := range docs {
		if err := doc.check(); err != nil {
			return nil, fmt.Errorf("number %d, %q: %w", i+1, doc.Path, err)
		}
		key := [2]string{doc.Suspect, doc.Path}
		if seen[key] {
			return nil, fmt.Errorf("%q is settled twice", doc.Path)
		}
		seen[key] = true
	}
	return docs, nil
}

// readable says what is wrong with a document without the names of our types.
func readable(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.As(err, &wrong) && wrong.Field == "":
		return fmt.Errorf("it holds one %s where a list of objects belongs", wrong.Value)
	case errors.As(err, &wrong):
		return fmt.Errorf("%s cannot be a %s", wrong.Field, wrong.Value)
	}
	return err
}

func (r resolutionDocument) check() error {
	switch {
	case r.Path == "":
		return errors.New("it names no path")
	case r.Take == "" && len(r.Hunks) == 0:
		return errors.New("it takes nothing: give take, or hunks")
	case r.Take != "" && len(r.Hunks) > 0:
		return errors.New("give take for the whole path, or hunks, not both")
	}
	if err := checkText(r.Take, r.Text); err != nil {
		return err
	}
	for i, h := range r.Hunks {
		if err := checkText(h.Take, h.Text); err != nil {
			return fmt.Errorf("hunk %d: %w", i+1, err)
		}
	}
	return nil
}

func checkText(take string, text *string) error {
	switch isText := take == string(gitops.SideText); {
	case isText && text == nil:
		return errors.New(`"take": "text" needs a text; an empty one is ""`)
	case !isText && text != nil:
		return errors.New(`a text goes with "take": "text" only`)
	}
	return nil
}

func given(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

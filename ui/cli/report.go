package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"ahead/gitops"
	"ahead/ui/term"
)

// errorDocument is how an error looks with --json.
type errorDocument struct {
	Error errorBody `json:"error"`
}

type errorBody struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
	// Detail is what git, a hook or a server said, as it said it.
	Detail string `json:"detail,omitempty"`
}

func newErrorBody(err error) errorBody {
	body := errorBody{Code: string(gitops.CodeOf(err)), Message: err.Error()}
	var e *gitops.Error
	if errors.As(err, &e) {
		body.Hint = e.Hint
		body.Detail = e.Detail
	}
	if body.Hint == "" {
		body.Hint = "`ahead doctor` tells what works here and what is missing"
	}
	return body
}

// report tells an error on stderr.
func (a *app) report(err error) {
	body := newErrorBody(err)
	if a.flags.json {
		printJSON(a.err, errorDocument{body})
		return
	}
	fmt.Fprintf(a.err, "ahead: %s — %s\n", term.Clean(body.Message), term.Clean(body.Hint))
	for _, line := range strings.Split(strings.TrimRight(body.Detail, "\n"), "\n") {
		if line != "" {
			fmt.Fprintf(a.err, "  | %s\n", term.Clean(line))
		}
	}
}

// notice tells something that stops nothing, on stderr.
func (a *app) notice(text string) {
	if !a.flags.json {
		fmt.Fprintf(a.err, "ahead: %s\n", term.Clean(text))
	}
}

// printJSON writes one document on one line.
func printJSON(w io.Writer, document any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	// The documents are plain structs: encoding can only fail on a closed
	// stream, and then there is nobody to tell.
	_ = enc.Encode(document)
}

func hexes(hashes []gitops.Hash) []string {
	out := make([]string, len(hashes))
	for i, h := range hashes {
		out[i] = h.String()
	}
	return out
}

// hexOrEmpty leaves out the id of nothing.
func hexOrEmpty(h gitops.Hash) string {
	if h.IsZero() {
		return ""
	}
	return h.String()
}

// say prints one line for a person.
func (a *app) say(format string, args ...any) { fmt.Fprintf(a.out, format+"\n", args...) }

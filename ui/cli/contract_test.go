package cli

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestEveryFieldIsInTheManual: scripts are written from docs/CLI.md, so a field
// that it does not name is no part of the contract, and one that it names is.
func TestEveryFieldIsInTheManual(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join("..", "..", "docs", "CLI.md"))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	for _, code := range regexp.MustCompile("(?s)```.*?```|`[^`]+`").FindAllString(string(manual), -1) {
		for _, w := range regexp.MustCompile(`[A-Za-z]+`).FindAllString(code, -1) {
			words[w] = true
		}
	}
	for _, doc := range []any{
		listDocument{},
		planDocument{},
		receiptDocument{},
		suspectDocument{},
		errorDocument{},
		resolutionDocument{},
		doctorDocument{},
		versionDocument{},
		autoDocument{},
	} {
		for _, field := range fieldsOf(reflect.TypeOf(doc)) {
			if !words[field] {
				t.Errorf("docs/CLI.md does not name %q of %T", field, doc)
			}
		}
	}
}

// fieldsOf lists the JSON names of a document and of all below it.
func fieldsOf(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return fieldsOf(t.Elem())
	case reflect.Struct:
		var names []string
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if name != "" {
				names = append(append(names, name), fieldsOf(t.Field(i).Type)...)
			}
		}
		return names
	default:
		return nil
	}
}

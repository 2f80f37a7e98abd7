package journal

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"ahead/gitops"
)

// JSON knows only Unicode, while paths, messages and settled texts are bytes. A
// string that JSON would change is kept in base64 behind this mark; so is one
// that begins with the mark, which makes both ways exact.
const bytesMark = "\x00"

func encodeString(s string) string {
	if utf8.ValidString(s) && !strings.HasPrefix(s, bytesMark) {
		return s
	}
	return bytesMark + base64.StdEncoding.EncodeToString([]byte(s))
}

func decodeString(s string) (string, error) {
	rest, marked := strings.CutPrefix(s, bytesMark)
	if !marked {
		return s, nil
	}
	b, err := base64.StdEncoding.DecodeString(rest)
	if err != nil {
		return "", fmt.Errorf("text in base64: %w", err)
	}
	return string(b), nil
}

// encodePlan leaves the objects out: those that a run has written are in the
// repository, and the others can be computed anew.
func encodePlan(p gitops.Plan) (json.RawMessage, error) {
	p.Objects = nil
	p, err := mapped(p, func(s string) (string, error) { return encodeString(s), nil })
	if err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

func decodePlan(raw json.RawMessage) (gitops.Plan, error) {
	var p gitops.Plan
	if err := json.Unmarshal(raw, &p); err != nil {
		return gitops.Plan{}, err
	}
	return mapped(p, decodeString)
}

// mapped gives a copy of v with every string changed; v itself stays, with all
// that its slices share with others.
func mapped[T any](v T, change func(string) (string, error)) (T, error) {
	out := reflect.New(reflect.TypeOf(v)).Elem()
	err := mapInto(out, reflect.ValueOf(v), change)
	return out.Interface().(T), err
}

func mapInto(to, from reflect.Value, change func(string) (string, error)) error {
	switch from.Kind() {
	case reflect.String:
		s, err := change(from.String())
		to.SetString(s)
		return err
	case reflect.Struct:
		for i := range from.NumField() {
			if err := mapInto(to.Field(i), from.Field(i), change); err != nil {
				return err
			}
		}
	case reflect.Slice:
		if from.IsNil() {
			return nil
		}
		to.Set(reflect.MakeSlice(from.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			if err := mapInto(to.Index(i), from.Index(i), change); err != nil {
				return err
			}
		}
	default:
		to.Set(from)
	}
	return nil
}

package gitops_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"ahead/gitops"
)

// TestSecretIsNeverPrinted goes through every way in which a value gets into a
// text, also from a field that fmt may not call methods on.
func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const word = "ghp_hunter2"
	s := gitops.NewSecret(word)
	type outer struct {
		token gitops.Secret
		Token *gitops.Secret
	}
	values := []any{s, &s, outer{s, &s}, &outer{s, &s}, []gitops.Secret{s}, map[string]gitops.Secret{"a": s}, fmt.Errorf("no: %v", s)}
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T", "%p"} {
			got := fmt.Sprintf(verb, v)
			if strings.Contains(got, "hunter2") || strings.Contains(got, fmt.Sprintf("%x", "hunter2")) {
				t.Errorf("%s of %T gives %q", verb, v, got)
			}
		}
		data, err := json.Marshal(v)
		if err != nil || strings.Contains(string(data), "hunter2") {
			t.Errorf("json %s, %v", data, err)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("seen", "v", v)
		if strings.Contains(log.String(), "hunter2") {
			t.Errorf("log %s", log.String())
		}
	}
	if s.Reveal() != word || s.IsZero() || !gitops.NewSecret("").IsZero() || gitops.NewSecret("").Reveal() != "" {
		t.Error("the secret itself is lost")
	}
}

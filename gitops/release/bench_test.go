package release

import (
	"fmt"
	"testing"
)

// A service that was tagged with each build for ten years.
func BenchmarkInfer(b *testing.B) {
	names := make([]string, 13000)
	for i := range names {
		names[i] = fmt.Sprintf("%s%d", []string{"build-", "release_", "v"}[i%3], i)
	}
	tags := series(names...)
	b.ReportAllocs()
	for b.Loop() {
		Infer(tags, nil, Options{})
	}
}

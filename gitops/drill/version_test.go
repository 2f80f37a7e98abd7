package drill

import "testing"

// The order is the example of SemVer 2.0.0, section 11, with plain releases
// around it.
func TestVersionsInOrder(t *testing.T) {
	ordered := []string{
		"v0.9.9", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta", "v1.0.0-beta.2",
		"v1.0.0-beta.11", "v1.0.0-rc.1", "v1.0.0", "v1.0.1", "v1.2.0", "v1.10.0", "v2.0.0",
	}
	for i, a := range ordered {
		for j, b := range ordered {
			x, okA := parseVersion(a)
			y, okB := parseVersion(b)
			if !okA || !okB {
				t.Fatalf("%s, %s: not read", a, b)
			}
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := x.compare(y); got != want {
				t.Errorf("%s to %s: %d, want %d", a, b, got, want)
			}
		}
	}
	a, _ := parseVersion("v1.0.0+one")
	b, _ := parseVersion("v1.0.0+two")
	if a.compare(b) != 0 {
		t.Error("build metadata has no precedence")
	}
}

func TestNotAVersion(t *testing.T) {
	for _, tag := range []string{"", "v", "1.2.3", "v1.2", "v1.2.3.4", "v01.2.3", "v1.2.x", "v1.-2.3", "v1.2.3-", "nightly"} {
		if _, ok := parseVersion(tag); ok {
			t.Errorf("%q was read as a version", tag)
		}
	}
}

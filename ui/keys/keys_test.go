package keys_test

import (
	"testing"

	"ahead/ui/keys"
)

var screens = []keys.Screen{keys.Timeline, keys.Preview, keys.Confirm, keys.Outcome, keys.Leftover, keys.Evidence}

func TestAKeyMeansOneThingOnAScreen(t *testing.T) {
	m := keys.Default()
	for _, s := range screens {
		seen := map[string]keys.Action{}
		for _, b := range m.Bindings(s) {
			if b.Action == keys.None || len(b.Keys) == 0 || b.Label == "" || b.Help == "" {
				t.Errorf("screen %d: row %+v is not complete", s, b)
			}
			for _, k := range b.Keys {
				if other, ok := seen[k]; ok {
					t.Errorf("screen %d: %q means %d and %d", s, k, other, b.Action)
				}
				seen[k] = b.Action
				if got, ok := m.Lookup(s, k); !ok || got.Action != b.Action {
					t.Errorf("screen %d: Lookup(%q) = %+v, %v", s, k, got, ok)
				}
			}
		}
	}
	if _, ok := m.Lookup(keys.Confirm, "enter"); ok {
		t.Error("enter must mean nothing at the gate")
	}
}

func TestTheGateKeyIsNotTheOneThatLeadsToIt(t *testing.T) {
	m := keys.Default()
	opens, ok := m.Lookup(keys.Timeline, "enter")
	if !ok || opens.Action != keys.Open {
		t.Fatalf("enter on the timeline: %+v", opens)
	}
	if b, ok := m.Lookup(keys.Preview, "enter"); ok && b.Action == keys.Continue {
		t.Error("enter twice would reach the gate")
	}
}

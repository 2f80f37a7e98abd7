package lru_test

import (
	"testing"

	"ahead/gitops/lru"
)

func TestKeepsWhatWasUsedLast(t *testing.T) {
	c := lru.New[int, string](16)
	for i := range 16 {
		c.Put(i, "v", 1)
	}
	c.Get(0)
	c.Put(100, "v", 2)
	if _, ok := c.Get(0); !ok {
		t.Error("dropped what was just used")
	}
	for _, gone := range []int{1, 2} {
		if _, ok := c.Get(gone); ok {
			t.Errorf("kept %d beyond the limit", gone)
		}
	}
	c.Put(200, "huge", 9)
	if _, ok := c.Get(200); ok {
		t.Error("kept what is too large")
	}
	kept := 0
	for _, key := range append([]int{0, 100, 200}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) {
		if _, ok := c.Get(key); ok {
			kept++
		}
	}
	if kept != 15 {
		t.Errorf("%d values are left, want 14 of weight 1 and one of weight 2", kept)
	}
}

func TestWidenedCacheHoldsMore(t *testing.T) {
	c := lru.New[int, int](4)
	c.Put(0, 7, 3)
	if _, ok := c.Get(0); ok {
		t.Error("kept what weighs more than half")
	}
	c.Widen(8)
	c.Widen(2)
	c.Put(0, 7, 3)
	c.Put(1, 8, 4)
	for key, want := range []int{7, 8} {
		if got, ok := c.Get(key); !ok || got != want {
			t.Errorf("key %d: %d, %v; want %d", key, got, ok, want)
		}
	}
}

func TestFirstValueStays(t *testing.T) {
	c := lru.New[string, int](4)
	c.Put("a", 1, 1)
	c.Put("a", 2, 1)
	if got, ok := c.Get("a"); !ok || got != 1 {
		t.Errorf("got %d, %v", got, ok)
	}
}

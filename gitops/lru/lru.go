// Package lru keeps what was used last.
//
// Promise: a cache never holds more than its weight, and gives back what was
// put in, unchanged, or nothing.
//
// Rules it keeps:
//   - what is put in is shared by all who ask, so nobody may change it;
//   - it decides nothing: a caller has the same answer whether its question was
//     met or not.
package lru

import (
	"container/list"
	"sync"
)

// Cache keeps what was used last, up to a total weight, whose unit is the
// caller's. It is safe for concurrent use. What weighs more than half of the
// whole is not kept: one huge value would empty it for nothing.
type Cache[K comparable, V any] struct {
	mu     sync.Mutex
	limit  int
	weight int
	order  *list.List
	items  map[K]*list.Element
}

type item[K comparable, V any] struct {
	key    K
	value  V
	weight int
}

// New makes an empty cache that holds up to limit.
func New[K comparable, V any](limit int) *Cache[K, V] {
	return &Cache[K, V]{limit: limit, order: list.New(), items: map[K]*list.Element{}}
}

// Widen lets the cache hold more from now on; it never holds less.
func (c *Cache[K, V]) Widen(limit int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.limit = max(c.limit, limit)
}

// Get gives the value of a key, if it is still there.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.items[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(el)
	return el.Value.(*item[K, V]).value, true
}

// Put keeps a value. Of two for one key the first stays.
func (c *Cache[K, V]) Put(key K, value V, weight int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if weight > c.limit/2 {
		return
	}
	if _, ok := c.items[key]; ok {
		return
	}
	c.items[key] = c.order.PushFront(&item[K, V]{key, value, weight})
	c.weight += weight
	for c.weight > c.limit {
		last := c.order.Remove(c.order.Back()).(*item[K, V])
		delete(c.items, last.key)
		c.weight -= last.weight
	}
}

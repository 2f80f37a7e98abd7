package objstore

import (
	"container/list"
	"sync"
)

// lru keeps what was used last, up to a total weight. It is safe for
// concurrent use. What weighs more than half of the whole is not kept:
// one huge object would empty it for nothing.
type lru[K comparable, V any] struct {
	mu     sync.Mutex
	limit  int
	weight int
	order  *list.List
	items  map[K]*list.Element
}

type lruItem[K comparable, V any] struct {
	key    K
	value  V
	weight int
}

func newLRU[K comparable, V any](limit int) *lru[K, V] {
	return &lru[K, V]{limit: limit, order: list.New(), items: map[K]*list.Element{}}
}

func (c *lru[K, V]) get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.items[key]
	if !ok {
		var none V
		return none, false
	}
	c.order.MoveToFront(el)
	return el.Value.(*lruItem[K, V]).value, true
}

func (c *lru[K, V]) put(key K, value V, weight int) {
	if weight > c.limit/2 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.items[key]; ok {
		return
	}
	c.items[key] = c.order.PushFront(&lruItem[K, V]{key, value, weight})
	c.weight += weight
	for c.weight > c.limit {
		last := c.order.Back()
		item := c.order.Remove(last).(*lruItem[K, V])
		delete(c.items, item.key)
		c.weight -= item.weight
	}
}

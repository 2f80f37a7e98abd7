package shop

// collector reads many fields and keeps the first fault, so that reading a
// record stays one expression a field.
type collector struct {
	fault *Fault
}

func (c *collector) fail(f *Fault) {
	if c.fault == nil {
		c.fault = f
	}
}

func collect[T any](c *collector, read func(string) (T, *Fault), key string) T {
	var zero T
	if c.fault != nil {
		return zero
	}
	v, fault := read(key)
	if fault != nil {
		c.fail(fault)
		return zero
	}
	return v
}

func (c *collector) text(n *node, key string) string    { return collect(c, n.text, key) }
func (c *collector) whole(n *node, key string) int      { return collect(c, n.whole, key) }
func (c *collector) money(n *node, key string) Money    { return collect(c, n.money, key) }
func (c *collector) list(n *node, key string) []*node   { return collect(c, n.list, key) }
func (c *collector) texts(n *node, key string) []string { return collect(c, n.texts, key) }

func (c *collector) object(n *node, key string) *node {
	child := collect(c, n.field, key)
	if child != nil && child.fields == nil {
		c.fail(child.fault("%s: want an object, found %s", key, child.kind()))
		return nil
	}
	return child
}

package shop

const configPath = "config/shop.json"

// config is what the shop needs to start.
type config struct {
	name, currency, banner string
	features               map[string]bool
}

// limits are the numbers of the configuration with their bounds, in the order
// in which they are checked.
var limits = []struct {
	section, key string
	least, most  int
}{
	{"checkout", "paymentTimeoutMs", 500, 15000},
	{"checkout", "paymentRetries", 0, 5},
	{"checkout", "maxLineItems", 1, 500},
	{"search", "suggestions", 1, 20},
	{"search", "suggestionCacheSeconds", 0, 3600},
	{"search", "minQueryLength", 1, 5},
	{"search", "fuzzyDistance", 0, 3},
	{"http", "readTimeoutMs", 100, 30000},
	{"http", "idleTimeoutMs", 1000, 300000},
	{"http", "maxConnections", 10, 5000},
	{"http", "poolSize", 1, 500},
}

func readConfig(f Files) (config, *Fault) {
	root, fault := f.json(configPath)
	if fault != nil {
		return config{}, fault
	}
	var c collector
	for _, l := range limits {
		section := c.object(root, l.section)
		if c.fault != nil {
			return config{}, c.fault
		}
		v := c.whole(section, l.key)
		if c.fault == nil && (v < l.least || v > l.most) {
			c.fail(section.fields[l.key].fault("%s: %d is not between %d and %d", l.key, v, l.least, l.most))
		}
	}
	cfg := config{name: c.text(root, "name"), currency: c.text(root, "currency"), features: map[string]bool{}}
	if banner := c.object(root, "banner"); banner != nil {
		cfg.banner = c.text(banner, "text")
	}
	if features := c.object(root, "features"); features != nil {
		for name, n := range features.fields {
			on, ok := n.scalar.(bool)
			if !ok {
				c.fail(n.fault("%s: want true or false, found %s", name, n.kind()))
			}
			cfg.features[name] = on
		}
	}
	return cfg, c.fault
}

package faults

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// direction is seen from the person: up goes to the server.
type direction int

const (
	up direction = iota
	down
)

// act is what the proxy does at its place.
type act int

const (
	// cut ends the connection as a server does that goes away.
	cut act = iota
	// reset ends it as a firewall does.
	reset
	// truncate ends this direction only, as a half-dead machine does.
	truncate
	// hold keeps everything back until the rule is let go.
	hold
)

// The places in a connection, by what the client sends first: git's two
// services, which http names in the request for the refs.
const (
	fetching = "git-upload-pack"
	pushing  = "git-receive-pack"
)

// rule says where the proxy strikes: in a connection whose bytes up contain
// marker, once after more bytes went the given way behind that.
type rule struct {
	marker string
	// pass lets that many such connections go by first.
	pass  int
	way   direction
	after int
	act   act
	// gone also takes the server off the net when the rule strikes.
	gone bool

	passed atomic.Int32
	struck sync.Once
	hit    chan struct{}
	free   chan struct{}
	freed  sync.Once
	// severed says that what was held is not to go on.
	severed atomic.Bool
}

// proxy is a road to a server with faults of our choice.
type proxy struct {
	t      *testing.T
	listen net.Listener
	target func() (net.Conn, error)
	down   atomic.Bool
	mu     sync.Mutex
	rules  []*rule
	open   map[net.Conn]bool
	// links is done when nothing is under way any more.
	links sync.WaitGroup
}

func newProxy(t *testing.T, target func() (net.Conn, error)) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, listen: l, target: target, open: map[net.Conn]bool{}}
	p.links.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.mu.Lock()
		for _, r := range p.rules {
			r.release()
		}
		for c := range p.open {
			_ = c.Close()
		}
		p.mu.Unlock()
		p.links.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.listen.Addr().String() }

// strike adds a rule.
func (p *proxy) strike(r *rule) *rule {
	r.hit, r.free = make(chan struct{}), make(chan struct{})
	p.mu.Lock()
	p.rules = append(p.rules, r)
	p.mu.Unlock()
	return r
}

// mend takes all rules away and puts the server back on the net.
func (p *proxy) mend() {
	p.mu.Lock()
	for _, r := range p.rules {
		r.release()
	}
	p.rules = nil
	p.mu.Unlock()
	p.down.Store(false)
}

// reached waits until the rule struck.
func (r *rule) reached(t *testing.T) {
	t.Helper()
	select {
	case <-r.hit:
	case <-time.After(patience):
		t.Fatalf("nothing came to the place %q", r.marker)
	}
}

// release lets go of what is held; sever drops it instead.
func (r *rule) release() { r.freed.Do(func() { close(r.free) }) }
func (r *rule) sever()   { r.severed.Store(true); r.release() }

func (p *proxy) accept() {
	for {
		client, err := p.listen.Accept()
		if err != nil {
			return
		}
		p.links.Go(func() { p.serve(client) })
	}
}

// link is one connection through the proxy.
type link struct {
	p              *proxy
	client, server net.Conn
	mu             sync.Mutex
	seen           []byte
	armed          *rule
	tried          map[*rule]bool
	left           int
}

func (p *proxy) serve(client net.Conn) {
	if p.down.Load() {
		dropHard(client)
		return
	}
	server, err := p.target()
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.open[client], p.open[server] = true, true
	p.mu.Unlock()
	l := &link{p: p, client: client, server: server, tried: map[*rule]bool{}}
	l.arm(nil)
	var both sync.WaitGroup
	both.Go(func() { l.pump(up, client, server) })
	both.Go(func() { l.pump(down, server, client) })
	both.Wait()
	_ = client.Close()
	_ = server.Close()
	p.mu.Lock()
	delete(p.open, client)
	delete(p.open, server)
	p.mu.Unlock()
}

func dropHard(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// arm looks for a rule whose place the bytes up have come to, and gives how
// many of these bytes still lie before it.
func (l *link) arm(data []byte) (before int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	already := len(l.seen)
	l.seen = append(l.seen, data...)
	if l.armed != nil {
		return 0
	}
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	for _, r := range l.p.rules {
		at := bytes.Index(l.seen, []byte(r.marker))
		if at < 0 || l.tried[r] {
			continue
		}
		l.tried[r] = true
		if int(r.passed.Add(1)) <= r.pass {
			continue
		}
		l.armed, l.left = r, r.after
		return max(0, at+len(r.marker)-already)
	}
	return 0
}

// allowance is how many of n bytes may pass in this direction; struck gives
// the rule whose place they come to.
func (l *link) allowance(way direction, n, before int) (pass int, struck *rule) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.armed
	if r == nil || r.way != way {
		return n, nil
	}
	counted := n - before
	if counted <= l.left {
		l.left -= counted
		return n, nil
	}
	l.armed = nil
	return before + l.left, r
}

func (l *link) pump(way direction, from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		data := buf[:n]
		before := 0
		if way == up {
			before = l.arm(data)
		}
		pass, r := l.allowance(way, n, before)
		if _, werr := to.Write(data[:pass]); werr != nil {
			err = werr
		}
		if r != nil && !l.strike(r, from, to) {
			return
		}
		if r != nil {
			if _, werr := to.Write(data[pass:]); werr != nil {
				err = werr
			}
		}
		if err != nil {
			if tcp, ok := to.(*net.TCPConn); ok {
				_ = tcp.CloseWrite()
			}
			return
		}
	}
}

// strike does what the rule says, and reports whether things go on.
func (l *link) strike(r *rule, from, to net.Conn) (goOn bool) {
	if r.gone {
		l.p.down.Store(true)
	}
	r.struck.Do(func() { close(r.hit) })
	switch r.act {
	case hold:
		<-r.free
		if !r.severed.Load() {
			return true
		}
		fallthrough
	case cut:
		_ = l.client.Close()
		_ = l.server.Close()
	case reset:
		dropHard(l.client)
		dropHard(l.server)
	case truncate:
		if tcp, ok := to.(*net.TCPConn); ok {
			_ = tcp.CloseWrite()
		}
		// The other side may still talk, and is not to be stopped by a full pipe.
		buf := make([]byte, 4<<10)
		for {
			if _, err := from.Read(buf); err != nil {
				break
			}
		}
	}
	return false
}

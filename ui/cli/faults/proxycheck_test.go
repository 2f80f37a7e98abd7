package faults

import (
	"io"
	"net"
	"testing"
)

// echo is a server that says everything back.
func echo(t *testing.T) func() (net.Conn, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c); _ = c.Close() }()
		}
	}()
	return func() (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) }
}

// TestProxyStrikesAtItsByte holds the suite's own tool to what cells say of it.
func TestProxyStrikesAtItsByte(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rule *rule
		want string
	}{
		"no rule fits":     {&rule{marker: "absent", act: cut}, "one MARK two three"},
		"up, cut":          {&rule{marker: "MARK", way: up, after: 4, act: cut}, "one MARK two"},
		"up, half dead":    {&rule{marker: "MARK", way: up, after: 4, act: truncate}, "one MARK two"},
		"at once":          {&rule{marker: "MARK", way: up, after: 0, act: truncate}, "one MARK"},
		"down, half dead":  {&rule{marker: "", way: down, after: 6, act: truncate}, "one MA"},
		"passes the first": {&rule{marker: "MARK", pass: 1, way: up, act: cut}, "one MARK two three"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProxy(t, echo(t))
			p.strike(c.rule)
			conn, err := net.Dial("tcp", p.addr())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := io.WriteString(conn, "one MARK two three"); err != nil {
				t.Fatal(err)
			}
			if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			// A cut line may lose what was on its way: what came is a beginning.
			got, err := io.ReadAll(conn)
			if name == "up, cut" {
				if len(got) > len(c.want) {
					t.Errorf("%q passed", got)
				}
				return
			}
			if err != nil || string(got) != c.want {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestProxyHoldsUntilTold(t *testing.T) {
	t.Parallel()
	p := newProxy(t, echo(t))
	r := p.strike(&rule{marker: "MARK", way: up, act: hold})
	conn, err := net.Dial("tcp", p.addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "MARKafter"); err != nil {
		t.Fatal(err)
	}
	r.reached(t)
	buf := make([]byte, 9)
	if _, err := io.ReadFull(conn, buf[:4]); err != nil || string(buf[:4]) != "MARK" {
		t.Fatalf("%q, %v", buf[:4], err)
	}
	r.release()
	if _, err := io.ReadFull(conn, buf[4:]); err != nil || string(buf) != "MARKafter" {
		t.Fatalf("%q, %v", buf, err)
	}
}

package drill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"ahead/gitops"
	"ahead/gitops/drill/shop"
)

// running is what production runs.
type running struct {
	tag        string
	commit     gitops.Hash
	deployedAt time.Time
	site       *shop.Site
}

// Production serves the deployed release on a port of the loopback: /health,
// /version, and the pages of its own route table. A deployment replaces the
// whole release between two requests.
type Production struct {
	server   *http.Server
	listener net.Listener
	current  atomic.Pointer[running]
	served   chan error
}

// startProduction listens. Until something is put, it answers 503.
func startProduction(ctx context.Context) (*Production, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		if ctx.Err() != nil {
			return nil, interrupted(ctx)
		}
		return nil, &gitops.Error{
			Code: gitops.CodeUnsupported,
			What: "the drill cannot open a port on 127.0.0.1 for its production",
			Hint: "allow listening on the loopback, or run the drill on another machine",
			Err:  err,
		}
	}
	p := &Production{listener: listener, served: make(chan error, 1)}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 5 * time.Second}
	go func() { p.served <- p.server.Serve(listener) }()
	return p, nil
}

// URL is production's address without a slash at its end.
func (p *Production) URL() string { return "http://" + p.listener.Addr().String() }

func (p *Production) put(r running) { p.current.Store(&r) }

func (p *Production) stop() error {
	err := p.server.Close()
	if served := <-p.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("stop the drill's production: %w", err)
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (p *Production) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	// The pages are drawn without escaping, as the shop's templates are text.
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	now := p.current.Load()
	if now == nil {
		http.Error(w, "nothing is deployed yet", http.StatusServiceUnavailable)
		return
	}
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	switch req.URL.Path {
	case "/health":
		now.health(w)
	case "/version":
		now.version(w)
	default:
		query := req.URL.Query()
		status, body := now.site.Get(req.URL.Path, query.Get("q")+query.Get("sku"))
		if status == http.StatusOK {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		write(w, status, body)
	}
}

func (r *running) health(w http.ResponseWriter) {
	if len(r.site.Faults()) == 0 {
		write(w, http.StatusOK, []byte("ok "+r.tag+"\n"))
		return
	}
	// What is wrong comes first: a band on a screen shows one line.
	body := fmt.Sprintf("%srunning: %s (%s)\n", r.site.Report(), r.tag, r.commit.Short())
	write(w, http.StatusInternalServerError, []byte(body))
}

func (r *running) version(w http.ResponseWriter) {
	body, err := json.Marshal(map[string]any{
		"tag": r.tag, "commit": r.commit, "deployedAt": r.deployedAt.UTC().Format(time.RFC3339),
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	write(w, http.StatusOK, append(body, '\n'))
}

// write sends an answer. A client that went away meanwhile is its own affair.
func write(w http.ResponseWriter, status int, body []byte) {
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

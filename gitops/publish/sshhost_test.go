package publish

import (
	"context"
	"strings"
	"testing"
)

func TestSSHHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// ssh reads the person's own configuration by their user id, so that a test
	// can only lead it elsewhere by its program.
	bin := t.TempDir()
	write(t, bin+"/ssh", `#!/bin/sh
[ "$1" = -G ] && [ "$2" = -- ] || exit 9
case $3 in
work) echo "user git"; echo "hostname github.com"; echo "port 22";;
broken) exit 1;;
*) echo "hostname $3";;
esac
`, 0o755)
	g := w.git(w.mine, func(o *Options) {
		for i, kv := range o.Env {
			if path, ok := strings.CutPrefix(kv, "PATH="); ok {
				o.Env[i] = "PATH=" + bin + ":" + path
			}
		}
	})
	for url, want := range map[string]string{
		"git@work:acme/shop.git":           "github.com",
		"work:acme/shop.git":               "github.com",
		"ssh://git@work:2222/acme/shop":    "github.com",
		"git@github.com:acme/shop.git":     "github.com",
		"git@broken:acme/shop.git":         "",
		"-oProxyCommand=x:acme/shop.git":   "",
		"https://work/acme/shop.git":       "",
		"ssh://-oProxyCommand=x/acme/shop": "",
		w.origin.Dir:                       "",
	} {
		if got := g.SSHHost(context.Background(), url); got != want {
			t.Errorf("%s: %q", url, got)
		}
	}
}

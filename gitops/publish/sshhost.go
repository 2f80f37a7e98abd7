package publish

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
)

// SSHHost is the host that ssh connects to for a remote's address: people give
// one server several names in ~/.ssh/config, one a key. Nothing is connected
// to. Empty where the address is not of ssh, or ssh does not tell.
func (g *Git) SSHHost(ctx context.Context, url string) string {
	if transport(url) != "ssh" {
		return ""
	}
	host := sshHost(url)
	if _, name, ok := strings.Cut(host, "@"); ok {
		host = name
	}
	host, _, _ = strings.Cut(host, ":")
	program := g.lookSSH()
	if program == "" || host == "" || strings.HasPrefix(host, "-") {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, min(g.timeout, credentialTimeout))
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-G", "--", host)
	cmd.Env, cmd.Dir, cmd.WaitDelay = g.env, g.dir, killGrace
	ownGroup(cmd)
	cmd.Cancel = func() error { return stopGroup(cmd) }
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	for _, line := range strings.Split(string(out), "\n") {
		if name, ok := strings.CutPrefix(line, "hostname "); ok {
			return strings.TrimSpace(name)
		}
	}
	return ""
}

// lookSSH searches the PATH of git's environment.
func (g *Git) lookSSH() string {
	for _, dir := range filepath.SplitList(envValue(g.env, "PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(dir, "ssh")); err == nil {
			return path
		}
	}
	return ""
}

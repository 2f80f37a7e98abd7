package faults

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// overDaemon puts origin behind git daemon, with the proxy in between. Each
// connection gets a daemon of its own, as under inetd: no port is guessed and
// nothing has to be waited for.
func (w *world) overDaemon() {
	w.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { w.daemon(conn) })
		}
	})
	w.t.Cleanup(func() { _ = l.Close(); all.Wait() })
	w.proxy = newProxy(w.t, func() (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) })
	w.remote("git://" + w.proxy.addr() + "/" + filepath.Base(w.origin.Dir))
}

func (w *world) daemon(conn net.Conn) {
	f, err := conn.(*net.TCPConn).File()
	_ = conn.Close()
	if err != nil {
		return
	}
	defer f.Close()
	argv := []string{
		"git", "daemon", "--inetd", "--export-all", "--enable=receive-pack", "--informative-errors",
		"--base-path=" + filepath.Dir(w.origin.Dir), filepath.Dir(w.origin.Dir),
	}
	if wrap := w.serverWrap.Load(); wrap != nil {
		argv = (*wrap)(argv)
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = w.serverEnv()
	cmd.Stdin, cmd.Stdout = f, f
	_ = cmd.Run()
}

// serverEnv is the environment of servers: whose repository it is does not
// matter to them.
func (w *world) serverEnv() []string {
	env := append([]string{}, w.origin.Env()...)
	for i, kv := range env {
		if kv == "GIT_CONFIG_COUNT=4" {
			env[i] = "GIT_CONFIG_COUNT=5"
		}
	}
	return append(env, "GIT_CONFIG_KEY_4=safe.directory", "GIT_CONFIG_VALUE_4=*")
}

// heedingModes starts a program that modes of files hold for, even where root
// runs the tests: without the two capabilities that let root pass them by.
func (w *world) heedingModes(argv []string) []string {
	w.t.Helper()
	if os.Geteuid() != 0 {
		return argv
	}
	setpriv, err := exec.LookPath("setpriv")
	if err != nil {
		w.t.Skip("root may write everywhere, and setpriv is not installed")
	}
	return append([]string{setpriv, "--bounding-set", "-dac_override,-dac_read_search", "--"}, argv...)
}

// modes sets the modes of a folder and of all folders below it.
func (w *world) modes(root string, mode os.FileMode) {
	w.t.Helper()
	w.must(filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(path, mode)
		}
		return err
	}))
}

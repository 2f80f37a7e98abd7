package faults

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"
)

// sshServer runs git's two services for whoever has the right key.
type sshServer struct {
	w      *world
	config *ssh.ServerConfig
	mu     sync.Mutex
	// allowed is the public key that may come in.
	allowed ssh.PublicKey
	fault   sshFault
	conns   sync.WaitGroup
}

// sshFault is what the server does wrong with a push; the zero value is nothing.
type sshFault struct {
	// refuses is written to the client's stderr, and the push is not run.
	refuses string
	// takes is how many bytes of a push are taken before the line goes dead.
	takes int64
	// mute runs a push to its end and answers nothing.
	mute bool
}

// suffers changes what is wrong.
func (s *sshServer) suffers(f sshFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// overSSH puts origin behind ssh: a server of our own on the loopback address,
// and the system's ssh as the client, with keys and hosts of its own.
func (w *world) overSSH() {
	w.t.Helper()
	for _, tool := range []string{"ssh", "ssh-keygen"} {
		if _, err := exec.LookPath(tool); err != nil {
			w.t.Skipf("%s is not installed", tool)
		}
	}
	s := &sshServer{w: w}
	w.ssh = s
	s.config = &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.allowed == nil || !bytes.Equal(key.Marshal(), s.allowed.Marshal()) {
			return nil, fmt.Errorf("not this key")
		}
		return nil, nil
	}}
	host := s.newHostKey()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	s.conns.Go(func() { s.accept(l) })
	w.proxy = newProxy(w.t, func() (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) })
	w.t.Cleanup(func() { _ = l.Close(); s.conns.Wait() })
	w.keygen("key", "")
	w.knowsHost(host)
	w.allow("key")
	w.remote("ssh://git@" + w.proxy.addr() + w.origin.Dir)
	w.useKey("key")
}

func (s *sshServer) newHostKey() ssh.PublicKey {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	s.w.must(err)
	signer, err := ssh.NewSignerFromKey(private)
	s.w.must(err)
	s.config.AddHostKey(signer)
	return signer.PublicKey()
}

// keygen makes a key pair in the world's room.
func (w *world) keygen(name, passphrase string) {
	w.t.Helper()
	out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "ada", "-f", w.room(name)).CombinedOutput()
	if err != nil {
		w.t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
}

// allow lets one key in.
func (w *world) allow(name string) {
	data, err := os.ReadFile(w.room(name + ".pub"))
	w.must(err)
	key, _, _, _, err := ssh.ParseAuthorizedKey(data)
	w.must(err)
	w.ssh.mu.Lock()
	w.ssh.allowed = key
	w.ssh.mu.Unlock()
}

// knowsHost writes the person's known_hosts; nil empties it.
func (w *world) knowsHost(key ssh.PublicKey) {
	line := ""
	if key != nil {
		host, port, err := net.SplitHostPort(w.proxy.addr())
		w.must(err)
		line = fmt.Sprintf("[%s]:%s %s", host, port, ssh.MarshalAuthorizedKey(key))
	}
	w.must(os.WriteFile(w.room("known_hosts"), []byte(line), 0o600))
}

// useKey writes the person's ssh configuration: nothing of the machine's own.
func (w *world) useKey(name string) {
	lines := []string{
		"Host *", "UserKnownHostsFile " + w.room("known_hosts"), "GlobalKnownHostsFile " + os.DevNull,
		"IdentityFile " + w.room(name), "IdentitiesOnly yes", "IdentityAgent none", "StrictHostKeyChecking yes",
		"PreferredAuthentications publickey", "ControlMaster no",
	}
	w.must(os.WriteFile(w.room("ssh_config"), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	w.extra = append(w.extra, "GIT_SSH_COMMAND=ssh -F "+w.room("ssh_config"))
}

func (s *sshServer) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s.conns.Go(func() { s.serve(conn) })
	}
}

func (s *sshServer) serve(conn net.Conn) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, s.config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for wanted := range channels {
		if wanted.ChannelType() != "session" {
			_ = wanted.Reject(ssh.UnknownChannelType, "sessions only")
			continue
		}
		channel, requests, err := wanted.Accept()
		if err != nil {
			return
		}
		s.session(conn, channel, requests)
	}
}

// service is what git asks of a server.
var service = regexp.MustCompile(`^(git-upload-pack|git-receive-pack) '(/[^']*)'$`)

func (s *sshServer) session(conn net.Conn, channel ssh.Channel, requests <-chan *ssh.Request) {
	defer channel.Close()
	protocol := ""
	for r := range requests {
		var fields struct{ Name, Value string }
		switch r.Type {
		case "env":
			if ssh.Unmarshal(r.Payload, &fields) == nil && fields.Name == "GIT_PROTOCOL" {
				protocol = fields.Value
			}
			_ = r.Reply(true, nil)
		case "exec":
			var command struct{ Text string }
			err := ssh.Unmarshal(r.Payload, &command)
			_ = r.Reply(err == nil, nil)
			status := s.run(conn, channel, command.Text, protocol)
			_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
			return
		default:
			_ = r.Reply(false, nil)
		}
	}
}

func (s *sshServer) run(conn net.Conn, channel ssh.Channel, command, protocol string) uint32 {
	parts := service.FindStringSubmatch(command)
	if parts == nil {
		return 127
	}
	var fault sshFault
	if parts[1] == pushing {
		s.mu.Lock()
		fault = s.fault
		s.mu.Unlock()
	}
	if fault.refuses != "" {
		_, _ = io.WriteString(channel.Stderr(), fault.refuses)
		return 1
	}
	cmd := exec.Command("git", strings.TrimPrefix(parts[1], "git-"), filepath.Clean(parts[2]))
	cmd.Env = append(s.w.serverEnv(), "GIT_PROTOCOL="+protocol)
	in, err := cmd.StdinPipe()
	if err != nil {
		return 1
	}
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	var late bytes.Buffer
	if fault.mute {
		cmd.Stdout = &untilPack{to: channel, late: &late}
	}
	if err := cmd.Start(); err != nil {
		return 1
	}
	go func() {
		from := io.Reader(channel)
		if fault.takes > 0 {
			from = io.LimitReader(channel, fault.takes)
		}
		_, _ = io.Copy(in, from)
		if fault.takes > 0 {
			_ = conn.Close()
		}
		_ = in.Close()
	}()
	err = cmd.Wait()
	if fault.mute {
		_ = conn.Close()
	}
	if err != nil {
		return 1
	}
	return 0
}

// untilPack passes on the list of refs, which ends with a flush packet, and
// keeps what comes after it: the server's answer to the push.
type untilPack struct {
	to   io.Writer
	late *bytes.Buffer
	over bool
}

// Write implements io.Writer.
func (u *untilPack) Write(p []byte) (int, error) {
	if u.over {
		return u.late.Write(p)
	}
	u.over = bytes.HasSuffix(p, []byte("0000"))
	return u.to.Write(p)
}

// newHostKeyOf is a key that this server does not have.
func (s *sshServer) newHostKeyOf() ssh.PublicKey {
	public, _, err := ed25519.GenerateKey(rand.Reader)
	s.w.must(err)
	key, err := ssh.NewPublicKey(public)
	s.w.must(err)
	return key
}

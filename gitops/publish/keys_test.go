package publish

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops/gittest"
)

// keys are throw-away keys: what they add to the environment, and the
// configuration that uses them.
type keys struct {
	t      *testing.T
	dir    string
	env    []string
	config [][2]string
}

func (k *keys) set(key, value string) { k.config = append(k.config, [2]string{key, value}) }

// use writes the configuration where only includeIf "gitdir:" brings it in.
func (k *keys) use(r *gittest.Repo) *keys {
	k.t.Helper()
	var s []setting
	for _, c := range k.config {
		s = append(s, setting{c[0], c[1]})
	}
	path := filepath.Join(k.dir, "included")
	write(k.t, path, configText(s), 0o600)
	r.Git("config", "includeIf.gitdir:"+r.Dir+"/.path", path)
	return k
}

func (k *keys) tool(stdin, name string, args ...string) string {
	k.t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		k.t.Skipf("no %s here", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), k.env...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		k.t.Fatalf("%s %v: %v %s", name, args, err, stderrText(err))
	}
	return string(out)
}

func stderrText(err error) string {
	if exit, ok := err.(*exec.ExitError); ok {
		return string(exit.Stderr)
	}
	return ""
}

// shortDir is a folder for sockets, whose paths may not be long.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "k")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// gnupg is a home of gpg with an agent of its own. The pinentry answers with
// the passphrase, if it is asked on a terminal.
func gnupg(t *testing.T, passphrase string) *keys {
	t.Helper()
	k := &keys{t: t, dir: shortDir(t)}
	home := filepath.Join(k.dir, "g")
	pinentry := filepath.Join(k.dir, "pinentry")
	write(t, pinentry, `#!/bin/sh
echo "OK hello"
tty=
while read -r line; do
	case $line in
	"OPTION ttyname="*) tty=${line#OPTION ttyname=}; echo OK ;;
	GETPIN*)
		if test -c "$tty" || test -e "`+k.dir+`/anywhere"; then echo "D `+passphrase+`"; echo OK; else echo "ERR 83918950 no terminal <Pinentry>"; fi ;;
	BYE*) echo OK; exit ;;
	*) echo OK ;;
	esac
done
`, 0o700)
	k.pinentry(pinentry)
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	k.env = []string{"GNUPGHOME=" + home}
	t.Cleanup(func() {
		if path, err := exec.LookPath("gpgconf"); err == nil {
			cmd := exec.Command(path, "--kill", "all")
			cmd.Env = append(os.Environ(), k.env...)
			_ = cmd.Run()
		}
	})
	return k
}

// pinentry says who asks for a passphrase. Keys that are thrown away need none
// of the seconds by which an agent makes a passphrase hard to guess.
func (k *keys) pinentry(program string) {
	k.t.Helper()
	write(k.t, filepath.Join(k.dir, "g/gpg-agent.conf"), "pinentry-program "+program+"\ns2k-count 65536\n", 0o600)
}

// openPGP makes an OpenPGP key and gives its fingerprint.
func (k *keys) openPGP(passphrase string) string {
	k.t.Helper()
	k.tool("", "gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", passphrase,
		"--quick-gen-key", "Ada Example <ada@example.com>", "ed25519", "sign", "0")
	return k.fingerprint("gpg")
}

func (k *keys) fingerprint(tool string) string {
	k.t.Helper()
	for _, row := range strings.Split(k.tool("", tool, "-K", "--with-colons"), "\n") {
		if fields := strings.Split(row, ":"); fields[0] == "fpr" {
			return fields[9]
		}
	}
	k.t.Fatal("no key was made")
	return ""
}

// x509 makes a certificate that signs itself and is trusted here.
func (k *keys) x509() string {
	k.t.Helper()
	write(k.t, filepath.Join(k.dir, "anywhere"), "", 0o600)
	made := k.tool("Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSerial: random\nName-DN: CN=Ada Example\nName-Email: ada@example.com\nHash-Algo: SHA256\n",
		"gpgsm", "--batch", "--gen-key")
	k.tool(made, "gpgsm", "--batch", "--import")
	id := k.fingerprint("gpgsm")
	write(k.t, filepath.Join(k.dir, "g/trustlist.txt"), id+" S relax\n", 0o600)
	write(k.t, filepath.Join(k.dir, "g/gpgsm.conf"), "disable-crl-checks\n", 0o600)
	k.tool("", "gpgconf", "--kill", "gpg-agent")
	return id
}

// ssh makes an ssh key and gives its file and its public half.
func sshKeys(t *testing.T, passphrase string) (k *keys, file, public string) {
	t.Helper()
	k = &keys{t: t, dir: shortDir(t)}
	file = filepath.Join(k.dir, "id")
	k.tool("", "ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", file)
	data, err := os.ReadFile(file + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	public = strings.TrimSpace(string(data))
	write(t, filepath.Join(k.dir, "allowed"), "ada@example.com "+public+"\n", 0o600)
	k.set("gpg.format", "ssh")
	k.set("gpg.ssh.allowedSignersFile", filepath.Join(k.dir, "allowed"))
	return k, file, public
}

// agent starts an ssh agent.
func (k *keys) agent() {
	k.t.Helper()
	path, err := exec.LookPath("ssh-agent")
	if err != nil {
		k.t.Skip("no ssh-agent here")
	}
	socket := filepath.Join(k.dir, "agent")
	cmd := exec.Command(path, "-D", "-a", socket)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	// It says where it listens once it does.
	if _, err := fmt.Fscanf(out, "SSH_AUTH_SOCK="); err != nil {
		k.t.Fatal(err)
	}
	k.env = append(k.env, "SSH_AUTH_SOCK="+socket)
}

// wrapper stands in for a program and notes that it was asked.
func (k *keys) wrapper(name string) string {
	k.t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		k.t.Skipf("no %s here", name)
	}
	own := filepath.Join(k.dir, "my-"+name)
	write(k.t, own, "#!/bin/sh\necho asked >> "+own+".log\nexec "+path+" \"$@\"\n", 0o700)
	return own
}

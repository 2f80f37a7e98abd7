//go:build unix

package publish

import (
	"os/exec"
	"syscall"
)

// ownGroup gives git a session of its own. A group is needed to stop git's
// children (ssh, hooks) with it; a session beyond that takes the terminal
// away, so that ssh fails at once and in words in place of asking for a
// passphrase in the middle of a full-screen program.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}

// stopGroup asks git and its children to end; git removes its lock files then.
func stopGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
}

// killGroup ends what did not listen.
func killGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
}

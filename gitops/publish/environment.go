package publish

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// foreign are the variables that would point git at another repository, index
// or object store than the one that was asked for. They are set whenever ahead
// is started from a hook or an alias.
var foreign = map[string]bool{
	"GIT_DIR": true, "GIT_WORK_TREE": true, "GIT_INDEX_FILE": true, "GIT_PREFIX": true,
	"GIT_OBJECT_DIRECTORY": true, "GIT_ALTERNATE_OBJECT_DIRECTORIES": true, "GIT_QUARANTINE_PATH": true,
	"GIT_COMMON_DIR": true, "GIT_IMPLICIT_WORK_TREE": true, "GIT_GRAFT_FILE": true,
	"GIT_REPLACE_REF_BASE": true, "GIT_SHALLOW_FILE": true, "GIT_NAMESPACE": true,
	"GIT_INTERNAL_SUPER_PREFIX": true, "GIT_ATTR_SOURCE": true, "GIT_DEFAULT_HASH": true,
	"GIT_LITERAL_PATHSPECS": true, "GIT_GLOB_PATHSPECS": true, "GIT_NOGLOB_PATHSPECS": true, "GIT_ICASE_PATHSPECS": true,
}

// cleanEnv is the environment of every command. Replacement objects are off:
// the remote never sees them, so a plan must not either.
func cleanEnv(env []string) []string {
	out := make([]string, 0, len(env)+4)
	for _, kv := range env {
		name, _, _ := strings.Cut(kv, "=")
		if !foreign[name] {
			out = append(out, kv)
		}
	}
	return append(out,
		"GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1",
		"LC_ALL=C")
}

// offlineEnv keeps a command from the network. A git that does not know the
// first (before 2.39.4 and its kin) does start its fetch, and the second lets
// that fetch use no transport at all (git(1), GIT_ALLOW_PROTOCOL).
var offlineEnv = []string{"GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none"}

func envValue(env []string, name string) string {
	value := ""
	for _, kv := range env {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			value = v
		}
	}
	return value
}

// setting is one value of git's configuration, given for one command only.
type setting struct{ key, value string }

// configEnv hands settings over in the environment, behind those that are
// there already: unlike -c it can carry any character, in key and value, and
// is not seen in a list of processes.
func configEnv(env []string, settings []setting) []string {
	if len(settings) == 0 {
		return nil
	}
	n, err := strconv.Atoi(envValue(env, "GIT_CONFIG_COUNT"))
	if err != nil || n < 0 {
		n = 0
	}
	var out []string
	for i, s := range settings {
		out = append(out,
			fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", n+i, s.key),
			fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", n+i, s.value))
	}
	return append(out, fmt.Sprintf("GIT_CONFIG_COUNT=%d", n+len(settings)))
}

// dateEnv dates what the next command makes, if dates are given at all.
func (g *Git) dateEnv() []string {
	if g.dates == nil {
		return nil
	}
	return datedEnv(g.dates())
}

func datedEnv(t time.Time) []string {
	date := fmt.Sprintf("@%d %s", t.Unix(), t.Format("-0700"))
	return []string{"GIT_AUTHOR_DATE=" + date, "GIT_COMMITTER_DATE=" + date}
}

package repo

import (
	"os"
	"strconv"
)

// Environment is what of the process decides how a repository is opened.
type Environment struct {
	// Lookup reads an environment variable.
	Lookup func(string) (string, bool)
	// UID is the effective user id; negative where files have no owners that
	// could be compared.
	UID int
	// SystemConfig is git's system-wide configuration file.
	SystemConfig string
}

// ProcessEnvironment is that of the running process.
func ProcessEnvironment() Environment {
	return Environment{Lookup: os.LookupEnv, UID: os.Geteuid(), SystemConfig: "/etc/gitconfig"}
}

func (e Environment) get(name string) string {
	v, _ := e.Lookup(name)
	return v
}

// isSet reports whether a boolean variable says yes; git takes most words for
// yes, and an empty value for no.
func (e Environment) isSet(name string) bool {
	v, ok := e.Lookup(name)
	return ok && parseBool(v)
}

func parseBool(v string) bool {
	switch v {
	case "true", "yes", "on", "True", "Yes", "On", "TRUE", "YES", "ON":
		return true
	}
	n, err := strconv.Atoi(v)
	return err == nil && n != 0
}

package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

type versionDocument struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "What this program is",
		Args:  cobra.NoArgs,
		RunE: a.run(func(context.Context, []string) error {
			v := buildVersion()
			if a.flags.json {
				printJSON(a.out, v)
				return nil
			}
			a.say("%s", v)
			return nil
		}),
	}
}

func (v versionDocument) String() string {
	return fmt.Sprintf("ahead %s %s (%s, %s/%s)", v.Version, v.Commit, v.Go, v.OS, v.Arch)
}

// buildVersion reads what the go tool stamped into the binary.
func buildVersion() versionDocument {
	v := versionDocument{Version: "devel", Commit: "unknown", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value[:min(7, len(s.Value))]
		}
	}
	return v
}

// Command ahead reverts what broke production, forward only: see README.md.
package main

import (
	"os"

	"ahead/ui/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

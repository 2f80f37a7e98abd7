package term

import "io"

// Asking is a program that asks a person for something on the terminal, such as
// a key's passphrase. It is run with the terminal released.
type Asking interface {
	SetStdin(r io.Reader)
	SetStdout(w io.Writer)
	SetStderr(w io.Writer)
	Run() error
	// Words says what will run.
	Words() string
}

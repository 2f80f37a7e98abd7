package plain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"ahead/gitops"
	"ahead/ui/term"
)

// maxLine bounds an answer, in bytes.
const maxLine = 64 << 10

// input reads lines, each only when it is asked for.
type input struct{ from *bufio.Reader }

func newInput(r io.Reader) *input { return &input{from: bufio.NewReaderSize(r, maxLine)} }

// line waits for a line, or for the end of ctx; a read that is under way then
// is left behind, since nothing can stop it. A last line without its end comes
// with io.EOF: it was typed but never sent, so it must not open the gate.
func (in *input) line(ctx context.Context) (string, error) {
	type result struct {
		text string
		err  error
	}
	got := make(chan result, 1)
	go func() {
		b, err := in.from.ReadSlice('\n')
		got <- result{string(b), err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-got:
		if errors.Is(r.err, bufio.ErrBufferFull) {
			return "", &gitops.Error{Code: gitops.CodeUsage, What: "an answer is longer than 64 KiB", Hint: "answer with one of the choices"}
		}
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return "", fmt.Errorf("read the answer: %w", r.err)
		}
		return strings.TrimSuffix(strings.TrimSuffix(r.text, "\n"), "\r"), r.err
	}
}

// output writes whole lines; after a failure it writes no more, and failed
// tells it. Steps of a publish come from another goroutine, hence the lock.
type output struct {
	mu    sync.Mutex
	to    io.Writer
	ascii bool
	err   error
}

func (o *output) line(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return
	}
	if o.ascii {
		text = term.ASCII(text)
	}
	if _, err := io.WriteString(o.to, text+"\n"); err != nil {
		o.err = fmt.Errorf("write to the terminal: %w", err)
	}
}

func (o *output) failed() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err
}

// say writes one line. Foreign text in it must have been cleaned.
func (s *session) say(format string, args ...any) { s.out.line(fmt.Sprintf(format, args...)) }

// ask puts a question and gives the answer without blanks around it.
func (s *session) ask(question string) (string, error) {
	text, err := s.askExactly(question)
	return strings.TrimSpace(text), err
}

// askExactly gives the answer as it was typed.
func (s *session) askExactly(question string) (string, error) {
	s.say("%s", question)
	if err := s.out.failed(); err != nil {
		return "", err
	}
	return s.in.line(s.ctx)
}

// choose puts a question whose answers are letters or numbers; q and b mean
// the same everywhere.
func (s *session) choose(question string) (string, error) {
	answer, err := s.ask(question)
	if err != nil {
		return "", err
	}
	switch strings.ToLower(answer) {
	case "q", "quit":
		return "", errQuit
	case "b", "back":
		return "", errBack
	}
	return answer, nil
}

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
type input struct {
	from *bufio.Reader
	// next is the read that is under way, or its line that nobody has taken: a
	// read cannot be stopped, and what it brings is the next answer.
	next chan answer
}

type answer struct {
	text string
	err  error
	// cut says that it is the beginning of a longer line.
	cut bool
}

func newInput(r io.Reader) *input { return &input{from: bufio.NewReaderSize(r, maxLine)} }

// begin has the next line read, unless that is under way.
func (in *input) begin() chan answer {
	if in.next != nil {
		return in.next
	}
	next := make(chan answer, 1)
	in.next = next
	go func() {
		next <- in.read()
	}()
	return next
}

// read takes one line off the input, of which no more than the beginning is kept.
func (in *input) read() answer {
	b, err := in.from.ReadSlice('\n')
	a := answer{text: string(b), err: err}
	for a.cut = errors.Is(err, bufio.ErrBufferFull); errors.Is(a.err, bufio.ErrBufferFull); {
		_, a.err = in.from.ReadSlice('\n')
	}
	return a
}

// line waits for a line, or for the end of ctx. A last line without its end comes
// with io.EOF: it was typed but never sent, so it must not open the gate.
func (in *input) line(ctx context.Context) (string, error) {
	text, cut, err := in.pasted(ctx)
	if cut {
		return "", &gitops.Error{Code: gitops.CodeUsage, What: "an answer is longer than 64 KiB", Hint: "answer with one of the choices"}
	}
	return text, err
}

// pasted is line for text that somebody else wrote, such as a log: of a line that is
// too long it gives the beginning.
func (in *input) pasted(ctx context.Context) (text string, cut bool, err error) {
	select {
	case <-ctx.Done():
		return "", false, ctx.Err()
	case r := <-in.begin():
		in.next = nil
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return "", false, fmt.Errorf("read the answer: %w", r.err)
		}
		return strings.TrimSuffix(strings.TrimSuffix(r.text, "\n"), "\r"), r.cut, r.err
	}
}

// emptyLine waits until done is closed or an empty line comes, and takes that. A
// line that says something is the answer to the next question: it stays.
func (in *input) emptyLine(done <-chan struct{}) {
	next := in.begin()
	select {
	case <-done:
	case r := <-next:
		if r.err == nil && strings.TrimSpace(r.text) == "" {
			in.next = nil
			return
		}
		next <- r
		<-done
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

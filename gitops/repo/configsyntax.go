package repo

import (
	"errors"
	"fmt"
	"strings"
)

// configParser reads the syntax of git-config(1), "Syntax": sections with
// optional quoted subsections, settings with quotes, escapes, comments and
// continued lines.
type configParser struct {
	text    string
	pos     int
	line    int
	section string
}

// parseConfig calls yield for each setting in order, with its canonical key. A
// setting without "=" is "true".
func parseConfig(data []byte, yield func(key, value string) error) error {
	text := strings.TrimPrefix(string(data), "\ufeff")
	p := &configParser{text: strings.ReplaceAll(text, "\r\n", "\n"), line: 1}
	for {
		p.skipBlank()
		c, ok := p.peek()
		if !ok {
			return nil
		}
		if c == '[' {
			if err := p.readSection(); err != nil {
				return fmt.Errorf("line %d: %w", p.line, err)
			}
			continue
		}
		key, value, err := p.readSetting()
		if err != nil {
			return fmt.Errorf("line %d: %w", p.line, err)
		}
		if err := yield(key, value); err != nil {
			return err
		}
	}
}

func (p *configParser) peek() (byte, bool) {
	if p.pos >= len(p.text) {
		return 0, false
	}
	return p.text[p.pos], true
}

func (p *configParser) next() (byte, bool) {
	c, ok := p.peek()
	if ok {
		p.pos++
		if c == '\n' {
			p.line++
		}
	}
	return c, ok
}

// skipBlank passes white space, line ends and comments.
func (p *configParser) skipBlank() {
	for {
		c, ok := p.peek()
		switch {
		case !ok:
			return
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.next()
		case c == '#' || c == ';':
			p.skipLine()
		default:
			return
		}
	}
}

func (p *configParser) skipLine() {
	for c, ok := p.peek(); ok && c != '\n'; c, ok = p.peek() {
		p.next()
	}
}

// readSection reads [name], [name "sub"] or the old [name.sub].
func (p *configParser) readSection() error {
	p.next()
	start := p.pos
	for c, ok := p.peek(); ok && c != ']' && c != ' ' && c != '\t' && c != '\n'; c, ok = p.peek() {
		p.next()
	}
	name := strings.ToLower(p.text[start:p.pos])
	for c, ok := p.peek(); ok && (c == ' ' || c == '\t'); c, ok = p.peek() {
		p.next()
	}
	if c, _ := p.peek(); c == '"' {
		sub, err := p.readSubsection()
		if err != nil {
			return err
		}
		name += "." + sub
	}
	if c, ok := p.next(); !ok || c != ']' || name == "" {
		return errors.New("section without an end")
	}
	p.section = name
	return nil
}

func (p *configParser) readSubsection() (string, error) {
	p.next()
	var b strings.Builder
	for {
		c, ok := p.next()
		switch {
		case !ok || c == '\n':
			return "", errors.New("subsection without an end")
		case c == '"':
			return b.String(), nil
		case c == '\\':
			if c, ok = p.next(); !ok || c == '\n' {
				return "", errors.New("subsection without an end")
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-'
}

// readSetting reads one setting. Before the first section git takes it under
// its bare name, and so does this.
func (p *configParser) readSetting() (key, value string, err error) {
	start := p.pos
	for c, ok := p.peek(); ok && isNameByte(c); c, ok = p.peek() {
		p.next()
	}
	name := strings.ToLower(p.text[start:p.pos])
	if name == "" {
		return "", "", errors.New("neither a section nor a setting")
	}
	key = name
	if p.section != "" {
		key = p.section + "." + name
	}
	for c, ok := p.peek(); ok && (c == ' ' || c == '\t'); c, ok = p.peek() {
		p.next()
	}
	switch c, ok := p.peek(); {
	case !ok || c == '\n' || c == '#' || c == ';' || c == '\r':
		return key, "true", nil
	case c == '=':
		p.next()
		value, err = p.readValue()
		return key, value, err
	default:
		return "", "", fmt.Errorf("setting %q without a value", name)
	}
}

// readValue reads to the end of the line. Blanks inside are kept, those
// around only within quotes.
func (p *configParser) readValue() (string, error) {
	var b strings.Builder
	quoted := false
	// kept is how much of b stands before trailing blanks.
	kept := 0
	for {
		c, ok := p.next()
		switch {
		case !ok || c == '\n':
			if quoted {
				return "", errors.New("quote without an end")
			}
			return b.String()[:kept], nil
		case c == '"':
			quoted = !quoted
			kept = b.Len()
			continue
		case c == '\\':
			if err := p.readEscape(&b); err != nil {
				return "", err
			}
		case !quoted && (c == '#' || c == ';'):
			p.skipLine()
			continue
		case !quoted && (c == ' ' || c == '\t'):
			if b.Len() > 0 {
				b.WriteByte(c)
			}
			continue
		default:
			b.WriteByte(c)
		}
		kept = b.Len()
	}
}

func (p *configParser) readEscape(b *strings.Builder) error {
	c, ok := p.next()
	if !ok {
		return errors.New("backslash at the end of the file")
	}
	switch c {
	case '\n':
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'b':
		b.WriteByte('\b')
	case '"', '\\':
		b.WriteByte(c)
	default:
		return fmt.Errorf("unknown escape \\%c", c)
	}
	return nil
}

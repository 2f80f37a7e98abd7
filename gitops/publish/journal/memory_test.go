package journal

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"sort"
)

// memory is a folder that knows what a power cut would leave of it.
type memory struct {
	files map[string]*memoryFile
	// made says that the folder's own name is durable.
	made bool
	// room is how many more bytes fit; below zero there is no limit.
	room int
}

type memoryFile struct {
	m    *memory
	data []byte
	// synced is how many bytes are durable, named whether the name is.
	synced int
	named  bool
}

var (
	errFull   = errors.New("no space left")
	errNoName = errors.New("the folder was not made")
)

func newMemory() *memory { return &memory{files: map[string]*memoryFile{}, room: -1} }

func newMemoryJournal() (*Journal, *memory) {
	m := newMemory()
	return &Journal{folder: m, redact: func(s string) string { return s }}, m
}

func (m *memory) Make() error { m.made = true; return nil }

func (m *memory) Create(name string) (file, error) {
	if !m.made {
		return nil, errNoName
	}
	if m.files[name] != nil {
		return nil, fs.ErrExist
	}
	m.files[name] = &memoryFile{m: m}
	return m.files[name], nil
}

func (m *memory) Append(name string) (file, error) {
	if m.files[name] == nil {
		return nil, fs.ErrNotExist
	}
	return m.files[name], nil
}

func (m *memory) Read(name string) ([]byte, error) {
	if m.files[name] == nil {
		return nil, fs.ErrNotExist
	}
	return bytes.Clone(m.files[name].data), nil
}

func (m *memory) Names() ([]string, error) {
	var names []string
	for name := range m.files {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, nil
}

func (m *memory) Remove(name string) error { delete(m.files, name); return nil }

func (m *memory) SyncNames() error {
	for _, f := range m.files {
		f.named = true
	}
	return nil
}

func (m *memory) Path(name string) string { return path.Join("runs", name) }

// survivors is the folder after a power cut of the unkindest sort: nothing
// that was not synced is left.
func (m *memory) survivors() *memory {
	left := newMemory()
	left.made = m.made
	for name, f := range m.files {
		if f.named {
			left.files[name] = &memoryFile{m: left, data: bytes.Clone(f.data[:f.synced]), synced: f.synced, named: true}
		}
	}
	return left
}

func (f *memoryFile) Write(p []byte) (int, error) {
	if room := f.m.room; room >= 0 && len(p) > room {
		f.data = append(f.data, p[:room]...)
		f.m.room = 0
		return room, errFull
	}
	if f.m.room >= 0 {
		f.m.room -= len(p)
	}
	f.data = append(f.data, p...)
	return len(p), nil
}

func (f *memoryFile) Sync() error { f.synced = len(f.data); return nil }

func (f *memoryFile) Truncate(size int64) error {
	f.data = f.data[:size]
	f.synced = min(f.synced, len(f.data))
	return nil
}

func (f *memoryFile) Close() error { return nil }

package story

import (
	"fmt"
	"strings"
)

// tree is the files of a commit by path.
type tree map[string]string

// edit changes a tree as somebody with an editor would. It goes by what a line
// says, never by its number, so that the same edit works on a topic branch and
// again where the branch is merged.
type edit func(tree) error

// swap replaces a text that stands in the file exactly once.
func swap(path, old, text string) edit {
	return func(t tree) error {
		if n := strings.Count(t[path], old); n != 1 {
			return fmt.Errorf("%s: %q stands there %d times, not once", path, old, n)
		}
		t[path] = strings.Replace(t[path], old, text, 1)
		return nil
	}
}

// after puts lines behind the one line that holds mark.
func after(path, mark, lines string) edit {
	return func(t tree) error {
		head, rest, ok := strings.Cut(t[path], mark)
		if !ok || strings.Contains(rest, mark) {
			return fmt.Errorf("%s: want %q exactly once", path, mark)
		}
		tail, rest, _ := strings.Cut(rest, "\n")
		t[path] = head + mark + tail + "\n" + lines + rest
		return nil
	}
}

// create adds a file.
func create(path, text string) edit {
	return func(t tree) error {
		if _, taken := t[path]; taken {
			return fmt.Errorf("%s is there already", path)
		}
		t[path] = text
		return nil
	}
}

// move renames a file.
func move(from, to string) edit {
	return func(t tree) error {
		text, there := t[from]
		if _, taken := t[to]; !there || taken {
			return fmt.Errorf("cannot move %s to %s", from, to)
		}
		delete(t, from)
		t[to] = text
		return nil
	}
}

// set gives a key of a JSON file, one key a line, a new value. Where the key
// stands more than once, behind says which: the first after that text.
func set(path, behind, key, value string) edit {
	return func(t tree) error {
		from := strings.Index(t[path], behind)
		if from < 0 {
			return fmt.Errorf("%s: %q is not there", path, behind)
		}
		label := `"` + key + `": `
		at := strings.Index(t[path][from:], label)
		if at < 0 {
			return fmt.Errorf("%s: no %q behind %q", path, key, behind)
		}
		start := from + at + len(label)
		line, _, _ := strings.Cut(t[path][start:], "\n")
		old := strings.TrimSuffix(line, ",")
		if old == value {
			return fmt.Errorf("%s: %q is %s already", path, key, value)
		}
		t[path] = t[path][:start] + value + t[path][start+len(old):]
		return nil
	}
}

// insert puts an object of a JSON list behind the object that holds mark. The
// list must go on there: behind its last object a comma would have to move.
func insert(path, mark, object string) edit {
	return func(t tree) error {
		from := strings.Index(t[path], mark)
		if from < 0 {
			return fmt.Errorf("%s: %q is not there", path, mark)
		}
		const end = "\n    },\n"
		at := strings.Index(t[path][from:], end)
		if at < 0 {
			return fmt.Errorf("%s: nothing follows %q", path, mark)
		}
		cut := from + at + len(end)
		t[path] = t[path][:cut] + object + ",\n" + t[path][cut:]
		return nil
	}
}

// apply makes a new tree out of t; t itself stays.
func apply(t tree, edits []edit) (tree, error) {
	made := make(tree, len(t)+1)
	for path, text := range t {
		made[path] = text
	}
	for _, e := range edits {
		if err := e(made); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// changed gives the paths at which two trees differ, in no order.
func changed(a, b tree) []string {
	var paths []string
	for path, text := range a {
		if other, ok := b[path]; !ok || other != text {
			paths = append(paths, path)
		}
	}
	for path := range b {
		if _, ok := a[path]; !ok {
			paths = append(paths, path)
		}
	}
	return paths
}

package objstore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"ahead/gitops"
)

// maxLooseHeader is longer than any "commit 18446744073709551615\0".
const maxLooseHeader = 32

func loosePath(dir string, h gitops.Hash) string {
	hex := h.String()
	return filepath.Join(dir, hex[:2], hex[2:])
}

// readLoose reads a loose object and checks it. Neither ok nor an error means
// that there is none.
func readLoose(dir string, h gitops.Hash, limit int64) (obj gitops.Object, ok bool, err error) {
	packed, err := os.ReadFile(loosePath(dir, h))
	if errors.Is(err, fs.ErrNotExist) {
		return gitops.Object{}, false, nil
	}
	if err != nil {
		return gitops.Object{}, false, err
	}
	obj, err = decodeLoose(packed, limit)
	if err != nil {
		return gitops.Object{}, false, err
	}
	if gitops.HashObject(obj.Kind, obj.Data) != h {
		return gitops.Object{}, false, errors.New("its content has another id")
	}
	return obj, true, nil
}

// decodeLoose reads "KIND SIZE\0CONTENT", compressed as a whole.
func decodeLoose(packed []byte, limit int64) (gitops.Object, error) {
	f := inflaters.Get().(*inflater)
	defer f.putBack()
	if err := f.reset(packed); err != nil {
		return gitops.Object{}, fmt.Errorf("decompress: %w", err)
	}
	head := make([]byte, maxLooseHeader)
	n, err := io.ReadFull(f.zr, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return gitops.Object{}, fmt.Errorf("decompress: %w", noEOF(err))
	}
	kind, size, start, err := looseHeader(head[:n])
	if err != nil {
		return gitops.Object{}, err
	}
	if size > limit || size > int64(len(packed))*deflateRatio {
		return gitops.Object{}, fmt.Errorf("claims %d bytes", size)
	}
	if int64(n-start) > size {
		return gitops.Object{}, errors.New("has more bytes than its header says")
	}
	data := make([]byte, size)
	have := copy(data, head[start:n])
	if _, err := io.ReadFull(f.zr, data[have:]); err != nil {
		return gitops.Object{}, fmt.Errorf("decompress: %w", noEOF(err))
	}
	if err := f.atEnd(); err != nil {
		return gitops.Object{}, err
	}
	return gitops.Object{Kind: kind, Data: data}, nil
}

func looseHeader(head []byte) (kind gitops.ObjectKind, size int64, start int, err error) {
	end := bytes.IndexByte(head, 0)
	if end < 0 {
		return "", 0, 0, errors.New("has no header")
	}
	word, number, _ := bytes.Cut(head[:end], []byte{' '})
	switch kind = gitops.ObjectKind(word); kind {
	case gitops.KindBlob, gitops.KindTree, gitops.KindCommit, gitops.KindTag:
	default:
		return "", 0, 0, fmt.Errorf("has the unknown kind %q", word)
	}
	size, err = strconv.ParseInt(string(number), 10, 64)
	if err != nil || size < 0 {
		return "", 0, 0, fmt.Errorf("has the size %q", number)
	}
	return kind, size, end + 1, nil
}

package objstore

import (
	"runtime"
	"sync"

	"ahead/gitops"
)

// aFew is how many commits are worth a goroutine.
const aFew = 32

// Commits reads many commits, on as many goroutines as there are cores. The
// error is that of the first which cannot be read.
func (s *Store) Commits(hashes []gitops.Hash) ([]gitops.Commit, error) {
	commits := make([]gitops.Commit, len(hashes))
	errs := make([]error, len(hashes))
	workers := min(runtime.GOMAXPROCS(0), len(hashes)/aFew+1)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(hashes); i += workers {
				commits[i], errs[i] = s.Commit(hashes[i])
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return commits, nil
}

//go:build !unix

package desk_test

import "time"

// cpuUsed is not known here.
func cpuUsed() time.Duration { return 0 }

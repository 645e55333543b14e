package cli

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// parseSize reads a number of bytes: `4096`, `64KiB`, `64K`, `8 MiB`, `1G`. Units are powers of 1024.
func parseSize(s string) (uint64, error) {
	t := strings.TrimSpace(s)
	end := len(t)
	for end > 0 && (t[end-1] < '0' || t[end-1] > '9') {
		end--
	}
	shift, known := map[string]int{"": 0, "b": 0, "k": 10, "kib": 10, "kb": 10, "m": 20, "mib": 20, "mb": 20, "g": 30, "gib": 30, "gb": 30}[strings.ToLower(strings.TrimSpace(t[end:]))]
	n, err := strconv.ParseUint(t[:end], 10, 64)
	if err != nil || !known || bits.Len64(n)+shift > 64 {
		return 0, fmt.Errorf("can't be \"%s\", expected bytes such as 4096, 64KiB or 8MiB", s)
	}
	return n << shift, nil
}

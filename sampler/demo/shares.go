package demo

import (
	"fmt"
	"strconv"
	"strings"
)

// Share is a payload size and how often it comes.
type Share struct {
	Bytes uint32 // payload without header and padding
	Parts uint32 // of all parts of a list; at least 1
}

// Limits of a list of shares.
const (
	maxShares = 32
	maxParts  = 1_000_000
)

// ParseShares reads payload sizes as `--payload` spells them: "64", "64,120", or "64x6,120" for six of 64 bytes to one of 120.
func ParseShares(s string) ([]Share, error) {
	fields := strings.Split(s, ",")
	if len(fields) > maxShares {
		return nil, fmt.Errorf("%w: %d payload sizes, expected at most %d", ErrConfig, len(fields), maxShares)
	}
	shares := make([]Share, 0, len(fields))
	for _, field := range fields {
		size, parts, weighted := strings.Cut(strings.TrimSpace(field), "x")
		if !weighted {
			parts = "1"
		}
		n, err := strconv.ParseUint(size, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%w: payload size \"%s\", expected bytes such as 64, or 64x6 for six parts of them", ErrConfig, field)
		}
		w, err := strconv.ParseUint(parts, 10, 32)
		if err != nil || w < 1 || w > maxParts {
			return nil, fmt.Errorf("%w: payload size \"%s\", expected 1 to %d parts after the x", ErrConfig, field, maxParts)
		}
		shares = append(shares, Share{Bytes: uint32(n), Parts: uint32(w)})
	}
	return shares, nil
}

//go:build race

package circle

// everyNth of the sizes, angles and levels is drawn: drawing is one goroutine, in which the race detector finds nothing.
const everyNth = 7

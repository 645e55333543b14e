//go:build !race

package ringcore_test

// raceEnabled tells whether the race detector is in.
const raceEnabled = false

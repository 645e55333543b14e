//go:build !race

package circle

const everyNth = 1

package circle

// split says how to draw four coverages with two: the parts in set get one, the others the other.
type split struct{ set, high, low uint8 }

// splits are the best ones for all coverages of a cell, numbered as a number of four digits, the first part first.
var splits = func() (all [(levels + 1) * (levels + 1) * (levels + 1) * (levels + 1)]split) {
	for i := range all {
		var cover [4]int
		for n, j := i, 3; j >= 0; n, j = n/(levels+1), j-1 {
			cover[j] = n % (levels + 1)
		}
		all[i] = splitOf(cover)
	}
	return all
}()

// splitOf tries all sets of parts; the coverage of each side is the average of its parts.
func splitOf(cover [4]int) split {
	best, least := split{}, 1<<30
	for set := uint8(1); set < 16; set++ {
		var sum, n [2]int
		for i, c := range cover {
			side := int(set >> i & 1)
			sum[side] += c
			n[side]++
		}
		high, low := rounded(sum[1], n[1]), rounded(sum[0], n[0])
		if high < low || high == low && set != 0b1111 {
			continue
		}
		miss := 0
		for i, c := range cover {
			d := c - low
			if set>>i&1 == 1 {
				d = c - high
			}
			miss += d * d
		}
		if miss < least {
			best, least = split{set, uint8(high), uint8(low)}, miss
		}
	}
	return best
}

// rounded is sum/n, rounded; 0 if n is 0.
func rounded(sum, n int) int {
	if n == 0 {
		return 0
	}
	return (2*sum + n) / (2 * n)
}

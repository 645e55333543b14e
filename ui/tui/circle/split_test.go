package circle

import "testing"

// TestTwoCoveragesAreDrawnExactly splits all cells that have no more than two different coverages.
func TestTwoCoveragesAreDrawnExactly(t *testing.T) {
	for i := range splits {
		var cover [4]int
		seen := map[int]bool{}
		for n, j := i, 3; j >= 0; n, j = n/(levels+1), j-1 {
			cover[j] = n % (levels + 1)
			seen[cover[j]] = true
		}
		if len(seen) > 2 {
			continue
		}
		for j, want := range cover {
			got := int(splits[i].low)
			if splits[i].set>>j&1 == 1 {
				got = int(splits[i].high)
			}
			if got != want {
				t.Fatalf("%v is split into %+v", cover, splits[i])
			}
		}
	}
}

package main

import (
	"math/rand/v2"
	"slices"
)

// Spread is a figure that was measured several times: its median, and an interval around it.
type Spread struct {
	Median   float64 `json:"median"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Interval string  `json:"interval"` // what Low and High are
	Rounds   int     `json:"rounds"`
}

// quantile returns the q-quantile of sorted values, with linear interpolation.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

func median(values []float64) float64 { return quantile(slices.Sorted(slices.Values(values)), 0.5) }

// spread is the median of values and the range in which eight tenths of them lie.
func spread(values []float64) Spread {
	s := slices.Sorted(slices.Values(values))
	return Spread{quantile(s, 0.5), quantile(s, 0.1), quantile(s, 0.9), "80 % of rounds", len(values)}
}

// bootstrap is the median of values and the interval in which the true median lies with 95 %, by resampling with a fixed seed.
func bootstrap(values []float64) Spread {
	const resamples = 4000
	r := rand.New(rand.NewPCG(1, 2))
	medians := make([]float64, resamples)
	again := make([]float64, len(values))
	for i := range medians {
		for j := range again {
			again[j] = values[r.IntN(len(values))]
		}
		medians[i] = median(again)
	}
	slices.Sort(medians)
	return Spread{median(values), quantile(medians, 0.025), quantile(medians, 0.975), "95 % interval of the median", len(values)}
}

// ratios divides pair by pair.
func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}

// differences subtracts pair by pair.
func differences(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

//go:build !linux

package sampler

import (
	"context"
	"time"
)

func sleep(ctx context.Context, d time.Duration, hurry bool) { SleepOnTimer(ctx, d, hurry) }

// processCPU is not known here.
func processCPU() (time.Duration, bool) { return 0, false }

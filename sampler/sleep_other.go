//go:build !linux

package sampler

import (
	"context"
	"time"
)

func sleep(ctx context.Context, d time.Duration) { SleepOnTimer(ctx, d) }

// processCPU is not known here.
func processCPU() (time.Duration, bool) { return 0, false }

//go:build !linux

package sampler

import (
	"context"
	"time"
)

func sleep(ctx context.Context, d time.Duration) { SleepOnTimer(ctx, d) }

// threadCPU is not known here.
func threadCPU() (time.Duration, bool) { return 0, false }

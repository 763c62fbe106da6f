package main

import (
	"fmt"
	"os"
	"testing"
	"time"
)

func TestZ(t *testing.T) {
	cases, err := newCases(12800, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if w := os.Getenv("CASE"); w != "" && w != c.Model+c.Loss {
			continue
		}
		best := time.Hour
		for start := time.Now(); time.Since(start) < 4*time.Second; {
			d, _ := c.train()
			best = min(best, d)
		}
		fmt.Println(c.Name, c.Batch, best, float64(c.Images)/best.Seconds(), "images/s", best/time.Duration((c.Images+c.Batch-1)/c.Batch), "a step")
	}
}

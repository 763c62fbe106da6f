package losses

import (
	"context"
	"testing"

	"hw4/data"
	"hw4/internal/progress"
)

// BenchmarkLogistic measures training steps of Problem 5's model, loading of the batch
// and update included.
func BenchmarkLogistic(b *testing.B) {
	s, err := load(data.Source{})
	if err != nil {
		b.Fatal(err)
	}
	for _, l := range binaryLosses {
		b.Run(l.name, func(b *testing.B) {
			o := Defaults()
			o.Epochs = 1 << 30
			f := o.fit(l, s)
			f.Fitted = nil // measuring an epoch is not what is measured
			f.Test = &data.Set{Rows: s.Test.Rows, Cols: s.Test.Cols, Images: s.Test.Image(0), Labels: s.Test.Labels[:1]}
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			b.ReportAllocs()
			_, _ = f.Run(ctx, progress.Progress{Step: func(progress.Step) {
				if !b.Loop() {
					stop() // the error is that of being stopped
				}
			}})
			b.ReportMetric(float64(o.Batch)*float64(b.N)/b.Elapsed().Seconds(), "images/s")
		})
	}
}

package data_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"hw4/data"
	"hw4/tensor"
)

// gradient is a set of images whose pixels are all different.
func gradient(n, rows, cols int) *data.Set {
	s := &data.Set{Rows: rows, Cols: cols, Labels: make([]byte, n), Images: make([]byte, n*rows*cols)}
	for i := range s.Images {
		s.Images[i] = byte(1 + i*37%255)
	}
	for i := range s.Labels {
		s.Labels[i] = byte(i % 10)
	}
	return s
}

// epoch returns the batches of an epoch as text: indices, labels and pixels.
func epoch(l *data.Loader[float64], cut int) string {
	out := ""
	for b := range l.Batches(1) {
		var scope tensor.Scope[float64]
		cut := min(cut, b.Len())
		out += fmt.Sprint(b.Indices, b.Labels(0, b.Len()), b.Images(&scope, 0, cut).Data(),
			b.Images(&scope, cut, b.Len()).Data(), "\n")
	}
	return out
}

func rng() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// All images come once, in an order that the generator draws, and as they are.
func TestLoaderBringsAllImages(t *testing.T) {
	set := gradient(23, 2, 3)
	for _, opt := range []data.LoaderOptions{{}, {Batch: 5}, {Batch: 5, Last: data.DropLast}, {Batch: 23}, {Batch: 40},
		{Batch: 40, Last: data.DropLast}, {Batch: 5, Workers: 2}, {Batch: 4, Workers: 9}} {
		l := data.NewLoader[float64](set, opt)
		var seen []int
		count := 0
		for b := range l.Batches(1) {
			count++
			var scope tensor.Scope[float64]
			x := b.Images(&scope, 0, b.Len())
			if want := data.Images[float64](set, b.Indices); !slices.Equal(x.Data(), want.Data()) ||
				!slices.Equal(x.Shape(), want.Shape()) {
				t.Errorf("%+v: images %v, want %v", opt, x, want)
			}
			seen = append(seen, b.Indices...)
		}
		size := max(opt.Batch, 1)
		want := 23
		if opt.Last == data.DropLast {
			want = 23 / size * size
		}
		for i, at := range seen {
			if i != at {
				t.Errorf("%+v: image %d in place of %d", opt, at, i)
			}
		}
		if len(seen) != want || count != l.Len() || l.Epochs != 1 {
			t.Errorf("%+v: %d images in %d batches of %d, after %d epochs", opt, len(seen), count, l.Len(), l.Epochs)
		}
	}
	drawn := rng()
	l := data.NewLoader[float64](set, data.LoaderOptions{Batch: 5, Shuffle: rng()})
	for range 3 {
		var want, got []int
		for b := range data.Batches(23, 5, drawn) {
			want = append(want, b...)
		}
		for b := range l.Batches(1) {
			got = append(got, b.Indices...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("order %v, want %v", got, want)
		}
	}
}

// Workers, cores and shards change no bit; epochs, seeds and images do. A walk that
// ends early leaves nobody at work.
func TestLoaderIsDeterministic(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	set := gradient(23, 6, 7)
	loader := func(workers int, seed uint64) *data.Loader[float64] {
		return data.NewLoader[float64](set, data.LoaderOptions{Batch: 5, Workers: workers, Shuffle: rng(),
			Augment: data.Augmentation{Seed: seed, Shift: 2, Rotate: 20, Flip: 0.5}})
	}
	l := loader(0, 7)
	want, second := epoch(l, 2), epoch(l, 2)
	for _, procs := range []int{1, 4} {
		runtime.GOMAXPROCS(procs)
		for _, workers := range []int{0, 1, 3, 20} {
			l := loader(workers, 7)
			for range l.Batches(1) {
				break
			}
			l = loader(workers, 7)
			if epoch(l, 2) != want || epoch(l, 2) != second {
				t.Errorf("%d workers on %d cores: other batches", workers, procs)
			}
		}
	}
	if epoch(loader(0, 8), 2) == want || want == second {
		t.Error("the seed or the epoch changes nothing")
	}
	resumed := loader(0, 7)
	epoch(resumed, 2)
	resumed.Epochs = 1
	if epoch(resumed, 2) != second {
		t.Error("the second epoch is another after the number was set")
	}
}

// changed returns one image after a change, many times.
func changed(set *data.Set, a data.Augmentation, times int) []*tensor.Tensor[float64] {
	l := data.NewLoader[float64](set, data.LoaderOptions{Augment: a})
	var out []*tensor.Tensor[float64]
	for range times {
		for b := range l.Batches(1) {
			out = append(out, b.Images(new(tensor.Scope[float64]), 0, 1).Clone())
		}
	}
	return out
}

// Shifts and flips move pixels and invent none; each is as frequent as the others.
func TestShiftsAndFlips(t *testing.T) {
	set := gradient(1, 4, 5)
	original := data.Images[float64](set, []int{0})
	counts := make(map[string]int)
	const times = 5000
	for _, x := range changed(set, data.Augmentation{Shift: 1, Flip: 0.5}, times) {
		counts[fmt.Sprint(x.Data())]++
	}
	if len(counts) != 18 {
		t.Errorf("%d different images, want 9 shifts, flipped or not", len(counts))
	}
	for _, flipped := range []bool{false, true} {
		for down := -1; down <= 1; down++ {
			for right := -1; right <= 1; right++ {
				want := tensor.Zeros[float64](4, 5)
				for i := range 4 {
					for j := range 5 {
						y, x := i-down, j-right
						if flipped {
							x = 4 - x
						}
						if y >= 0 && y < 4 && x >= 0 && x < 5 {
							want.Set(original.At(0, 0, y, x), i, j)
						}
					}
				}
				if n := counts[fmt.Sprint(want.Data())]; math.Abs(float64(n)-times/18.) > 5*math.Sqrt(times/18.) {
					t.Errorf("%d down, %d right, flipped %v: %d of %d", down, right, flipped, n, times)
				}
			}
		}
	}
}

// A rotation turns the image around its middle: a half turn exactly, and others by the
// angles that were allowed, evenly.
func TestRotations(t *testing.T) {
	set := &data.Set{Rows: 41, Cols: 41, Labels: []byte{0}, Images: make([]byte, 41*41)}
	for i := range 16 { // a bar from the middle to the right
		set.Images[20*41+21+i] = 200
	}
	var lowest, highest, sum float64
	const times = 2000
	for _, x := range changed(set, data.Augmentation{Rotate: 30}, times) {
		total, down, right := 0.0, 0.0, 0.0
		for i := range 41 {
			for j := range 41 {
				v := x.At(0, 0, i, j)
				total, down, right = total+v, down+v*float64(i-20), right+v*float64(j-20)
			}
		}
		if math.Abs(total-16*200./255) > 0.6 || math.Abs(math.Hypot(down, right)/total-8.5) > 0.2 {
			t.Fatalf("the bar has the mass %v and its middle at %v", total, math.Hypot(down, right)/total)
		}
		angle := math.Atan2(down, right) * 180 / math.Pi
		lowest, highest, sum = min(lowest, angle), max(highest, angle), sum+angle
	}
	if lowest < -31 || lowest > -28 || highest > 31 || highest < 28 || math.Abs(sum/times) > 2 {
		t.Errorf("angles from %v to %v with the mean %v, want -30 to 30", lowest, highest, sum/times)
	}
}

func TestLoaderRefuses(t *testing.T) {
	for _, opt := range []data.LoaderOptions{{Batch: -1}, {Workers: -1}, {Augment: data.Augmentation{Shift: -1}},
		{Augment: data.Augmentation{Rotate: -1}}, {Augment: data.Augmentation{Rotate: 181}},
		{Augment: data.Augmentation{Rotate: math.NaN()}}, {Augment: data.Augmentation{Flip: -0.1}},
		{Augment: data.Augmentation{Flip: 1.1}}} {
		func() {
			defer func() {
				if e, ok := recover().(*tensor.ShapeError); !ok || e.Op != "loader" {
					t.Errorf("%+v: panic %v", opt, e)
				}
			}()
			data.NewLoader[float32](gradient(1, 1, 1), opt)
		}()
	}
}

func ExampleNewLoader() {
	set := &data.Set{Rows: 1, Cols: 3, Images: []byte{255, 0, 0, 0, 51, 0, 0, 0, 102}, Labels: []byte{7, 8, 9}}
	loader := data.NewLoader[float32](set, data.LoaderOptions{
		Batch: 2, Workers: 1, Augment: data.Augmentation{Flip: 1},
	})
	for batch := range loader.Batches(1) {
		var scope tensor.Scope[float32]
		fmt.Println(batch.Labels(0, batch.Len()), batch.Images(&scope, 0, batch.Len()).Data())
	}
	// Output:
	// [7 8] [0 0 1 0 0.2 0]
	// [9] [0.4 0 0]
}

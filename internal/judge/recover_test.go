package judge

import (
	"slices"
	"strings"
	"testing"

	"hw4/conv"
	"hw4/internal/report"
	"hw4/internal/report/reporttest"
	"hw4/pool"
	"hw4/tensor"
)

// mirrored turns pictures round, left to right.
func mirrored(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	n, c, h, w := x.Dims4("test")
	y := tensor.Zeros[float64](n, c, h, w)
	for i, v := range x.Data() {
		y.Data()[i/w*w+w-1-i%w] = v
	}
	return y
}

// padded puts pictures into the corner of zeros of 20 x 20.
func padded(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	n, c, h, w := x.Dims4("test")
	y := tensor.Zeros[float64](n, c, 20, 20)
	for i, v := range x.Data() {
		y.Data()[(i/w/h*20+i/w%h)*20+i%w] = v
	}
	return y
}

// pooled is a max pool.
func pooled(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	return pool.MaxPool2d(x, pool.Options{Kernel: [2]int{2, 2}})
}

// wide is a convolution that reaches two pixels to both sides and none up or down.
func wide(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
	return conv.Conv2d(x, tensor.Ones[float64](1, 1, 1, 5), nil, conv.Options{Padding: [2]int{0, 2}})
}

// strided is a convolution with different strides along the axes.
func strided(down, right int) Map {
	return func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return conv.Conv2d(x, tensor.Ones[float64](1, 1, 1, 1), nil, conv.Options{Stride: [2]int{down, right}})
	}
}

// Every way to be no convolution is refused, with what is wrong and where.
func TestRefusals(t *testing.T) {
	drifting := each(func(at [3]int, v float64) float64 { return v * (1 + 0.9e-12*float64(at[1])) })
	ramp := each(func(at [3]int, v float64) float64 { return v * float64(1+at[1]) })
	step := each(func(at [3]int, v float64) float64 { return v * float64(1+at[1]/2) })
	for _, c := range []struct {
		name        string
		f           Map
		least       int // 0: 1
		h, w        int
		answer      string // what the answer says; empty: there is none
		check, says string // the check that failed
		items       int
	}{
		{"squares", tensor.Square[float64], 0, 4, 4, "Refused: the mapping is not linear, and a convolution is. The " +
			"proof is a pair of pictures of 1x1 pixels.", "linear", "f(X + Y) is not f(X) + f(Y): f(X + Y) has 4", 4},
		{"max pooling", pooled, 2, 4, 4, "a pair of pictures of 2x2 pixels.", "linear",
			"f(X + Y) has 1 where f(X) + f(Y) has 2, in channel 1, row 1, column 1", 4},
		{"one row of outputs", same, 0, 1, 4, "Refused: an image of 1x4 has an output of 1x4", "follows shifts",
			"an output of 1x4 has nothing to shift", 0},
		{"one column of outputs", same, 0, 4, 1, "Refused: an image of 4x1 has an output of 4x1", "follows shifts",
			"an output of 4x1 has nothing to shift", 0},
		{"two strides", strided(2, 1), 0, 4, 4, "Refused: the stride is 2 down and 1 to the right, and a filter here has one",
			"follows shifts", "stride 2 down and 1 to the right", 0},
		{"a mirror", mirrored, 0, 4, 4, "The proof: when the 1 of X moves by 1 to the right, the output does not move along.",
			"follows shifts", "no stride to the right fits: the answers to the basis images with their 1 in row 1, column 1 " +
				"and in row 1, column 2 of channel 1 are not shifts of each other", 4},
		{"a ramp", ramp, 0, 4, 3, "The proof: when the 1 of X moves by 1 down", "follows shifts", "no stride down fits: " +
			"the answers to the basis images with their 1 in row 1, column 1 and in row 2, column 1 of channel 1", 4},
		{"a step", step, 0, 4, 3, "The proof: when the 1 of X moves by 1 down", "follows shifts", "no stride down fits: " +
			"the answers to the basis images with their 1 in row 2, column 1 and in row 3, column 1 of channel 1", 4},
		{"a large mirror", mirrored, 0, 3, 17, "does not move along", "follows shifts", "no stride to the right fits", 0},
		{"zero", Filter{W: tensor.Zeros[float64](1, 1, 1, 1), Stride: 1}.Apply, 0, 3, 3, "", "unique",
			"the mapping makes every picture zero", 0},
		{"too many outputs", padded, 0, 4, 4, "", "unique", "no window has outputs of 20x20 for images of 4x4", 0},
		{"rows never seen", wide, 0, 2, 6, "", "unique",
			"images of 2x6 do not show every weight of shape (1,1,5,5); choose a larger size", 0},
		{"weights that drift", drifting, 0, 12, 3, "", "it is the mapping", "differs from the mapping by at most", 0},
	} {
		f, b := Recover(rng(), c.f, max(1, c.least), 1, c.h, c.w)
		bad, answer := b.Failed(), reporttest.Text(b.Answer)
		if len(bad) != 1 || bad[0].Name != c.check || !strings.Contains(bad[0].Detail, c.says) ||
			!strings.Contains(answer, c.answer) || (c.answer == "") != (len(b.Answer) == 0) || len(b.Items) != c.items {
			t.Errorf("%s: %+v, want %s: %s, and the answer %q", c.name, b, c.check, c.says, c.answer)
		}
		if c.check != "it is the mapping" && f.W != nil {
			t.Errorf("%s: read %+v", c.name, f)
		}
	}
}

// The picture and its shift are shown with what the mapping makes of them.
func TestShownBreach(t *testing.T) {
	later := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] { // the mirror of the second channel
		return mirrored(tensor.IndexSelect(x, 1, []int{1}))
	}
	_, b := Recover(rng(), later, 1, 2, 2, 3)
	if len(b.Items) != 4 {
		t.Fatalf("%+v", b)
	}
	for i, want := range []struct {
		name string
		row  []float64
	}{
		{"X[2]", []float64{1, 0, 0}}, {"f(X)", []float64{0, 0, 1}},
		{"X moved[2]", []float64{0, 1, 0}}, {"f(X moved)", []float64{0, 1, 0}},
	} {
		if m := b.Items[i].(report.Matrix); m.Name != want.name || !slices.Equal(m.Rows[0], want.row) {
			t.Errorf("%s is %v, want %s with %v first", m.Name, m.Rows, want.name, want.row)
		}
	}
	_, b = Recover(rng(), func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return tensor.Square(later(x))
	}, 1, 2, 2, 2)
	if !strings.Contains(reporttest.Text(b.Answer), "a pair of pictures of 2 channels of 1x1 pixels") {
		t.Errorf("answer %s", reporttest.Text(b.Answer))
	}
}

// The stride, the padding and the size are the smallest with which the answers are
// those of the mapping.
func TestReadFilter(t *testing.T) {
	for _, c := range []struct {
		name                           string
		f                              Map
		c, h, w                        int
		stride, padding, kernel, least int
		reads                          string // said of how often the weights are read
	}{
		{"every third pixel", strided(3, 3), 1, 6, 9, 3, 0, 1, 1, "every weight of shape (1,1,1,1) was read in at " +
			"least 6 places"},
		{"the corners", strided(3, 3), 1, 4, 4, 3, 0, 1, 1, "was read in at least 4 places"},
		{"a 5 x 5 window", Filter{tensor.Ones[float64](2, 3, 5, 5), 1, 2}.Apply, 3, 3, 3, 1, 2, 5, 1,
			"every weight of shape (2,3,5,5) was read in at least 1 place,"},
		{"padding wider than high", wide, 1, 4, 6, 1, 2, 5, 1, "was read in at least 8 places"},
	} {
		f, b := Recover(rng(), c.f, c.least, c.c, c.h, c.w)
		if !b.OK() || f.Stride != c.stride || f.Padding != c.padding || f.W.Dim(2) != c.kernel || f.W.Dim(3) != c.kernel ||
			len(b.Checks) != 4 || !strings.Contains(b.Checks[2].Detail, c.reads) {
			t.Errorf("%s: %+v, %+v", c.name, f, b)
		}
	}
}

// Whatever the window, stride, padding and channels: what was read off is a convolution
// with the same outputs, and its window is no larger.
func TestRecoverRandomFilters(t *testing.T) {
	random := rng()
	for range 60 {
		kh, kw, stride := 1+random.IntN(4), 1+random.IntN(4), 1+random.IntN(3)
		padding := random.IntN(min(kh, kw))
		out, in := 1+random.IntN(2), 1+random.IntN(2)
		want := Filter{tensor.Normal[float64](random, 0, 1, out, in, kh, kw), stride, padding}
		h, w := 2*stride+kh+random.IntN(3), 2*stride+kw+random.IntN(3)
		got, b := Recover(random, want.Apply, max(1, kh-2*padding, kw-2*padding), in, h, w)
		if !b.OK() || got.Stride != stride || got.Padding > padding || got.W.Dim(2) > kh || got.W.Dim(3) > kw ||
			Compare(got.Apply, want.Apply, Basis(in, h, w), Tolerance{}).Differ {
			t.Errorf("%v, stride %d, padding %d on %dx%d: read %+v, %s", want.W.Shape(), stride, padding, h, w, got,
				reporttest.Text(b.Answer))
		}
	}
}

// Two outputs for six pixels look like stride 3, with which nothing but zeros can be
// compared here: the proof is then that of stride 1.
func TestRefusalHasAProof(t *testing.T) {
	two := func(x *tensor.Tensor[float64]) *tensor.Tensor[float64] {
		return tensor.IndexSelect(x, 3, []int{x.Dim(3) / 2, 0})
	}
	f, b := Recover(rng(), two, 1, 1, 2, 6)
	if f.W != nil || b.OK() || len(b.Items) != 4 ||
		!strings.Contains(reporttest.Text(b.Answer), "when the 1 of X moves by 1 to the right") {
		t.Errorf("%+v", b)
	}
}

// A mapping that is another convolution is read off, and is not the right answer; one
// that is none is refused.
func TestRecoveredIsCompared(t *testing.T) {
	task := small()
	task.Step = 2
	task.Right.W = tensor.FromSlice([]float64{1, 2, 3, 4}, 1, 1, 2, 2)
	task.Plane = func(o, c int) string { return "w" }
	for _, c := range []struct {
		name       string
		definition Map
		ok         bool
		checks     int
	}{
		{"the task's", task.Right.Apply, true, 5},
		{"another", Filter{tensor.Ones[float64](1, 1, 2, 2), 1, 0}.Apply, false, 5},
		{"none", mirrored, false, 2},
	} {
		task.Definition = c.definition
		b := task.Recovered(rng(), 3, 4)
		answer := reporttest.Text(b.Answer)
		if b.OK() != c.ok || len(b.Checks) != c.checks || strings.HasPrefix(answer, "Read off") != (c.checks == 5) {
			t.Errorf("%s: %+v", c.name, b)
		}
		if say := "Read off the answers to the basis images of 1x3x4: a convolution with stride 1, padding 0 and a weight " +
			"of shape (1,1,2,2):\n"; c.checks == 5 && answer != say {
			t.Errorf("%s: %s", c.name, answer)
		}
		var proof report.Body
		ProveRecovered(rng(), &proof, task, 3, 4)
		if proof.OK() != c.ok || len(proof.Checks) != 1 || !strings.Contains(proof.Checks[0].Detail, "of 1x3x4 allow one") {
			t.Errorf("%s: %+v", c.name, proof)
		}
	}
}

// Eight planes of a filter are shown, without those of zeros.
func TestShow(t *testing.T) {
	task := &Task{Plane: func(o, c int) string { return string(rune('a'+o)) + string(rune('a'+c)) }}
	for planes, want := range map[int]string{1: "bb", 8: "bb bc bd be bf bg bh bi",
		9: "bb bc bd be bf bg bh bi and so on."} {
		w := tensor.Zeros[float64](2, planes+1, 1, 2)
		for c := range planes {
			w.Set(1, 1, c+1, 0, 1)
		}
		var names []string
		for _, item := range task.Show(Filter{W: w}) {
			switch item := item.(type) {
			case report.Matrix:
				names = append(names, item.Name)
			case report.Text:
				names = append(names, string(item))
			}
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%d planes: %q, want %q", planes, got, want)
		}
	}
}

package docs_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"

	"hw4/conv"
	"hw4/data"
	"hw4/loss"
	"hw4/pool"
	"hw4/tensor"
	"hw4/tensor/nn"
	"hw4/tensor/optim"
	"hw4/tensor/safetensors"
	"hw4/tensor/train"
)

var mnist = sync.OnceValues(func() (*data.MNIST, error) { return data.Load(data.Source{}) })

// firstImages returns the first n training images of MNIST.
func firstImages(n int) *data.Set {
	all, err := mnist()
	if err != nil {
		log.Fatal(err)
	}
	first := *all.Train
	first.Images, first.Labels = first.Images[:n*28*28], first.Labels[:n]
	return &first
}

func loadFeatures(network nn.Module[float32], found map[string]*tensor.Tensor[float32]) error {
	dict := nn.StateDict(network)
	for name, value := range found {
		if rest, ok := strings.CutPrefix(name, "backbone."); ok {
			dict["features."+rest] = value
		}
	}
	return nn.LoadStateDict(network, dict)
}

func trainHead(network *cnn, set *data.Set, epochs int, rng *rand.Rand) {
	params := nn.Values(network.classifier.Params())
	stepper, adamw := train.NewStepper(params, 16), optim.NewAdamW(params, optim.AdamWOptions{})
	for b := range data.NewLoader[float32](set, data.LoaderOptions{Batch: 32, Shuffle: rng}).Batches(epochs) {
		stepper.Step(b.Len(), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			features := network.features.Forward(b.Images(scope, lo, hi).NoGrad())
			logits := network.classifier.Forward(scope.Enter(features.Clone()))
			return loss.CrossEntropy(logits, b.Labels(lo, hi), loss.CrossEntropyOptions{})
		})
		adamw.Step()
	}
}

func Example_fineTuning() {
	found := map[string]*tensor.Tensor[float32]{"head.weight": tensor.Ones[float32](5, 784)}
	for name, value := range nn.StateDict(newCNN(rand.New(rand.NewPCG(1, 2))).features) {
		found["backbone."+name] = value
	}
	rng := rand.New(rand.NewPCG(3, 4))
	network := newCNN(rng)
	fmt.Println(loadFeatures(network, found))
	before := nn.StateDict(network)
	fmt.Println(before["features.0.0.weight"].At(0, 0, 0, 0) == found["backbone.0.0.weight"].At(0, 0, 0, 0))

	trainHead(network, firstImages(64), 2, rng)
	for _, p := range network.Params() {
		if fmt.Sprint(p.Value.Data()) != fmt.Sprint(before[p.Name].Data()) {
			fmt.Println("changed:", p.Name)
		}
	}
	// Output:
	// <nil>
	// true
	// changed: classifier.2.weight
	// changed: classifier.2.bias
}

type run struct {
	network *cnn
	order   *rand.PCG
	loader  *data.Loader[float32]
	stepper *train.Stepper[float32]
	adamw   *optim.AdamW[float32]
}

func newRun(set *data.Set) *run {
	network, order := newCNN(rand.New(rand.NewPCG(1, 2))), rand.NewPCG(3, 4)
	params := nn.Values(network.Params())
	return &run{network, order,
		data.NewLoader[float32](set, data.LoaderOptions{
			Batch: 32, Shuffle: rand.New(order), Augment: data.Augmentation{Seed: 1, Shift: 1}}),
		train.NewStepper(params, 16), optim.NewAdamW(params, optim.AdamWOptions{})}
}

func (r *run) epoch() {
	for b := range r.loader.Batches(1) {
		r.stepper.Step(b.Len(), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			logits := r.network.Forward(b.Images(scope, lo, hi))
			return loss.CrossEntropy(logits, b.Labels(lo, hi), loss.CrossEntropyOptions{})
		})
		r.adamw.Step()
	}
}

type checkpoint struct {
	Weights       []byte // a file of safetensors
	Optimizer     optim.StateDict
	Steps, Epochs uint64
	Order         []byte
}

func (r *run) save() (*checkpoint, error) {
	var weights bytes.Buffer
	if err := safetensors.Write(&weights, safetensors.FromStateDict(nn.StateDict(r.network), nil)); err != nil {
		return nil, err
	}
	order, err := r.order.MarshalBinary()
	return &checkpoint{weights.Bytes(), r.adamw.StateDict(), r.stepper.Steps, r.loader.Epochs, order}, err
}

func (r *run) resume(c *checkpoint) error {
	file, err := safetensors.Read("the checkpoint", c.Weights)
	if err != nil {
		return err
	}
	dict, err := safetensors.StateDict[float32](file)
	if err != nil {
		return err
	}
	if err := nn.LoadStateDict(r.network, dict); err != nil {
		return err
	}
	if err := r.adamw.LoadStateDict(c.Optimizer); err != nil {
		return err
	}
	r.stepper.Steps, r.loader.Epochs = c.Steps, c.Epochs
	return r.order.UnmarshalBinary(c.Order)
}

func Example_resume() {
	set := firstImages(128)
	straight, stopped, resumed := newRun(set), newRun(set), newRun(set)
	straight.epoch()
	straight.epoch()

	stopped.epoch()
	state, err := stopped.save()
	fmt.Println(err, resumed.resume(state))
	resumed.epoch()
	a, b := straight.network.Params(), resumed.network.Params()
	for i := range a {
		if fmt.Sprint(a[i].Value.Data()) != fmt.Sprint(b[i].Value.Data()) {
			fmt.Println("another", a[i].Name)
		}
	}

	fewer := nn.Values(straight.network.classifier.Params())
	fmt.Println(optim.NewAdamW(fewer, optim.AdamWOptions{}).LoadStateDict(optim.StateDict{"2.step": {4}}))
	// Output:
	// <nil> <nil>
	// adamw: state: 2.step belongs to no parameter
}

type twoInputs struct{ image, numbers, head nn.Module[float32] }

func (m *twoInputs) children() nn.Sequential[float32] {
	return nn.Sequential[float32]{{Name: "image", Module: m.image}, {Name: "numbers", Module: m.numbers},
		{Name: "head", Module: m.head}}
}

func (m *twoInputs) Params() []nn.Param[float32] { return m.children().Params() }

func (m *twoInputs) Forward(x *tensor.Tensor[float32]) *tensor.Tensor[float32] {
	c, rows, pixels := m.children(), x.Dim(0), 28*28
	image := c[0].Forward(tensor.Reshape(tensor.Slice(x, 1, 0, pixels), rows, 1, 28, 28))
	numbers := c[1].Forward(tensor.Slice(x, 1, pixels, x.Dim(1)))
	return c[2].Forward(tensor.Concat(1, image, numbers))
}

func trainRows(net nn.Module[float32], x *tensor.Tensor[float32], labels []int, epochs int, rng *rand.Rand) float64 {
	params, last := nn.Values(net.Params()), 0.0
	stepper, adam := train.NewStepper(params, 16), optim.NewAdam(params, optim.AdamOptions{})
	for range epochs {
		for batch := range data.Batches(x.Dim(0), 32, rng) {
			last = stepper.Step(len(batch), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
				var right []int
				for _, i := range batch[lo:hi] {
					right = append(right, labels[i])
				}
				logits := net.Forward(tensor.IndexSelect(scope.Enter(x), 0, batch[lo:hi]))
				return loss.CrossEntropy(logits, right, loss.CrossEntropyOptions{})
			})
			optim.ClipGradNorm(params, 1)
			adam.Step()
		}
	}
	return last
}

func Example_twoInputs() {
	rng := rand.New(rand.NewPCG(1, 2))
	network := &twoInputs{newCNN(rng), nn.NewLinear[float32](rng, 3, 6, nn.LinearOptions{}),
		nn.NewLinear[float32](rng, 10+6, 2, nn.LinearOptions{})}
	x, labels := tensor.Normal[float32](rng, 0, 1, 64, 28*28+3), make([]int, 64)
	for i := range labels {
		if x.At(i, 28*28) > 0 { // the first of the numbers
			labels[i] = 1
		}
	}
	fmt.Println(trainRows(network, x, labels, 30, rng) < 0.4)

	defer func() { fmt.Println(recover()) }()
	network.Forward(tensor.Ones[float32](5, 28*28+4).NoGrad())
	// Output:
	// true
	// numbers: linear: input (5,4) has 4 features, weight (6,3) wants 3
}

func confusion(network nn.Module[float32], set *data.Set) (counts [10][10]int) {
	for b := range data.NewLoader[float32](set, data.LoaderOptions{Batch: 1000}).Batches(1) {
		sums := train.Evaluate(b.Len(), 25, func(scope *tensor.Scope[float32], lo, hi int) []float64 {
			part, labels := make([]float64, 100), b.Labels(lo, hi)
			for i, said := range tensor.Argmax(network.Forward(b.Images(scope, lo, hi)), 1) {
				part[10*labels[i]+said]++
			}
			return part
		})
		for i, n := range sums {
			counts[i/10][i%10] += int(n)
		}
	}
	return counts
}

func Example_confusion() {
	counts, all := confusion(newCNN(rand.New(rand.NewPCG(1, 2))), firstImages(300)), 0
	for _, row := range counts {
		for _, n := range row {
			all += n
		}
	}
	fmt.Println(all, "images in", len(counts), "rows")
	// Output:
	// 300 images in 10 rows
}

// double makes every pixel of images (N, C, H, W) a square of two by two.
func double(x *tensor.Tensor[float32]) *tensor.Tensor[float32] {
	for axis := 2; axis <= 3; axis++ {
		twice := make([]int, 2*x.Dim(axis))
		for i := range twice {
			twice[i] = i / 2
		}
		x = tensor.IndexSelect(x, axis, twice)
	}
	return x
}

func newDenoiser(rng *rand.Rand) nn.Module[float32] {
	convolution := func(in, out int) nn.Module[float32] {
		return conv.NewConv2d[float32](rng, in, out, [2]int{5, 5}, conv.Options{Padding: [2]int{2, 2}})
	}
	return nn.NewSequential(convolution(1, 8), nn.NewActivation[float32]("silu"),
		pool.NewAvgPool2d[float32](pool.Options{Kernel: [2]int{2, 2}}), convolution(8, 8), nn.NewActivation[float32]("silu"),
		nn.Func[float32](double), convolution(8, 1))
}

func denoise(network nn.Module[float32], set *data.Set, epochs int, rng *rand.Rand) (mean float64) {
	params := nn.Values(network.Params())
	stepper, adam := train.NewStepper(params, 16), optim.NewAdam(params, optim.AdamOptions{LR: 0.01})
	for b := range data.NewLoader[float32](set, data.LoaderOptions{Batch: 32, Shuffle: rng}).Batches(epochs) {
		mean = stepper.Step(b.Len(), func(scope *tensor.Scope[float32], lo, hi int) *tensor.Tensor[float32] {
			x := b.Images(scope, lo, hi)
			return loss.MSE(network.Forward(nn.Dropout(x, 0.3, 7)), x, loss.Mean)
		})
		adam.Step()
	}
	return mean
}

func Example_denoiser() {
	rng := rand.New(rand.NewPCG(1, 2))
	network, set := newDenoiser(rng), firstImages(256)
	fmt.Println(denoise(network, set, 5, rng) < 0.03)
	fmt.Println(network.Forward(data.Images[float32](set, []int{0}).NoGrad()).Shape())
	// Output:
	// true
	// [1 1 28 28]
}

// answer is an http.Handler: a picture in, the digit out.
func answer(network nn.Module[float32]) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		file, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		readings, err := data.ParseDigit[float32]("upload", file)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, tensor.Argmax(network.Forward(readings[0].Image.NoGrad()), 1)[0])
	}
}

func Example_server() {
	handler := answer(newCNN(rand.New(rand.NewPCG(1, 2))))
	ask := func(file []byte) string {
		w := httptest.NewRecorder()
		handler(w, httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(file)))
		return w.Body.String()
	}
	picture, err := os.ReadFile("../internal/problems/lenet5/testdata/clean.png")
	if err != nil {
		log.Fatal(err)
	}
	var answers [8]string
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = ask(picture) })
	}
	all.Wait()
	fmt.Println(len(slices.Compact(answers[:])), "answer to 8 requests")
	refusal, _, _ := strings.Cut(ask([]byte("one")), ",")
	fmt.Println(refusal)
	// Output:
	// 1 answer to 8 requests
	// upload: the picture is of no known format
}

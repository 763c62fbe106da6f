package training

import (
	"bytes"
	"math"
	"slices"
	"strconv"

	"hw4/data"
	"hw4/internal/atomicfile"
	"hw4/internal/report"
	"hw4/internal/strict"
	"hw4/tensor/nn"
	"hw4/tensor/onnx"
)

// Keys of the metadata in a file of weights.
const (
	metaTestSet = "test_set"     // the SHA-256 sum of the test set
	metaCorrect = "test_correct" // how many of its images are classified correctly
)

// Save saves the network of a finished training, unless the path is empty, and reads it
// again.
func Save(b *report.Body, path string, f *Fit, last Epoch) error {
	if path == "" {
		return nil
	}
	err := writeWeights(path, f.Network, map[string]string{
		"format":    "pt", // names and shapes are PyTorch's
		"model":     f.Name,
		metaTestSet: f.Test.SHA256(),
		metaCorrect: strconv.Itoa(countOf(last.TestAcc, f.Test)),
	})
	if err != nil {
		return err
	}
	back, err := ReadWeights(path)
	if err != nil {
		return err
	}
	b.Answerf("The weights are in %s.", path)
	b.Check("the weights are saved", back.equal(f.Network), "%s, read again, has all %d parameters bit for bit",
		path, nn.Count(f.Network.Params()))
	return nil
}

// Export writes a network as the Model of that name, unless the path is empty, and reads
// the file again.
func Export(b *report.Body, path, name string, network nn.Module[float32], image ...int) error {
	if path == "" {
		return nil
	}
	model, err := Model(name, network, image...)
	if err != nil {
		return err
	}
	content := model.Marshal()
	if err := atomicfile.Write(path, content, atomicfile.Options{}); err != nil {
		return err
	}
	back, err := strict.ReadFile(path, maxFile)
	if err != nil {
		return err
	}
	b.Answerf("The network is in %s as an ONNX model: input %q, output %q, %s.",
		path, model.Input.Name, model.Output.Name, report.Plural(len(model.Nodes), "node"))
	b.Check("the network is exported", bytes.Equal(back, content), "%s, read again, has the %d bytes of the model",
		path, len(content))
	return nil
}

// Model returns a network as an ONNX model of images, which are arrays of the given
// shape.
func Model(name string, network nn.Module[float32], image ...int) (*onnx.Model, error) {
	return onnx.Export(network, image, onnx.Options{Name: name, Input: "image", Output: "logits"})
}

// countOf returns how many images of a set an accuracy stands for.
func countOf(accuracy float64, set *data.Set) int {
	return int(math.Round(accuracy * float64(set.Len())))
}

// Evaluation reports how well a fit's network, whose weights come from a file,
// classifies the test images, all together and by class, and returns the accuracy.
func Evaluation(b *report.Body, f *Fit, w *Weights) float64 {
	_, accuracy := f.Evaluate(f.Test)
	total := countOf(accuracy, f.Test)
	b.Answerf("%d of %d test images are classified correctly: %s.", total, f.Test.Len(), report.Percent(accuracy))
	var rows [][]any
	images, right := 0, 0
	for _, class := range slices.Compact(slices.Sorted(slices.Values(f.Test.Labels))) {
		set := f.Test.Subset(class)
		_, share := f.Evaluate(set)
		n := countOf(share, set)
		rows = append(rows, []any{int(class), set.Len(), n, report.Percent(share)})
		images, right = images+set.Len(), right+n
	}
	rows = append(rows, []any{"all", f.Test.Len(), total, report.Percent(accuracy)})
	b.Table([]string{"digit", "test images", "correct", "accuracy"}, rows)
	b.Check("the digits add up", images == f.Test.Len() && right == total, "%d of %d images by digit, %d of %d together",
		right, images, total, f.Test.Len())
	if recorded, found := w.Metadata[metaCorrect]; found && w.Metadata[metaTestSet] == f.Test.SHA256() {
		b.Check("as it was when the weights were saved", recorded == strconv.Itoa(total),
			"%d test images correct, %.20s recorded in the file", total, recorded)
	}
	return accuracy
}

// WeightsSums reports which weights, to the bit, finished trainings have ended with.
func WeightsSums(b *report.Body, fits ...*Fit) {
	row := func(f *Fit) []any { return []any{f.Name, SHA256(f.Network.Params())} }
	b.Table([]string{"final weights of", "SHA-256"}, report.Each(fits, row))
}

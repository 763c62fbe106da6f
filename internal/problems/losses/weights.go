package losses

import (
	"context"
	"fmt"

	"hw4/data"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/tensor/nn"
)

// Weights says what to do with weights of the sheet's model from a file.
type Weights struct {
	File string
	Data data.Source
	Eval bool   // measure their accuracy
	ONNX string // file for the model; empty: none
}

// Solve does it.
func (o Weights) Solve(ctx context.Context) (*report.Report, error) {
	if err := training.CheckWritable(o.ONNX); err != nil {
		return nil, err
	}
	w, err := training.ReadWeights(o.File)
	if err != nil {
		return nil, err
	}
	r := Problem().Report("")
	if o.Eval {
		if err := o.evaluate(&r.Body, w); err != nil {
			return nil, err
		}
	}
	if o.ONNX == "" {
		return r, ctx.Err()
	}
	model, err := linearOf(w, 0)
	if err != nil {
		return nil, err
	}
	return r, export(&r.Body, o.ONNX, model)
}

// evaluate reports how well the model separates the test images of 4s and 9s.
func (o Weights) evaluate(b *report.Body, w *training.Weights) error {
	s, err := load(o.Data)
	if err != nil {
		return err
	}
	model, err := linearOf(w, s.Test.Rows*s.Test.Cols)
	if err != nil {
		return err
	}
	settings := Options{NoBias: model.Bias == nil}
	b.Answerf("%s holds the weights of z = %s%s.", o.File, settings.formula(), w.Matched())
	b.Textf("%s.", describe(s))
	var f *training.Fit
	var rows [][]any
	var accuracy float64 // the same with either loss
	for _, l := range binaryLosses {
		f = settings.fit(l, s)
		f.Network = model
		var onTrain float64
		onTrain, accuracy = f.Evaluate(s.Train)
		onTest, _ := f.Evaluate(s.Test)
		rows = append(rows, []any{l.title, onTrain, onTest})
	}
	b.Textf("On the training images the accuracy is %s.", report.Percent(accuracy))
	b.Table([]string{"loss", "training images", "test images"}, rows)
	training.CheckChance(b, "", training.Evaluation(b, f, w), s.Test)
	return nil
}

// linearOf returns the model of one output that weights belong to, perhaps without a
// bias, for images of so many pixels; 0: of as many as they are for.
func linearOf(w *training.Weights, pixels int) (*nn.LinearLayer[float32], error) {
	what := fmt.Sprintf("a'x + b for images of %d pixels", pixels)
	if pixels == 0 {
		what, pixels = "a'x + b", 1 // 1 if they do not say
		for _, x := range w.Dict {
			if x.Rank() == 2 {
				pixels = max(pixels, x.Dim(1))
			}
		}
	}
	model := newModel(seeded(0, 52), pixels, len(w.Dict) == 1)
	return model, w.Into(model, what)
}

// export writes a'x + b as an ONNX model of images (N, pixels), unless the path is empty.
func export(b *report.Body, path string, network nn.Module[float32]) error {
	return training.Export(b, path, "linear", network, network.Params()[0].Value.Dim(1))
}

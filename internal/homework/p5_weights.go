package homework

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"hw4/data"
	"hw4/internal/report"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// solveLoss answers Problem 5: it trains the model, or uses weights from a file.
func solveLoss(ctx context.Context, cfg Config) (*report.Report, error) {
	if err := errors.Join(checkSave(cfg.Save), checkSave(cfg.ONNX)); err != nil {
		return nil, err
	}
	if cfg.Weights == "" {
		return trainLosses(ctx, cfg)
	}
	a := newAnswer(5)
	if cfg.Eval {
		if err := a.evaluateLinear(cfg); err != nil {
			return nil, err
		}
	}
	if cfg.ONNX != "" {
		if err := a.exportLinear(cfg); err != nil {
			return nil, err
		}
	}
	return a.report()
}

// saved saves and exports the networks of finished trainings, if the settings name files, of
// which then is one, and returns the finished report.
func (a *answer) saved(cfg Config, fits []*fit, curves [][]epoch) (*report.Report, error) {
	for i, f := range fits {
		if err := a.save(cfg, f, curves[i][len(curves[i])-1]); err != nil {
			return nil, err
		}
		if err := a.export(cfg, linearModel(f.network)); err != nil {
			return nil, err
		}
	}
	return a.report()
}

// evaluateLinear reports how well the sheet's model with weights from a file
// separates the test images of 4s and 9s.
func (a *answer) evaluateLinear(cfg Config) error {
	mnist, err := data.Load(cfg.Data)
	if err != nil {
		return &InputError{Err: err}
	}
	trainSet, testSet, err := foursAndNines(mnist)
	if err != nil {
		return err
	}
	w, err := readWeights(cfg.Weights)
	if err != nil {
		return err
	}
	model, err := linearOf(w, testSet.Rows*testSet.Cols)
	if err != nil {
		return err
	}
	cfg.NoBias = model.Bias == nil
	a.text("%s holds the weights of z = %s; %d training and %d test images of the classes 4 (y = -1) and 9 (y = +1).",
		cfg.Weights, modelFormula(cfg), trainSet.Len(), testSet.Len())
	var f *fit
	var rows [][]any
	for _, l := range binaryLosses {
		f = logisticFit(cfg, l, trainSet, testSet)
		f.network = model
		onTrain, _ := f.evaluate(trainSet)
		onTest, _ := f.evaluate(testSet)
		rows = append(rows, []any{l.title, onTrain, onTest})
	}
	_, accuracy := f.evaluate(trainSet)
	a.text("On the training images the accuracy is %s.", report.Format(report.Percent(accuracy)))
	a.table([]string{"loss", "training images", "test images"}, rows)
	a.evaluation(f, w, 4, 9)
	return nil
}

// linearOf returns the model of one output that weights belong to: "weight" and
// perhaps "bias", as PyTorch's nn.Linear has them, or with what a module that
// holds it puts before them, such as "linear.weight".
func linearOf(w *weights, pixels int) (*nn.LinearLayer[float32], error) {
	bare := make(map[string]*tensor.Tensor[float32], len(w.dict))
	for name, x := range w.dict {
		short := name[strings.LastIndexByte(name, '.')+1:]
		if bare[short] != nil {
			bare = w.dict // of several modules
			break
		}
		bare[short] = x
	}
	model := nn.NewLinear[float32](rand.New(rand.NewPCG(0, 52)), pixels, 1, nn.LinearOptions{NoBias: bare["bias"] == nil})
	short := &weights{path: w.path, dict: bare}
	return model, short.into(model, fmt.Sprintf("a'x + b for images of %d pixels", pixels))
}

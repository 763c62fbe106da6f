package homework

import (
	"math"
	"strconv"

	"hw4/data"
	"hw4/internal/report"
	"hw4/tensor/nn"
)

// Keys of the metadata in a file of weights.
const (
	metaFormat  = "format"       // "pt": the names and shapes are PyTorch's
	metaModel   = "model"        // what the network is
	metaTestSet = "test_set"     // the SHA-256 sum of the test set
	metaCorrect = "test_correct" // how many of its images are classified correctly
)

// save saves the network of a finished training, if the settings name a file, and
// reads it again.
func (a *answer) save(cfg Config, f *fit, last epoch) error {
	if cfg.Save == "" {
		return nil
	}
	err := saveWeights(cfg.Save, f.network, map[string]string{
		metaFormat:  "pt",
		metaModel:   f.name,
		metaTestSet: f.test.SHA256(),
		metaCorrect: strconv.Itoa(countOf(last.TestAcc, f.test)),
	})
	if err != nil {
		return err
	}
	back, err := readWeights(cfg.Save)
	if err != nil {
		return err
	}
	a.text("The weights are in %s.", cfg.Save)
	a.check("the weights are saved", back.equal(f.network), "%s, read again, has all %d parameters bit for bit", cfg.Save, nn.Count(f.network.Params()))
	return nil
}

// countOf returns how many images of a set an accuracy stands for.
func countOf(accuracy float64, set *data.Set) int {
	return int(math.Round(accuracy * float64(set.Len())))
}

// evaluation reports how well a fit's network, whose weights come from a file,
// classifies the test images of the given classes, which are all there are, and
// returns the accuracy.
func (a *answer) evaluation(f *fit, w *weights, classes ...byte) float64 {
	_, accuracy := f.evaluate(f.test)
	total := countOf(accuracy, f.test)
	var rows [][]any
	images, right := 0, 0
	for _, class := range classes {
		set := f.test.Subset(class)
		if set.Len() == 0 {
			continue
		}
		_, share := f.evaluate(set)
		n := countOf(share, set)
		rows = append(rows, []any{int(class), set.Len(), n, report.Percent(share)})
		images, right = images+set.Len(), right+n
	}
	rows = append(rows, []any{"all", f.test.Len(), total, report.Percent(accuracy)})
	a.table([]string{"digit", "test images", "correct", "accuracy"}, rows)
	a.check("the digits add up", images == f.test.Len() && right == total, "%d of %d images by digit, %d of %d together", right, images, total, f.test.Len())
	if recorded, found := w.metadata[metaCorrect]; found && w.metadata[metaTestSet] == f.test.SHA256() {
		a.check("as it was when the weights were saved", recorded == strconv.Itoa(total), "%d test images correct, %.20s recorded in the file", total, recorded)
	}
	return accuracy
}

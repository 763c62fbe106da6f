package lenet5

import (
	"fmt"
	"image"
	"strings"

	"hw4/data"
	"hw4/internal/draw"
	"hw4/internal/problems/lenet5/params"
	"hw4/internal/report"
	"hw4/internal/training"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// connectionsPicture draws Table I.
func connectionsPicture(b *report.Body) {
	maps, c3 := lenet.Connections(), params.LayerOf(lenet.Original, "C3")
	b.Add(report.Picture{
		Title: "The connections of C3",
		Alt: fmt.Sprintf("Table I as a drawing: a row for each of the %d maps of S2, a column for each of the %d maps of "+
			"C3, and a filled square for each of the %d connections; the same connections stand in the table.",
			c3.In, c3.Out, c3.Kernels()),
		Image:  draw.Connections(maps, c3.In, "map of S2", "map of C3"),
		Panels: []report.Panel{draw.ConnectionsPanel(maps, c3.In, "map of S2", "map of C3")},
	})
}

// networkPictures shows a trained LeNet-5: its curves, its first filters, a digit
// on its way through the layers, and its mistakes.
func networkPictures(b *report.Body, arch lenet.Arch, f *training.Fit, curve []training.Epoch) {
	training.PlotEpochs(b, []*training.Fit{f}, [][]training.Epoch{curve})
	network := f.Network.(nn.Sequential[float32])
	filtersPicture(b, network)
	mapsPicture(b, f.Test, arch, network)
	showMistakes(b, f, curve[len(curve)-1].TestAcc)
}

// filtersPicture shows the kernels of C1, the weight that comes first.
func filtersPicture(b *report.Body, network nn.Sequential[float32]) {
	w := network.Params()[0].Value.NoGrad()
	over := draw.Around(w)
	strip := draw.Strip{Name: "C1"}
	for i, m := range planes(w) {
		strip.Captions = append(strip.Captions, fmt.Sprintf("map %d", i))
		strip.Tiles = append(strip.Tiles, draw.Map(m, draw.Diverging, over))
	}
	b.Add(report.Picture{
		Title: "The filters that C1 learned",
		Alt: fmt.Sprintf("The %d kernels of %d x %d weights, from %.3g in blue to %.3g in red.",
			len(strip.Tiles), w.Dim(2), w.Dim(3), over.Lo, over.Hi),
		Image:  draw.Strips([]draw.Strip{strip}, 90, draw.Legend{Palette: draw.Diverging, Over: over}),
		Panels: draw.StripPanels([]draw.Strip{strip}),
	})
}

// planes returns the images of a tensor (N, C, H, W) one after the other.
func planes(x *tensor.Tensor[float32]) []*tensor.Tensor[float32] {
	n, c, h, w := x.Dims4("planes")
	out := make([]*tensor.Tensor[float32], n*c)
	for i := range out {
		out[i] = tensor.FromSlice(x.Data()[i*h*w:][:h*w], h, w)
	}
	return out
}

// mapsPicture shows the first test image after every layer of the network, and
// the probabilities at its end.
func mapsPicture(b *report.Body, set *data.Set, arch lenet.Arch, network nn.Sequential[float32]) {
	x := data.Images[float32](set, []int{0}).NoGrad()
	strips := []draw.Strip{{Name: "input", Tiles: []image.Image{draw.Map(training.Digit(set, 0), draw.Ink, draw.Unit())}}}
	hidden := lenet.Layers(arch)
	hidden = hidden[:len(hidden)-1]
	var layers []*tensor.Tensor[float32]
	var names []string
	for _, child := range network {
		x = child.Module.Forward(x)
		if n := len(layers); n < len(hidden) && hidden[n].Child() == child.Name {
			layers, names = append(layers, x), append(names, hidden[n].Name)
		}
	}
	over := draw.Around(layers...)
	for i, out := range layers {
		strips = append(strips, layerStrip(names[i], out, over))
	}
	last, sure := probabilities(x)
	strips = append(strips, last)
	b.Add(report.Picture{
		Title: "A digit on its way through the network",
		Alt: fmt.Sprintf("The first test image, %s, and the outputs of the layers %s, from %.3g in blue to %.3g in red; "+
			"at the end the probabilities of the %d classes, of which that of %d is %s.", aDigit(int(set.Labels[0])),
			strings.Join(names, ", "), over.Lo, over.Hi, len(last.Tiles), sure, last.Captions[sure][len("0: "):]),
		Image:  draw.Strips(strips, 56, draw.Legend{Palette: draw.Diverging, Over: over}),
		Panels: draw.StripPanels(strips),
	})
}

// layerStrip returns the output of a layer for one image as a row of pictures: a
// picture a map, or one of all units, in as many rows as the paper draws F6 in.
func layerStrip(name string, out *tensor.Tensor[float32], over draw.Range) draw.Strip {
	if units := out.Dim(1); out.Len() == units {
		rows := strings.Count(lenet.Bitmaps(), "\n") + 1
		out = tensor.Reshape(out, 1, 1, rows, units/rows)
	}
	s := draw.Strip{Name: name}
	for _, m := range planes(out) {
		s.Tiles = append(s.Tiles, draw.Map(m, draw.Diverging, over))
	}
	return s
}

// probabilities returns the softmax of the logits of one image as a row of
// squares, and the class that is the surest.
func probabilities(logits *tensor.Tensor[float32]) (s draw.Strip, sure int) {
	p := tensor.Softmax(logits, 1)
	s.Name = "P(class)"
	for i, v := range p.Data() {
		square := tensor.Full(v, 1, 1)
		s.Tiles = append(s.Tiles, draw.Map(square, draw.Ink, draw.Unit()))
		s.Captions = append(s.Captions, fmt.Sprintf("%d: %.2f", i, v))
	}
	return s, tensor.Argmax(p, 1)[0]
}

// showMistakes shows which digits of the test set a network takes for others.
func showMistakes(b *report.Body, f *training.Fit, accuracy float64) {
	counts, misread := confusion(f.Test, f.Outputs(f.Test))
	confusionPicture(b, counts, f.Test.Len(), accuracy)
	training.ShowMisread(b, "the network", f.Test, misread)
}

// confusion returns how many images of class i are taken for class j, and those
// of them that are misread.
func confusion(set *data.Set, logits *tensor.Tensor[float32]) (counts [][]int, misread []training.Misread) {
	_, classes := logits.Dims2("confusion")
	counts = make([][]int, classes)
	for i := range counts {
		counts[i] = make([]int, classes)
	}
	p := tensor.Softmax(logits, 1)
	for i, said := range tensor.Argmax(logits, 1) {
		label := int(set.Labels[i])
		counts[label][said]++
		if label != said {
			misread = append(misread, training.Misread{Image: i, Label: label, Said: said,
				Probability: float64(p.At(i, said))})
		}
	}
	return counts, misread
}

// confusionPicture shows the confusion matrix on the test set.
func confusionPicture(b *report.Body, counts [][]int, images int, accuracy float64) {
	right, from, to := 0, 0, 1
	for i, row := range counts {
		right += row[i]
		for j, n := range row {
			if i != j && n > counts[from][to] {
				from, to = i, j
			}
		}
	}
	alt := fmt.Sprintf("Of %d test images %d are classified correctly", images, right)
	if n := counts[from][to]; n > 0 {
		alt += fmt.Sprintf("; the most frequent mistake is %s taken for %s, %s", aDigit(from), aDigit(to),
			report.Plural(n, "time"))
	}
	b.Add(report.Picture{
		Title:  "Confusion matrix",
		Alt:    alt + ".",
		Image:  draw.Confusion(counts),
		Panels: []report.Panel{draw.ConfusionPanel(counts)},
	})
	b.Check("the confusion matrix", float64(right)/float64(images) == accuracy,
		"%d of %d on its diagonal, the accuracy that was measured", right, images)
}

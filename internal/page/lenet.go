package page

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"hw4/data"
	"hw4/internal/element"
	"hw4/internal/problem"
	"hw4/internal/problems/lenet5"
	"hw4/lenet"
	"hw4/tensor"
	"hw4/tensor/nn"
)

// UnmarshalJSON reads what MarshalJSON writes.
func (f *Floats) UnmarshalJSON(text []byte) error {
	var content []byte
	if err := json.Unmarshal(text, &content); err != nil {
		return err
	}
	if len(content)%4 != 0 {
		return base64.CorruptInputError(len(content))
	}
	*f = make(Floats, len(content)/4)
	element.Decode(*f, content, element.Float32, binary.LittleEndian)
	return nil
}

// A seen is a digit: a drawing, a file, or an image as a network takes it.
type seen struct {
	Picture *picture `json:"picture,omitempty"`
	Drawn   bool     `json:"drawn,omitempty"` // the picture is in black on white, so that nothing is to be told apart
	File    *file    `json:"file,omitempty"`
	Image   Floats   `json:"image,omitempty"`
}

// readings returns the readings of the digit as 'hw4 lenet --predict' has them; none if
// there is nothing in a drawing.
func (s seen) readings() ([]data.Reading[float32], error) {
	switch {
	case s.File != nil:
		readings, err := data.ParseDigit[float32](s.File.Name, s.File.Content)
		return readings, problem.Input(err)
	case s.Picture != nil:
		x, err := s.Picture.tensor()
		if err != nil {
			return nil, err
		}
		if !s.Drawn {
			return data.Digit(tensor.FromSlice(floats(x), x.Shape()...)), nil
		}
		ink := tensor.Zeros[float32](s.Picture.Height, s.Picture.Width)
		for i := range ink.Data() {
			ink.Data()[i] = float32(1 - x.Data()[i])
		}
		if r, ok := data.Drawn(ink); ok {
			return []data.Reading[float32]{r}, nil
		}
		return nil, nil
	case len(s.Image) == lenet.Side*lenet.Side:
		for i, v := range s.Image {
			if !(math.Abs(float64(v)) <= 1e6) {
				return nil, problem.Inputf("pixel %d of the image is %v; want a number", i, v)
			}
		}
		return []data.Reading[float32]{{Image: tensor.FromSlice(s.Image, 1, 1, lenet.Side, lenet.Side), Contrast: 1}}, nil
	}
	return nil, problem.Inputf("%d pixels: want a drawing, a file, or an image of %d x %d pixels", len(s.Image),
		lenet.Side, lenet.Side)
}

// A stage is what a layer of a network makes of a digit.
type stage struct {
	Layer string `json:"layer"`
	Maps  int    `json:"maps"`
	Side  int    `json:"side"`
	Out   Floats `json:"out"` // after the layer's function, map after map

	of     lenet.Layer
	module nn.Module[float32]
	in     *tensor.Tensor[float32]
}

// walk takes a digit through a network, layer by layer.
func walk(arch lenet.Arch, network nn.Sequential[float32], x *tensor.Tensor[float32]) (stages []stage) {
	layers := lenet.Layers(arch)
	x = x.NoGrad()
	for _, child := range network {
		in := x
		x = child.Module.Forward(x)
		if n := len(stages); n < len(layers) && child.Name == layers[n].Child() {
			l := layers[n]
			stages = append(stages, stage{l.Name, l.Out, l.Side, floats(x), l, child.Module, in})
		}
	}
	return stages
}

// A digitRequest asks what networks see in a digit.
type digitRequest struct {
	seen
	Networks []chosen `json:"networks"`
}

// A sight is what a network sees in a digit.
type sight struct {
	Arch          string    `json:"arch"`
	Image         Floats    `json:"image"` // as the network takes it
	Stages        []stage   `json:"stages"`
	Probabilities []float64 `json:"probabilities"`
	Doubt         string    `json:"doubt,omitempty"` // why the command would not read it
}

// digit takes a digit through networks and returns every map.
func (p *Page) digit(_ context.Context, r digitRequest, _ Emit) (any, error) {
	readings, err := r.readings()
	if err != nil || len(readings) == 0 {
		return map[string]any{"blank": true}, err
	}
	var sights []sight
	for _, c := range r.Networks {
		arch, network, err := p.chosenNetwork(c)
		if err != nil {
			return nil, err
		}
		seen, doubt := lenet5.Predict(readings, network)
		x := seen.Reading.Image
		s := sight{arch.String(), floats(x), walk(arch, network, x), seen.Probabilities, ""}
		switch {
		case math.IsNaN(s.Probabilities[0]):
			return nil, doubt
		case doubt != nil:
			s.Doubt = doubt.Error()
		}
		sights = append(sights, s)
	}
	return map[string]any{"sights": sights}, nil
}

// A unitRequest asks for the sum that one unit computes.
type unitRequest struct {
	chosen
	seen
	Layer  string `json:"layer"`
	Map    int    `json:"map"`
	Row    int    `json:"row"`
	Column int    `json:"column"`
}

// A group is a part of a unit's sum: the terms from one map below.
type group struct {
	From    int    `json:"from"`
	Inputs  Floats `json:"inputs"`
	Weights Floats `json:"weights"`
}

// unit writes out the sum of a unit: its field below, its terms, its bias and its value.
func (p *Page) unit(_ context.Context, r unitRequest, _ Emit) (any, error) {
	readings, err := r.readings()
	if err != nil || len(readings) == 0 {
		return nil, err
	}
	arch, network, err := p.chosenNetwork(r.chosen)
	if err != nil {
		return nil, err
	}
	for _, s := range walk(arch, network, readings[0].Image) {
		if s.Layer != r.Layer {
			continue
		}
		if r.Map < 0 || r.Map >= s.Maps || min(r.Row, r.Column) < 0 || max(r.Row, r.Column) >= s.Side {
			return nil, problem.Inputf("%s has no unit %d, %d, %d", s.Layer, r.Map, r.Row, r.Column)
		}
		return s.unit(r)
	}
	return nil, problem.Inputf("the network has no layer %.20q", r.Layer)
}

func (s stage) unit(r unitRequest) (any, error) {
	var groups []group
	weights, biases, err := s.weights()
	if err != nil {
		return nil, err
	}
	step, side, first, count := 1, s.of.Kernel, 0, s.of.In
	switch s.of.Kind {
	case lenet.KindAverage:
		step, first, count = s.of.Kernel, r.Map, 1
	case lenet.KindLinear:
		side = 0
	}
	top, left := r.Row*step-s.of.Padding, r.Column*step-s.of.Padding
	bias := float32(0)
	if biases != nil {
		bias = biases[r.Map]
	}
	sum := float64(bias)
	if side == 0 {
		w := weights[r.Map*s.of.In : (r.Map+1)*s.of.In]
		groups = []group{{0, s.in.Data(), Floats(w)}}
	}
	for c := first; side > 0 && c < first+count; c++ {
		g := group{From: c}
		for i := range side * side {
			w := float32(1) / float32(side*side)
			if weights != nil {
				w = weights[(r.Map*s.of.In+c)*side*side+i]
			}
			g.Inputs = append(g.Inputs, s.below(c, top+i/side, left+i%side))
			g.Weights = append(g.Weights, w)
		}
		groups = append(groups, g)
	}
	for _, g := range groups {
		for i, v := range g.Inputs {
			sum += float64(v) * float64(g.Weights[i])
		}
	}
	return map[string]any{
		"groups": groups, "bias": bias, "sum": sum, "value": s.Out[(r.Map*s.Side+r.Row)*s.Side+r.Column],
		"field": map[string]int{"row": top, "column": left, "side": side},
	}, nil
}

// below returns an element of map c below a stage, 0 on the padding.
func (s stage) below(c, i, j int) float32 {
	h, w := s.in.Dim(2), s.in.Dim(3)
	if i < 0 || j < 0 || i >= h || j >= w {
		return 0
	}
	return s.in.Data()[(c*h+i)*w+j]
}

// weights returns the weights and biases of a stage, with zeros where there is no
// connection; nil if it has none.
func (s stage) weights() (weights, biases []float32, err error) {
	module := s.module
	if whole, ok := module.(nn.Sequential[float32]); ok && s.of.Kind == lenet.KindTable {
		module = whole[0].Module.(*lenet.C3Layer[float32]).ExportAs()
	}
	params := module.Params()
	switch {
	case s.of.Kind == lenet.KindSum || s.of.Kind == lenet.KindRBF:
		return nil, nil, problem.Inputf("the sums of %s of 1998 are not shown", s.Layer)
	case len(params) == 2:
		return params[0].Value.Data(), params[1].Value.Data(), nil
	}
	return nil, nil, nil
}

// A wiring is which maps of S2 feed every map of C3.
type wiring struct {
	Connections [][]int `json:"connections"`
}

// count counts the parameters of a LeNet-5 with these connections, layer by layer.
func (p *Page) count(_ context.Context, w wiring, _ Emit) (any, error) {
	if len(w.Connections) == 0 {
		w.Connections = lenet.Connections()
	}
	if err := checkConnections(w.Connections); err != nil {
		return nil, err
	}
	edges := 0
	for _, from := range w.Connections {
		edges += len(from)
	}
	var rows [][]any
	total, modern := 0, 0
	for i, l := range lenet.Layers(lenet.Original) {
		n := l.Weights() + l.Biases()
		formula := fmt.Sprintf("%d + %d", l.Weights(), l.Biases())
		if l.Kind == lenet.KindTable {
			n = edges*l.Kernel*l.Kernel + l.Biases()
			formula = fmt.Sprintf("%d·%d·%d + %d", edges, l.Kernel, l.Kernel, l.Biases())
		}
		complete := lenet.Layers(lenet.Modern)[i]
		full := complete.Weights() + complete.Biases()
		modern += full
		if total += n; n > 0 {
			rows = append(rows, []any{l.Name, formula, n, full})
		}
	}
	return map[string]any{
		"rows": rows, "total": total, "modern": modern, "edges": edges, "table": lenet.Connections(),
	}, nil
}

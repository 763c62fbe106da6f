// Package page answers what a page in the browser asks: JSON with JSON. It knows neither
// HTTP nor the browser, since there are two ways to it: a server and WebAssembly. It has
// no state except for weights that somebody has brought.
package page

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"sync"

	"hw4/data"
	"hw4/internal/element"
	"hw4/internal/problem"
	"hw4/internal/problems/backprop"
	"hw4/internal/report"
	"hw4/tensor"
)

// A Page answers requests. It may be used by many goroutines at once.
type Page struct {
	content Content
	own     func() (networks, error)
	kept    kept
}

// Content is what a page needs besides the library. It is asked for when it is needed.
type Content struct {
	Classes int                               // of the images: 10, or 2 for 4s and 9s alone
	Sets    func() (*data.MNIST, error)       // to train on
	Weights func(arch string) ([]byte, error) // of a LeNet-5, as a .safetensors file
}

// New returns a page.
func New(content Content) *Page {
	return &Page{content: content, own: sync.OnceValues(func() (networks, error) { return ownNetworks(content.Weights) })}
}

// Emit takes a part of an answer that is not complete yet.
type Emit func(part any)

// handlers are all that a page can ask for. A request is one JSON object.
var handlers = map[string]func(p *Page, ctx context.Context, request json.RawMessage, emit Emit) (any, error){
	"about":   of((*Page).about),
	"judge":   of((*Page).judge),
	"apply":   of((*Page).apply),
	"commute": of((*Page).commute),
	"train":   of((*Page).train),
	"network": of((*Page).network),
	"answer":  of((*Page).answer),
	"digit":   of((*Page).digit),
	"unit":    of((*Page).unit),
	"count":   of((*Page).count),
	"keep":    of((*Page).keep),
	"save":    of((*Page).save),
	"lenet":   of((*Page).trainLeNet),
}

// Trains reports whether a request is for a training, which takes long.
func Trains(name string) bool { return name == "train" || name == "lenet" }

// whole is what a field wants that is a whole number, which a reader may have typed.
var whole = map[reflect.Kind]string{reflect.Int: "a whole number", reflect.Uint64: "a whole number from 0 to 2^64 - 1"}

// of reads a handler's request. Names that it does not know are refused.
func of[R any](handle func(p *Page, ctx context.Context, request R, emit Emit) (any, error)) func(
	*Page, context.Context, json.RawMessage, Emit) (any, error) {
	return func(p *Page, ctx context.Context, raw json.RawMessage, emit Emit) (any, error) {
		var request R
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		err := d.Decode(&request)
		if _, more := d.Token(); err == nil && more != io.EOF {
			err = errors.New("something follows it")
		}
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && whole[wrong.Type.Kind()] != "" {
			return nil, problem.Settingf(wrong.Field, "%s: want %s", strings.TrimPrefix(wrong.Value, "number "),
				whole[wrong.Type.Kind()])
		}
		if err != nil {
			return nil, problem.Inputf("the request is not what was wanted: %v", err)
		}
		return handle(p, ctx, request, emit)
	}
}

// A message is a line of what Answer sends: parts, and at the end a result or an error.
type message struct {
	Part   any    `json:"part,omitempty"`
	Result any    `json:"result,omitempty"`
	Error  string `json:"error,omitempty"`
}

// Answer answers the request of a name, and sends its answer as JSON objects, each
// without a line break: {"part": ...} any number of times, then {"result": ...} or
// {"error": "one sentence"}.
func (p *Page) Answer(ctx context.Context, name string, request []byte, send func(message []byte)) {
	put := func(m message) {
		text, err := json.Marshal(m)
		if err != nil { // nothing else keeps it from being JSON
			text, _ = json.Marshal(message{Error: "a number of the answer is beyond float64: take smaller numbers"})
		}
		send(text)
	}
	result, err := p.handle(ctx, name, request, func(part any) { put(message{Part: part}) })
	if err != nil && ctx.Err() != nil {
		err = errors.New("stopped")
	}
	if err != nil {
		put(message{Error: err.Error()})
		return
	}
	put(message{Result: result})
}

func (p *Page) handle(ctx context.Context, name string, request []byte, emit Emit) (result any, err error) {
	handle, known := handlers[name]
	if !known {
		return nil, problem.Inputf("the page asks for %.40q, which this version of hw4 does not know; load the page again",
			name)
	}
	defer func() {
		switch fault := recover().(type) {
		case nil:
		case *tensor.ShapeError: // sizes that no check foresaw
			err = errors.New(fault.Error())
		default:
			panic(fault)
		}
	}()
	return handle(p, ctx, request, emit)
}

// about says what the page has.
func (p *Page) about(context.Context, struct{}, Emit) (any, error) {
	return map[string]any{"classes": p.content.Classes, "activations": backprop.Activations()}, nil
}

// verdict returns a verdict as the command writes it with --json.
func verdict(number int, v report.Verdict) (any, error) {
	var text bytes.Buffer
	if err := report.WriteJSON(&text, "", []*report.Report{problem.Problem{Number: number}.Judged("", v)}); err != nil {
		return nil, err
	}
	var document struct{ Reports []json.RawMessage }
	err := json.Unmarshal(text.Bytes(), &document)
	return document.Reports[0], err
}

// Floats are numbers that go to the page as base64 of float32, little-endian, since
// there are thousands of them.
type Floats []float32

// MarshalJSON returns them as a string.
func (f Floats) MarshalJSON() ([]byte, error) {
	content := element.Encode(f)
	text := make([]byte, 0, base64.StdEncoding.EncodedLen(len(content))+2)
	text = base64.StdEncoding.AppendEncode(append(text, '"'), content)
	return append(text, '"'), nil
}

// floats returns the elements of a tensor.
func floats[T tensor.Float](x *tensor.Tensor[T]) Floats {
	f := make(Floats, x.Len())
	for i, v := range x.Data() {
		f[i] = float32(v)
	}
	return f
}

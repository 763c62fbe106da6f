// Command hw4page answers the page in the browser, as WebAssembly. For other systems it
// is the program that writes the page.
package main

import (
	"context"
	"errors"
	"sync"
	"syscall/js"

	"hw4/data"
	"hw4/internal/page"
	"hw4/lenet"
)

// main gives the page a function, hw4(name, request, send), and waits for its calls. send
// is called with every message of the answer.
func main() {
	p := page.New(page.Content{Classes: 2, Sets: sync.OnceValues(sets), Weights: brought})
	js.Global().Set("hw4", js.FuncOf(func(_ js.Value, args []js.Value) any {
		name, request, send := args[0].String(), args[1].String(), args[2]
		go p.Answer(context.Background(), name, []byte(request), func(message []byte) { send.Invoke(string(message)) })
		return nil
	}))
	js.Global().Call("hw4Ready")
	select {}
}

// sets reads the images that the page has brought, in the global object hw4Data.
func sets() (*data.MNIST, error) {
	train, err := set("train")
	if err != nil {
		return nil, err
	}
	test, err := set("test")
	return &data.MNIST{Train: train, Test: test}, err
}

// set returns a set of MNIST: the pixels of its images, and a label an image.
func set(name string) (*data.Set, error) {
	images, err := brought(name + "-images")
	if err != nil {
		return nil, err
	}
	labels, err := brought(name + "-labels")
	if err != nil {
		return nil, err
	}
	if len(images) != lenet.Side*lenet.Side*len(labels) {
		return nil, errors.New("the page is damaged: there is not one label an image; load it again")
	}
	return &data.Set{Rows: lenet.Side, Cols: lenet.Side, Images: images, Labels: labels}, nil
}

// brought returns what the page has brought under a name.
func brought(name string) ([]byte, error) {
	array := js.Global().Get("hw4Data").Get(name)
	if array.IsUndefined() {
		return nil, errors.New("the page is damaged: it lacks " + name + "; load it again")
	}
	content := make([]byte, array.Length())
	js.CopyBytesToGo(content, array)
	return content, nil
}

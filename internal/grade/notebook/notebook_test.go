package notebook

import (
	"slices"
	"strings"
	"testing"
)

// The outputs of marked cells of code are read as JSON, with their numbers; errors that a
// cell has printed, figures and other cells are not.
func TestRead(t *testing.T) {
	got, err := Read("hw.ipynb", []byte(`{"cells": [
		{"cell_type": "markdown", "source": "# hw4: p1", "outputs": []},
		{"cell_type": "code", "source": "x = 1", "outputs": [{"text": "1"}]},
		{"cell_type": "code", "source": ["# hw4: p7\n", "x"], "outputs": [{"name": "stderr", "text": "warning"},
			{"data": {"text/plain": "<Figure size 640x480>"}},
			{"data": {"text/plain": ["{'a': (1, np.float32(2.5)), ", "'b': None}"]}}]},
		{"cell_type": "code", "source": "  #HW4:P2", "outputs": []},
		{"cell_type": "code", "source": "# hw4: p3", "outputs": [{"name": "stdout", "text": "tensor([[1.]]), 'it\\'s'"}]}]}`))
	want := []Output{{"p7", 3, `{"a": [1, 2.5], "b": null}`}, {"p2", 4, ""}, {"p3", 5, `tensor([[1.]]), "it's"`}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if _, err := Read("hw.ipynb", []byte("[")); err == nil || !strings.Contains(err.Error(), "hw.ipynb: no Jupyter notebook: ") {
		t.Errorf("error %v", err)
	}
}

// What a cell has printed in pieces is one text, and notebooks before nbformat 4 keep their cells
// in sheets, in their order.
func TestPieces(t *testing.T) {
	got, err := Read("hw.ipynb", []byte(`{"worksheets": [
		{"cells": [{"cell_type": "code", "input": "# hw4: p1", "outputs": [{"stream": "stdout", "text": "[1, "},
			{"stream": "stderr", "text": "warning"}, {"png": "", "text": ["<matplotlib.figure.Figure at 0x1>"]},
			{"stream": "stdout", "text": ["2", "]"]}]}]},
		{"cells": [{"cell_type": "code", "input": ["# hw4: p2\n", "x"], "outputs": [{"text": "3"}]}]}]}`))
	if want := []Output{{"p1", 1, "[1, 2]"}, {"p2", 2, "3"}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// The brackets of tuples become those of lists, and those of calls stay, however they are nested.
func TestBrackets(t *testing.T) {
	for text, want := range map[string]string{
		"(f((1, 2), 3), 4)": "[f([1, 2], 3), 4]",
		"(1), g(2) and 3)":  "[1], g(2) and 3)",
	} {
		if got := pythonToJSON(text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

package torchfile_test

import (
	"archive/zip"
	"fmt"
	"io"
	"log"

	"hw4/tensor/torchfile"
)

// A state dict inside of a checkpoint: the names of the dictionaries around it go.
func ExampleRead() {
	content := example("nested.pt") // or os.ReadFile
	file, err := torchfile.Read("nested.pt", content, 0)
	if err != nil {
		log.Fatal(err)
	}
	dict, err := torchfile.StateDict[float32](file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Tensors[0].Name, dict["conv1.weight"].Shape(), len(dict))
	// Output: state_dict.conv1.weight [2 1 3 3] 6
}

// example returns one of the files that PyTorch wrote for the tests.
func example(name string) []byte {
	z, err := zip.OpenReader("testdata/saved.zip")
	if err != nil {
		log.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	content, err := io.ReadAll(f)
	if err != nil {
		log.Fatal(err)
	}
	return content
}

//go:build !js

// Command hw4page writes the page to play with as one file, page.html, with the library
// as WebAssembly. Compiled for js/wasm it is that library.
package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/kjk/lzma"

	"hw4/data"
	"hw4/internal/atomicfile"
	"hw4/internal/page/web"
	"hw4/internal/photo"
	"hw4/internal/pretrained"
	"hw4/internal/sheet"
)

func main() {
	out := flag.String("o", "page.html", "file to write")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintf(os.Stderr, "hw4page: %v\n", err)
		os.Exit(1)
	}
}

func write(path string) error {
	wasm, wasmExec, err := library()
	if err != nil {
		return err
	}
	mnist, err := data.Load(data.Source{})
	if err != nil {
		return err
	}
	content := []web.Data{
		{Name: "photo", Content: photo.Photograph()}, {Name: "wasm", Content: packed(wasm)},
		web.Worker(wasmExec),
	}
	for name, set := range map[string]*data.Set{"train": mnist.Train.Subset(4, 9), "test": mnist.Test.Subset(4, 9)} {
		content = append(content,
			web.Data{Name: name + "-images", Content: compressed(set.Images)},
			web.Data{Name: name + "-labels", Content: compressed(set.Labels)})
	}
	for arch, file := range pretrained.Files() {
		content = append(content, web.Data{Name: arch, Content: compressed(file)})
	}
	page, err := web.Write(web.WebAssembly, sheet.Problems(), content)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, of which the library is %d, compressed\n", path, len(page), len(content[1].Content))
	return atomicfile.Write(path, page, atomicfile.Options{})
}

// library compiles this command for the browser, and returns it and the script that
// starts it.
func library() (wasm, wasmExec []byte, err error) {
	own, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, nil, errors.New("this program does not know of which module it is; build it by 'go build'")
	}
	folder, err := os.MkdirTemp("", "hw4page")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "hw4page.wasm")
	arguments := []string{"build", "-trimpath", "-tags=browser", "-ldflags=-s -w", "-o", file, "-gcflags=all=-l"}
	for _, fast := range []string{"internal/kernel", "internal/parallel", "internal/portable"} {
		arguments = append(arguments, "-gcflags="+own.Main.Path+"/"+fast+"=") // with inlined functions, which make the library larger
	}
	build := exec.Command("go", append(arguments, own.Path)...)
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("go build: %w\n%s", err, said)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	if wasm, err = os.ReadFile(file); err != nil {
		return nil, nil, err
	}
	wasmExec, err = os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	return wasm, wasmExec, err
}

// compressed returns content as gzip has it, which browsers decompress themselves.
func compressed(content []byte) []byte {
	return written(content, func(out io.Writer) io.WriteCloser {
		w, _ := gzip.NewWriterLevel(out, gzip.BestCompression) // the level is one that there is
		return w
	})
}

// packed returns content as LZMA has it, which lzma.js decompresses. It takes time, and
// makes the library smaller by a third than gzip does.
func packed(content []byte) []byte {
	return written(content, func(out io.Writer) io.WriteCloser {
		return lzma.NewWriterSizeLevel(out, int64(len(content)), lzma.DefaultCompression)
	})
}

// written returns what a compressor makes of content.
func written(content []byte, compressor func(io.Writer) io.WriteCloser) []byte {
	var out bytes.Buffer
	w := compressor(&out)
	w.Write(content) // a buffer takes everything
	w.Close()
	return out.Bytes()
}

// Package floors holds no code, only the tests that keep the architecture true:
// which package may import which, and what may be used where.
package floors

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors lists the packages of the module from the ground up, and for each what
// it may import of the others. The same picture stands in ARCHITECTURE.md.
var floors = []struct{ pkg, imports string }{
	{"internal/kernel", ""},
	{"internal/parallel", ""},
	{"internal/atomicfile", ""},
	{"internal/faultfs", "internal/atomicfile"},
	{"internal/proof", ""},
	{"internal/proof/page", "internal/proof internal/kernel"},
	{"internal/mutate", "internal/proof"},
	{"internal/strict", ""},
	{"internal/stricttest", "internal/strict"},
	{"internal/element", ""},
	{"tensor", "internal/kernel"},
	{"tensor/gradcheck", "tensor"},
	{"tensor/nn", "tensor internal/kernel"},
	{"tensor/npy", "tensor internal/strict internal/element"},
	{"tensor/safetensors", "tensor internal/strict internal/element"},
	{"internal/onnx", "tensor internal/element"},
	{"tensor/optim", "tensor internal/kernel"},
	{"tensor/train", "tensor internal/kernel internal/parallel"},
	{"conv", "tensor tensor/nn internal/kernel"},
	{"pool", "tensor tensor/nn internal/kernel"},
	{"loss", "tensor internal/kernel"},
	{"mlp", "tensor tensor/nn"},
	{"lenet", "tensor tensor/nn conv pool"},
	{"data", "tensor tensor/npy internal/kernel internal/parallel internal/strict internal/atomicfile"},
	{"internal/checkpoint", "tensor tensor/optim tensor/safetensors internal/kernel internal/strict internal/atomicfile"},
	{"internal/torchref", "tensor"},
	{"internal/report", ""},
	{"internal/progress", ""},
	{"internal/stats", ""},
	{"internal/terminal", ""},
	{"internal/spell", ""},
	{"internal/preview", ""},
	{"internal/problem", "data internal/progress internal/report internal/spell"},
	{"internal/draw", "tensor"},
	{"internal/judge", "tensor conv internal/report"},
	{"internal/problems/backprop", "tensor mlp internal/draw internal/problem internal/report internal/strict"},
	{"internal/homework", "internal/problem internal/problems/backprop internal/progress internal/onnx internal/judge internal/checkpoint tensor tensor/nn tensor/optim tensor/train conv pool loss mlp lenet data internal/report internal/parallel internal/draw internal/spell internal/stats internal/strict internal/atomicfile tensor/npy tensor/safetensors"},
	{"internal/homework/derivations", ""},
	{"internal/cli", "internal/strict internal/problems/backprop internal/homework internal/homework/derivations internal/atomicfile internal/report internal/terminal internal/preview internal/spell tensor data"},
	{"cmd/hw4", "internal/cli"},
	{"bench/python", ""},
	{"bench/blas", "bench/python internal/kernel"},
	{"bench/torch", "bench/python internal/kernel data lenet loss tensor tensor/nn tensor/optim tensor/train"},
	{"internal/floors", ""},
}

const root = "../.."

func TestFloors(t *testing.T) {
	allowed := make(map[string][]string)
	for _, f := range floors {
		for _, i := range strings.Fields(f.imports) {
			if _, below := allowed[i]; !below {
				t.Errorf("the table lets %s import %s, which is not below it", f.pkg, i)
			}
		}
		allowed[f.pkg] = strings.Fields(f.imports)
	}
	eachFile(t, parser.ImportsOnly, func(path string, file *ast.File, _ *token.FileSet) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		may, known := allowed[pkg]
		if !known {
			t.Errorf("%s: package %s has no floor", path, pkg)
		}
		if strings.HasSuffix(path, "_test.go") {
			return // tests may look down from anywhere
		}
		for _, i := range file.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			if below, ours := strings.CutPrefix(name, "hw4/"); ours && !slices.Contains(may, below) {
				t.Errorf("%s: %s may not import %s", path, pkg, below)
			}
			if name == "unsafe" && pkg != "internal/kernel" {
				t.Errorf("%s: unsafe belongs into internal/kernel", path)
			}
		}
	})
}

// A function fits on a screen.
func TestFunctionsFitOnAScreen(t *testing.T) {
	const screen = 60
	eachFile(t, 0, func(path string, file *ast.File, fset *token.FileSet) {
		if strings.HasSuffix(path, "_test.go") || ast.IsGenerated(file) {
			return
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line + 1; n > screen {
				t.Errorf("%s: %s has %d lines, a screen has %d", path, f.Name, n, screen)
			}
		}
	})
}

// Every exported name says what it is.
func TestExportedNamesAreDocumented(t *testing.T) {
	eachFile(t, parser.ParseComments, func(path string, file *ast.File, _ *token.FileSet) {
		if strings.HasSuffix(path, "_test.go") || file.Name.Name == "main" {
			return
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil {
					t.Errorf("%s: func %s has no comment", path, d.Name)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
						t.Errorf("%s: type %s has no comment", path, s.Name)
					}
				}
			}
		}
	})
}

// eachFile visits every Go file of the module, with its path relative to the
// module's root.
func eachFile(t *testing.T, mode parser.Mode, visit func(path string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	fset := token.NewFileSet()
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); name == "testdata" || path != root && strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") && name != ".." {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, mode)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		files++
		visit(rel, file, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("found no Go files")
	}
}

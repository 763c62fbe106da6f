// Package floors holds no code, only the tests that keep the architecture true:
// which package may import which, and what may be used where.
package floors

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors lists the packages of the module from the ground up, and for each what
// it may import of the others. ARCHITECTURE.md has a summary of it as a picture.
var floors = []struct{ pkg, imports string }{
	{"internal/kernel", ""},
	{"internal/portable", ""},
	{"internal/parallel", ""},
	{"internal/atomicfile", ""},
	{"internal/faultfs", "internal/atomicfile"},
	{"internal/proof", ""},
	{"internal/strict", ""},
	{"internal/stricttest", "internal/strict"},
	{"internal/element", ""},
	{"internal/zipfile", "internal/strict"},
	{"tensor", "internal/kernel internal/portable"},
	{"tensor/gradcheck", "tensor"},
	{"tensor/nn", "tensor internal/kernel"},
	{"tensor/npy", "tensor internal/strict internal/element internal/zipfile"},
	{"tensor/safetensors", "tensor internal/strict internal/element"},
	{"tensor/torchfile", "tensor internal/strict internal/element internal/zipfile"},
	{"tensor/optim", "tensor internal/kernel"},
	{"tensor/train", "tensor internal/kernel internal/parallel"},
	{"conv", "tensor tensor/nn internal/kernel"},
	{"pool", "tensor tensor/nn internal/kernel"},
	{"tensor/onnx", "tensor tensor/nn conv pool internal/element"},
	{"internal/pythontest", ""},
	{"internal/onnxtest", "tensor tensor/npy tensor/onnx internal/pythontest"},
	{"loss", "tensor internal/kernel internal/portable"},
	{"mlp", "tensor tensor/nn"},
	{"lenet", "tensor tensor/nn conv pool internal/kernel internal/portable"},
	{"internal/ink", ""},
	{"internal/picture", "internal/strict"},
	{"data", "tensor tensor/npy internal/ink internal/kernel internal/parallel internal/picture internal/strict " +
		"internal/atomicfile"},
	{"internal/datatest", "data"},
	{"internal/checkpoint", "tensor tensor/optim tensor/safetensors internal/kernel internal/strict internal/atomicfile"},
	{"internal/torchref", "tensor"},
	{"internal/report", ""},
	{"internal/report/reporttest", "internal/report"},
	{"internal/report/text", "internal/report"},
	{"internal/report/axis", "internal/report"},
	{"internal/report/plot", "internal/report internal/report/axis"},
	{"internal/report/html", "internal/report internal/report/plot"},
	{"internal/progress", ""},
	{"internal/stats", ""},
	{"internal/terminal", "internal/progress"},
	{"internal/spell", ""},
	{"internal/preview",
		"internal/report internal/report/axis internal/report/plot internal/report/text internal/terminal"},
	{"internal/problem", "data internal/progress internal/report internal/spell"},
	{"internal/tomlfile", "internal/problem internal/report internal/spell"},
	{"internal/draw", "tensor internal/report"},
	{"internal/judge", "tensor conv internal/progress internal/report"},
	{"internal/judge/judgetest", "tensor internal/judge internal/report internal/report/reporttest"},
	{"internal/arrayfile", "tensor tensor/npy tensor/safetensors tensor/torchfile internal/problem " +
		"internal/strict"},
	{"internal/photo", "tensor data internal/draw internal/problem internal/report"},
	{"internal/training", "tensor tensor/nn tensor/npy tensor/optim tensor/safetensors tensor/train tensor/onnx data " +
		"lenet internal/arrayfile internal/atomicfile internal/checkpoint internal/draw internal/element " +
		"internal/problem internal/progress " +
		"internal/report internal/strict"},
	{"internal/pretrained", "tensor/safetensors internal/training"},
	{"internal/sweep/scripts", "internal/problem"},
	{"internal/sweep", "data internal/atomicfile internal/checkpoint internal/kernel internal/parallel internal/problem " +
		"internal/progress internal/report internal/stats internal/strict internal/tomlfile internal/training"},
	{"internal/problems/difference",
		"tensor data internal/draw internal/judge internal/photo internal/problem internal/progress internal/report"},
	{"internal/problems/avgpool",
		"tensor conv pool internal/draw internal/judge internal/photo internal/problem internal/progress internal/report"},
	{"internal/problems/grey",
		"tensor data internal/draw internal/judge internal/photo internal/problem internal/progress internal/report"},
	{"internal/problems/commute", "tensor pool internal/draw internal/problem internal/report"},
	{"internal/problems/losses/minimum", "tensor data loss internal/parallel internal/progress internal/report"},
	{"internal/problems/losses",
		"tensor tensor/nn data loss internal/checkpoint internal/draw internal/parallel internal/problem " +
			"internal/problems/losses/minimum internal/progress internal/report internal/stats internal/sweep " +
			"internal/training"},
	{"internal/problems/backprop",
		"tensor tensor/nn mlp internal/arrayfile internal/draw internal/problem internal/report " +
			"internal/strict"},
	{"internal/problems/lenet5/params", "lenet internal/report"},
	{"internal/problems/lenet5", "tensor tensor/nn data lenet loss internal/checkpoint internal/draw " +
		"internal/portable internal/problem internal/problems/lenet5/params internal/progress internal/report " +
		"internal/sweep internal/training internal/pretrained"},
	{"internal/sheet", "internal/problem internal/problems/difference internal/problems/avgpool internal/problems/grey " +
		"internal/problems/commute internal/problems/losses internal/problems/backprop internal/problems/lenet5"},
	{"internal/page", "tensor tensor/nn tensor/safetensors data lenet mlp pool internal/arrayfile internal/element " +
		"internal/judge internal/problem internal/problems/avgpool internal/problems/backprop internal/problems/commute " +
		"internal/problems/difference internal/problems/grey internal/problems/lenet5 internal/problems/lenet5/params " +
		"internal/problems/losses internal/progress internal/report internal/training"},
	{"internal/page/serve", "internal/page"},
	{"internal/page/web", "internal/problem internal/report/html"},
	{"internal/grade/notebook", "internal/problem internal/strict"},
	{"internal/grade", "tensor data internal/arrayfile internal/grade/notebook internal/judge internal/problem " +
		"internal/problems/difference internal/problems/avgpool internal/problems/grey internal/problems/commute " +
		"internal/problems/losses internal/problems/backprop internal/problems/lenet5 internal/problems/lenet5/params " +
		"internal/parallel internal/progress internal/report " +
		"internal/spell internal/strict internal/tomlfile internal/training"},
	{"internal/grade/format", "tensor internal/draw internal/grade internal/problem internal/report internal/report/plot " +
		"internal/strict"},
	{"internal/grade/kit", "data internal/problem internal/strict"},
	{"internal/cli",
		"internal/grade internal/grade/format internal/grade/kit internal/page internal/page/serve internal/page/web " +
			"internal/pretrained " +
			"tensor tensor/nn tensor/optim tensor/train data lenet loss internal/kernel internal/arrayfile internal/atomicfile " +
			"internal/judge internal/photo internal/preview " +
			"internal/problem internal/problems/difference internal/problems/avgpool internal/problems/grey " +
			"internal/problems/commute " +
			"internal/problems/losses internal/problems/backprop internal/problems/lenet5 internal/problems/lenet5/params " +
			"internal/progress internal/report " +
			"internal/report/html internal/report/plot internal/report/text internal/sheet internal/spell internal/strict " +
			"internal/sweep internal/sweep/scripts internal/terminal internal/training"},
	{"cmd/hw4", "internal/cli"},
	{"docs", ""},
	{"cmd/hw4page", "data lenet internal/atomicfile internal/page internal/page/web internal/photo internal/pretrained " +
		"internal/sheet"},
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
	module := modulePath(t)
	eachFile(t, parser.ImportsOnly, func(path string, file *ast.File, _ *token.FileSet) {
		pkg := filepath.ToSlash(filepath.Dir(path))
		if strings.HasPrefix(pkg, "tools/") {
			return // a module of its own, which the program cannot import
		}
		may, known := allowed[pkg]
		if !known {
			t.Errorf("%s: package %s has no floor", path, pkg)
		}
		if strings.HasSuffix(path, "_test.go") {
			return // tests may look down from anywhere
		}
		for _, i := range file.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			if below, ours := strings.CutPrefix(name, module+"/"); ours && !slices.Contains(may, below) {
				t.Errorf("%s: %s may not import %s", path, pkg, below)
			}
			if name == "unsafe" && pkg != "internal/kernel" {
				t.Errorf("%s: unsafe belongs into internal/kernel", path)
			}
			if strings.HasPrefix(name, "gonum.org/v1/plot") && pkg != "internal/report/plot" {
				t.Errorf("%s: %s belongs into internal/report/plot", path, name)
			}
		}
	})
}

// modulePath returns what all packages of the module begin with.
func modulePath(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(string(content), "module "), "\n")
	return path
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

// skipped reports whether a folder of this name holds no code of ours to look at.
func skipped(name string) bool {
	return name == "testdata" || name == "node_modules" || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
}

// eachFile visits every Go file of the module and of tools, with its path relative
// to the module's root.
func eachFile(t *testing.T, mode parser.Mode, visit func(path string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	fset := token.NewFileSet()
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipped(d.Name()) && path != root {
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

package floors

import (
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/api.md has every exported name of the library, and no other: those of the
// packages above that are neither internal nor a command.
func TestAPIReviewIsComplete(t *testing.T) {
	source, page := sourceNames(t), pageNames(t)
	for _, f := range floors {
		if strings.HasPrefix(f.pkg, "internal/") || strings.HasPrefix(f.pkg, "cmd/") {
			continue
		}
		for _, name := range missing(source[f.pkg], page[f.pkg]) {
			t.Errorf("docs/api.md: %s.%s is missing", f.pkg, name)
		}
		for _, name := range missing(page[f.pkg], source[f.pkg]) {
			t.Errorf("docs/api.md: there is no %s.%s", f.pkg, name)
		}
	}
}

type names = map[string]bool

// missing returns the names that only a has, in order.
func missing(a, b names) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(a)), func(name string) bool { return b[name] })
}

// pageNames returns the names in the first column of the tables, by package.
func pageNames(t *testing.T) map[string]names {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("`([^`]+)`")
	found, pkg := make(map[string]names), ""
	for line := range strings.Lines(string(content)) {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			pkg = strings.TrimSpace(heading)
			found[pkg] = names{}
		}
		if columns := strings.Split(line, "|"); len(columns) > 1 {
			for _, name := range code.FindAllStringSubmatch(columns[1], -1) {
				if found[pkg][name[1]] {
					t.Errorf("docs/api.md: %s.%s is there twice", pkg, name[1])
				}
				found[pkg][name[1]] = true
			}
		}
	}
	return found
}

// sourceNames returns the exported names by package: functions, types, constants and
// variables, and the methods and fields of exported types as Type.Name.
func sourceNames(t *testing.T) map[string]names {
	t.Helper()
	found := make(map[string]names)
	eachFile(t, 0, func(path string, file *ast.File, _ *token.FileSet) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		pkg := filepath.ToSlash(filepath.Dir(path))
		if found[pkg] == nil {
			found[pkg] = names{}
		}
		for _, d := range file.Decls {
			for _, name := range declared(d) {
				owner, member, of := strings.Cut(name, ".")
				if ast.IsExported(owner) && (!of || ast.IsExported(member)) {
					found[pkg][name] = true
				}
			}
		}
	})
	return found
}

// declared returns the names that a declaration makes.
func declared(d ast.Decl) []string {
	if f, ok := d.(*ast.FuncDecl); ok {
		if f.Recv == nil {
			return []string{f.Name.Name}
		}
		return []string{typeName(f.Recv.List[0].Type) + "." + f.Name.Name}
	}
	var all []string
	for _, s := range d.(*ast.GenDecl).Specs {
		switch s := s.(type) {
		case *ast.ValueSpec:
			for _, n := range s.Names {
				all = append(all, n.Name)
			}
		case *ast.TypeSpec:
			all = append(all, s.Name.Name)
			for _, member := range members(s.Type) {
				all = append(all, s.Name.Name+"."+member)
			}
		}
	}
	return all
}

// members returns the fields of a struct or the methods of an interface.
func members(of ast.Expr) []string {
	var fields *ast.FieldList
	switch of := of.(type) {
	case *ast.StructType:
		fields = of.Fields
	case *ast.InterfaceType:
		fields = of.Methods
	default:
		return nil
	}
	var all []string
	for _, f := range fields.List {
		if len(f.Names) == 0 {
			all = append(all, typeName(f.Type)) // embedded
		}
		for _, n := range f.Names {
			all = append(all, n.Name)
		}
	}
	return all
}

// typeName returns the name of a type without pointer, package and type parameters.
func typeName(of ast.Expr) string {
	switch of := of.(type) {
	case *ast.StarExpr:
		return typeName(of.X)
	case *ast.IndexExpr:
		return typeName(of.X)
	case *ast.SelectorExpr:
		return of.Sel.Name
	case *ast.Ident:
		return of.Name
	}
	return ""
}

package floors

import (
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// The pages of the library that pkgsite makes: every package says what it is and has an
// example, and links lead to something that exists.
func TestPagesOfTheLibrary(t *testing.T) {
	module := modulePath(t)
	pages := make(map[string]*doc.Package)
	for _, f := range floors {
		if !strings.HasPrefix(f.pkg, "internal/") && !strings.HasPrefix(f.pkg, "cmd/") && f.pkg != "docs" {
			pages[module+"/"+f.pkg] = page(t, f.pkg, module+"/"+f.pkg)
		}
	}
	links := 0
	for name, p := range pages {
		if p.Doc == "" {
			t.Errorf("package %s has no comment", name)
		}
		if !hasExample(p) {
			t.Errorf("package %s has no example", name)
		}
		for owner, text := range comments(p) {
			for _, link := range docLinks(p, text) {
				links++
				target, ours := pages[name], link.ImportPath == ""
				if !ours {
					target, ours = pages[link.ImportPath], strings.HasPrefix(link.ImportPath, module+"/")
				}
				missing := strings.HasPrefix(link.ImportPath, unknown)
				if missing || ours && (target == nil || !target.Parser().LookupSym(link.Recv, link.Name)) {
					t.Errorf("%s, %s: the link [%s] leads nowhere", name, owner, linkText(link))
				}
			}
		}
	}
	if links < 30 {
		t.Errorf("found %d links", links)
	}
}

// page returns the documentation of the package in a folder.
func page(t *testing.T, dir, importPath string) *doc.Package {
	t.Helper()
	fset := token.NewFileSet()
	paths, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range paths {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	p, err := doc.NewFromFiles(fset, files, importPath)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// comments returns the comments on a page by the names that they belong to.
func comments(p *doc.Package) map[string]string {
	all := map[string]string{"": p.Doc}
	values := func(vs []*doc.Value) {
		for _, v := range vs {
			all[v.Names[0]] = v.Doc
		}
	}
	functions := func(fs []*doc.Func) {
		for _, f := range fs {
			all[f.Recv+"."+f.Name] = f.Doc
		}
	}
	values(p.Consts)
	values(p.Vars)
	functions(p.Funcs)
	for _, typ := range p.Types {
		all[typ.Name] = typ.Doc
		values(typ.Consts)
		values(typ.Vars)
		functions(typ.Funcs)
		functions(typ.Methods)
	}
	return all
}

// unknown is what begins the path of a package that the file of a link does not import.
const unknown = "unknown/"

// docLinks returns what has the form of a link to a name, whether the name exists or not.
func docLinks(p *doc.Package, text string) []*comment.DocLink {
	imported := p.Parser()
	parser := comment.Parser{
		LookupSym: func(recv, name string) bool { return true },
		LookupPackage: func(name string) (string, bool) {
			if importPath, ok := imported.LookupPackage(name); ok {
				return importPath, true
			}
			return unknown + name, true
		},
	}
	var found []*comment.DocLink
	for _, block := range parser.Parse(text).Content {
		paragraph, ok := block.(*comment.Paragraph)
		if !ok {
			continue
		}
		for _, part := range paragraph.Text {
			if link, ok := part.(*comment.DocLink); ok && link.Name != "" {
				found = append(found, link)
			}
		}
	}
	return found
}

func linkText(link *comment.DocLink) string {
	text := strings.TrimPrefix(link.ImportPath, unknown) + "." + link.Recv + "." + link.Name
	return strings.Trim(strings.ReplaceAll(text, "..", "."), ".")
}

func hasExample(p *doc.Package) bool {
	found := len(p.Examples) > 0
	for _, f := range p.Funcs {
		found = found || len(f.Examples) > 0
	}
	for _, typ := range p.Types {
		found = found || len(typ.Examples) > 0
		for _, f := range append(typ.Funcs, typ.Methods...) {
			found = found || len(f.Examples) > 0
		}
	}
	return found
}

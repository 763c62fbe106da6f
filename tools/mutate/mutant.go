package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/fnv"
	"slices"
	"strings"
)

// A mutant is a file with one small mistake: text instead of the bytes from one
// offset to another.
type mutant struct {
	file     string // path below the root, with slashes
	kind     string // of mistake
	line     int
	from, to int
	text     string
	was, now string // the line
}

func (m mutant) String() string {
	return fmt.Sprintf("%s:%d: %s\n\t- %s\n\t+ %s", m.file, m.line, m.kind, m.was, m.now)
}

// applied returns the file with the mistake.
func (m mutant) applied(src []byte) []byte {
	return slices.Concat(src[:m.from], []byte(m.text), src[m.to:])
}

// mutants returns all mutants of a file.
func mutants(name string, src []byte) ([]mutant, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, 0)
	if err != nil {
		return nil, err
	}
	f := finder{name: name, src: src, file: fset.File(file.Pos())}
	ast.Inspect(file, f.visit)
	return f.found, nil
}

// chosen puts mutants into the order in which they are tried: of each kind one,
// then of each kind a second one, and so on. Which come first is a matter of the
// seed and the line alone, so that a change elsewhere does not choose others.
func chosen(all []mutant, seed uint64) []mutant {
	rank := make(map[int]uint64) // by place in all, which hash ties share
	for i, m := range all {
		h := fnv.New64a()
		fmt.Fprintf(h, "%d %s %s %s %s", seed, m.file, m.kind, m.was, m.now)
		rank[i] = h.Sum64()
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
	round := make(map[int]int)
	times := make(map[string]int)
	for _, i := range order {
		round[i] = times[all[i].kind]
		times[all[i].kind]++
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(round[a], round[b]) })
	out := make([]mutant, len(all))
	for to, i := range order {
		out[to] = all[i]
	}
	return out
}

// A finder collects the mutants of a file.
type finder struct {
	name  string
	src   []byte
	file  *token.File
	found []mutant
}

// swapped says which operator is mistaken for another.
var swapped = map[token.Token]token.Token{
	token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
	token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LAND: token.LOR, token.LOR: token.LAND,
	token.SHL: token.SHR, token.SHR: token.SHL, token.AND: token.OR, token.OR: token.AND,
}

// visit is for ast.Inspect. What errors say is left alone.
func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec, *ast.Field:
		return false
	case *ast.BinaryExpr:
		if to, ok := swapped[n.Op]; ok {
			f.add("operator", n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), to.String())
		}
	case *ast.UnaryExpr:
		if n.Op == token.SUB || n.Op == token.NOT {
			f.add("negation", n.OpPos, n.OpPos+1, "")
		}
	case *ast.BasicLit:
		if n.Kind == token.INT || n.Kind == token.FLOAT {
			f.add("constant", n.Pos(), n.End(), "("+n.Value+"+1)")
		}
	case *ast.AssignStmt:
		f.assignment(n)
	case *ast.IfStmt:
		if leaves(n) {
			f.add("refusal", n.Cond.Pos(), n.Cond.End(), "false && ("+f.source(n.Cond)+")")
		}
	case *ast.ExprStmt:
		if call, ok := n.X.(*ast.CallExpr); ok && !speaks(call) {
			f.add("call", n.Pos(), n.End(), "")
		}
	case *ast.CallExpr:
		return f.call(n)
	case *ast.ReturnStmt:
		return !raises(n)
	}
	return true
}

// assignment drops an assignment, or what it adds to.
func (f *finder) assignment(n *ast.AssignStmt) {
	switch n.Tok {
	case token.ADD_ASSIGN, token.SUB_ASSIGN, token.MUL_ASSIGN, token.OR_ASSIGN:
		f.add("accumulation", n.TokPos, n.TokPos+2, "=")
	case token.ASSIGN:
		switch left := f.source(n.Lhs[0]); {
		case len(n.Lhs) > 1 || left == "_":
		case strings.HasPrefix(f.source(n.Rhs[0]), left+"["): // which alone would look at the bounds
			f.add("assignment", n.Pos(), n.End(), "")
		default:
			f.add("assignment", n.Lhs[0].Pos(), n.Lhs[0].End(), "_")
		}
	}
}

// call swaps neighbouring arguments that look as if they had one type. It says
// whether there is something in the arguments to look at.
func (f *finder) call(n *ast.CallExpr) bool {
	if speaks(n) {
		return false
	}
	for i := 1; i < len(n.Args) && !commutes(n); i++ {
		a, b := n.Args[i-1], n.Args[i]
		if plain(a) && plain(b) && f.source(a) != f.source(b) {
			f.add("arguments", a.Pos(), b.End(), f.source(b)+", "+f.source(a))
		}
	}
	return true
}

// plain reports whether an expression is a name or a selector.
func plain(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return plain(e.X)
	}
	return false
}

// speaks reports whether a call makes or raises an error.
func speaks(n *ast.CallExpr) bool {
	makers := []string{"panic", "Shapef", "Fail", "fail", "Errorf", "Sprintf", "Sprint", "Wrap"}
	return slices.Contains(makers, called(n))
}

// commutes reports whether the order of a call's arguments is known to mean nothing.
func commutes(n *ast.CallExpr) bool {
	return slices.Contains([]string{"Equal", "min", "max", "Max", "countable", "gap"}, called(n))
}

// called returns the name of a function without its package or receiver.
func called(n *ast.CallExpr) string {
	switch fun := n.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		return fun.Sel.Name
	}
	return ""
}

// raises reports whether a return makes an error, beside which nothing counts.
func raises(n *ast.ReturnStmt) bool {
	if len(n.Results) == 0 {
		return false
	}
	call, ok := n.Results[len(n.Results)-1].(*ast.CallExpr)
	return ok && speaks(call)
}

// leaves reports whether an if does nothing but leave the function or the loop.
func leaves(n *ast.IfStmt) bool {
	if n.Else != nil || len(n.Body.List) != 1 {
		return false
	}
	switch s := n.Body.List[0].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		return ok && speaks(call)
	}
	return false
}

func (f *finder) source(n ast.Node) string {
	return string(f.src[f.file.Offset(n.Pos()):f.file.Offset(n.End())])
}

// add adds a mutant.
func (f *finder) add(kind string, from, to token.Pos, text string) {
	m := mutant{
		file: f.name, kind: kind, line: f.file.Line(from),
		from: f.file.Offset(from), to: f.file.Offset(to), text: text,
	}
	start := bytes.LastIndexByte(f.src[:m.from], '\n') + 1
	m.was = lineAt(f.src, start)
	m.now = lineAt(m.applied(f.src), start)
	f.found = append(f.found, m)
}

// lineAt returns the line that begins at an offset, without what surrounds it.
func lineAt(src []byte, start int) string {
	line, _, _ := bytes.Cut(src[start:], []byte("\n"))
	return string(bytes.TrimSpace(line))
}

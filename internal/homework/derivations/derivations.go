// Package derivations holds what the sheet asks and why the answers are right, in
// words and formulas: for each problem its statement, quoted from the sheet, and
// a derivation in the sheet's symbols.
//
// The sources are Markdown with LaTeX in the folder source. "make generate"
// turns them into HTML with MathML, which a browser shows without a script; the
// program embeds the result. A test says when it is stale.
package derivations

import (
	"embed"
	"fmt"
	"html/template"
	"strings"
)

// Sheet names the source of the statements.
const Sheet = "Homework 4 of “Mathematical Foundations of Deep Neural Networks” (M1407.001200, E. Ryu, Spring 2024)"

// References returns what the statements cite by number, in the order of the
// sheet's list.
func References() []string {
	return []string{
		"Y. LeCun, L. Bottou, Y. Bengio, and P. Haffner, Gradient-based learning applied to document recognition, Proceedings of the IEEE, 1998.",
		"K. Janocha and W. M. Czarnecki, On loss functions for deep neural networks in classification, TFML, 2017.",
		"L. Hui and M. Belkin, Evaluation of neural architectures trained with square loss vs cross-entropy in classification tasks, ICLR, 2021.",
	}
}

//go:embed problem*.html
var files embed.FS

// A Derivation is the written part of an answer, as HTML with MathML.
type Derivation struct {
	Statement template.HTML // what the sheet asks, in its words
	Proof     template.HTML // why the answer is right
}

// Of returns the derivation of a problem, 1 to 7. It panics for other numbers.
func Of(problem int) Derivation {
	file, err := files.ReadFile(fmt.Sprintf("problem%d.html", problem))
	if err != nil {
		panic(fmt.Sprintf("derivations: no problem %d", problem))
	}
	_, sections, _ := strings.Cut(string(file), "<!-- statement -->\n")
	statement, proof, _ := strings.Cut(sections, "<!-- derivation -->\n")
	return Derivation{Statement: template.HTML(statement), Proof: template.HTML(proof)}
}

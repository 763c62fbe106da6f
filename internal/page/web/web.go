// Package web is the page that the browser shows: plain HTML, CSS and ES modules, which
// it joins into one file that needs no other.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"hw4/internal/problem"
	"hw4/internal/report/html"
)

//go:embed index.html style.css *.js
var files embed.FS

// A Door is the way on which the page reaches the library.
type Door string

// The doors: a module for each.
const (
	WebAssembly Door = "door-wasm.js"
	HTTP        Door = "door-http.js"
)

// modules are the scripts of the page, each after those that it imports. Of the doors
// there is one.
func (d Door) modules() []string {
	list := []string{"dom.js", "lzma.js", string(d), "door.js", "pictures.js", "filters.js", "commute.js", "losses.js",
		"backprop.js", "lenet.js", "main.js"}
	if d == HTTP { // which brings no library
		list = slices.DeleteFunc(list, func(name string) bool { return name == "lzma.js" })
	}
	return list
}

// Data is content that the page takes along, under a name.
type Data struct {
	Name    string
	Content []byte
}

// Text returns the content as the page has it: 4 bytes as 5 digits of the base 85, from
// "#" on without "<", which ends scripts. Base64 would make the page larger by 6 %.
func (d Data) Text() string {
	const digits, group = 5, 4
	out := make([]byte, 0, (len(d.Content)+group-1)/group*digits)
	for rest := d.Content; len(rest) > 0; rest = rest[min(group, len(rest)):] {
		var four [group]byte
		copy(four[:], rest)
		n := binary.BigEndian.Uint32(four[:])
		var text [digits]byte
		for i := digits - 1; i >= 0; i-- {
			text[i] = '#' + byte(n%85)
			if text[i] >= '<' {
				text[i]++
			}
			n /= 85
		}
		out = append(out, text[:]...)
	}
	return string(out)
}

// Length returns the number of bytes of the content.
func (d Data) Length() int { return len(d.Content) }

// Worker returns the script of the worker, which begins with Go's wasm_exec.js.
func Worker(wasmExec []byte) Data { return Data{"worker", append(wasmExec, read("worker.js")...)} }

// imports and exports are the parts of modules that are not wanted when they are joined.
var (
	imports = regexp.MustCompile(`(?m)^import [^;]*;\n`)
	exports = regexp.MustCompile(`(?m)^export `)
)

// script joins the modules into one.
func (d Door) script() string {
	var joined strings.Builder
	for _, name := range d.modules() {
		joined.WriteString(exports.ReplaceAllString(imports.ReplaceAllString(read(name), ""), ""))
	}
	return joined.String()
}

// policy lets the page run its own script and nothing else, and reach nothing else than
// where it came from.
func (d Door) policy(script string) string {
	sum := sha256.Sum256([]byte(script))
	policy := fmt.Sprintf("default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "+
		"script-src 'sha256-%s'",
		base64.StdEncoding.EncodeToString(sum[:]))
	if d == HTTP {
		return policy + "; connect-src 'self'; base-uri 'none'; form-action 'none'"
	}
	return policy + " 'wasm-unsafe-eval' blob:; worker-src blob:; base-uri 'none'; form-action 'none'"
}

// Write returns the page, with the problems and the data.
func Write(door Door, problems []problem.Problem, data []Data) ([]byte, error) {
	page := template.Must(template.New("page").Parse(read("index.html")))
	script := door.script()
	var out bytes.Buffer
	err := page.Execute(&out, map[string]any{
		"Policy": door.policy(script), "Style": html.WithMathFont(read("style.css")), "Script": script,
		"Problems": problems, "Data": data,
	})
	return out.Bytes(), err
}

func read(name string) string {
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is compiled in
	}
	return string(content)
}

package grade_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hw4/internal/grade"
	"hw4/internal/grade/format"
)

// A hostile hand-in, what it is called in the class, and what must be said of it.
type hostile struct {
	name  string
	write func(t *testing.T, path string)
	say   string // in the error of the hand-in or of a part, or in a note
	code  string // of p3; empty: no part is judged
}

// zipOf returns what writes a zip, in which names that end in @ are links.
func zipOf(files ...string) func(t *testing.T, path string) {
	return func(t *testing.T, path string) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(files); i += 2 {
			name, link := strings.CutSuffix(files[i], "@")
			h := &zip.FileHeader{Name: name, Method: zip.Deflate}
			if link {
				h.SetMode(fs.ModeSymlink | 0o777)
			}
			w, err := z.CreateHeader(h)
			if err == nil {
				_, err = w.Write([]byte(files[i+1]))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		put(t, path, b.Bytes())
	}
}

func fileOf(name, content string) func(t *testing.T, path string) {
	return func(t *testing.T, path string) { put(t, filepath.Join(path, name), []byte(content)) }
}

const grey3 = "[0.299, 0.587, 0.114]"

var copied = `{"p3": ` + strings.Repeat(" ", 300) + grey3 + "}"

var hostiles = []hostile{
	{"bomb.zip", zipOf("p3.json", strings.Repeat(" ", 65<<20)), "the length is larger, want at most", "unreadable"},
	{"copy-1", fileOf("answers.json", copied), "same file as that of copy-2", "right"},
	{"copy-2", fileOf("answers.json", copied), "same file as that of copy-1", "right"},
	{"cut.zip", func(t *testing.T, path string) { put(t, path, []byte("PK\x03\x04 cut")) }, "cut short, want a zip", ""},
	{"damaged", fileOf("answers.json", `{"p3": [0.299, 0.587, 0.114], "p4": [1, `), "want", "right"},
	{"deep", fileOf("p3.json", strings.Repeat("[", 1e5)), "p3.json", "unreadable"},
	{"empty", func(t *testing.T, path string) { _ = os.Mkdir(path, 0o777) }, "no answers found among no files", ""},
	{"link", func(t *testing.T, path string) { _ = os.Symlink("/etc", path) }, "is a link or a special file", ""},
	{"links", func(t *testing.T, path string) {
		fileOf("p3.json", grey3)(t, path)
		_ = os.Symlink("/etc/passwd", filepath.Join(path, "p1.json"))
	}, "p1.json is a link or a special file, and is not read", "right"},
	{"links.zip", zipOf("p3.json", grey3, "p1.json@", "/etc/passwd"), "several hand-ins are called links", "right"},
	{"many.zip", func(t *testing.T, path string) {
		var files []string
		for i := range 10_001 {
			files = append(files, strings.Repeat("x", i%100+1)+strings.Repeat("y", i/100), "")
		}
		zipOf(files...)(t, path)
	}, "the number of files is larger, want at most 10000", ""},
	{"nan", fileOf("p3.json", "[NaN, 0.587, 0.114]"), "want", "unreadable"},
	{"null", fileOf("p3.json", "\x00\x00\x00"), "want", "unreadable"},
	{"outside.zip", zipOf("../../p3.json", grey3), `a name in the zip is "../../p3.json"`, ""},
	{"outside-windows.zip", zipOf(`..\p3.json`, grey3), `a name in the zip is "../p3.json"`, ""},
	{"outside-named", fileOf("answers.json", `{"p3": "../links/p3.json"}`), "which is not there", "unreadable"},
	{"pickle", fileOf("p3.pt", "\x80\x02cposix\nsystem\nX\x07\x00\x00\x00echo hi\x85R."), "p3.pt", "unreadable"},
	{"twice.zip", zipOf("p3.json", grey3, "p3.json", "[1, 1, 1]"), `the name "p3.json" is there twice`, ""},
	{"unknown", fileOf("answers.json", `{"p33": [1]}`), `the key "p33" is no part`, ""},
	{"unknown-first", fileOf("answers.json", `{"p33": [1], "p3": `+grey3+`}`), `the key "p33" is no part`, "right"},
	{"beside-damaged", func(t *testing.T, path string) {
		fileOf("answers.json", `{"p1": [`)(t, path)
		fileOf("p3.json", grey3)(t, path)
	}, "answers.json", "right"},
	{"nan-first", fileOf("answers.json", `{"p1": [NaN, -Infinity, 1e999], "p3": `+grey3+`}`), "", "right"},
	{"beside.zip", zipOf("hw/answers.json", `{"p3": "w.json"}`, "hw/w.json", grey3, "a.txt", ""), "a.txt", "right"},
	{"capital.zip", zipOf("Answers.JSON", `{"p3": `+grey3+`}`, "a.pdf", ""), "a.pdf", "right"},
	{"dot.zip", zipOf("./", "", "./hw/p3.json", grey3), "", "right"},
	{"folder-twice.zip", zipOf("hw/", "", "hw/", "", "hw/p3.json", grey3), "", "right"},
	{"windows-named.zip", zipOf("hw/answers.json", `{"p3": "w\\Grey.json"}`, `hw\w\grey.json`, grey3), "", "right"},
	{"from-outside-named.zip", zipOf("hw/answers.json", `{"p3": "hw/w.json"}`, "hw/w.json", grey3), "", "right"},
	{"capital-part.zip", zipOf("P3.JSON", grey3), "", "right"},
	{"code-page.zip", zipOf("p3.json", grey3, "\x9abung.pdf", ""), "\u009abung.pdf", "right"},
	{"encrypted.zip", func(t *testing.T, path string) {
		zipOf("p3.json", grey3)(t, path)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		content[bytes.Index(content, []byte("PK\x01\x02"))+8] |= 1
		put(t, path, content)
	}, "the zip is encrypted, want one without a password", ""},
	{"book.ipynb", func(t *testing.T, path string) { put(t, path, []byte(`{"cells": [{]}`)) }, "no Jupyter notebook", ""},
	{"\u202egnp.\nimg", fileOf("p3.json", grey3), "", "right"},
	{"=cmd()|<script>alert(1)<", fileOf("p3.json", grey3), "", "right"},
}

// Nothing that is handed in stops the others, leads out of its folder, or says more than
// one line.
func TestHostile(t *testing.T) {
	dir := t.TempDir()
	for _, h := range hostiles {
		h.write(t, filepath.Join(dir, h.name))
	}
	fileOf("p3.json", grey3)(t, filepath.Join(dir, "zoe"))
	c, err := options(t, &grade.Rubric{}).Class(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Results) != len(hostiles)+1 {
		t.Errorf("%d results of %d hand-ins", len(c.Results), len(hostiles)+1)
	}
	by := make(map[string]*grade.Result)
	for _, r := range c.Results {
		by[r.File] = r
	}
	for _, h := range append(hostiles, hostile{name: "zoe", code: "right"}) {
		r := by[h.name]
		if r == nil {
			t.Errorf("%q: no result", h.name)
			continue
		}
		said := strings.Join(append(r.Notes, r.Private...), "; ")
		if r.Err != nil {
			said += r.Err.Error()
		}
		p := r.Parts[2]
		if p.Err != nil {
			said += p.Err.Error()
		}
		if !strings.Contains(said, h.say) || strings.Contains(said, "root:") {
			t.Errorf("%q: %s, want %s", h.name, said, h.say)
		}
		code := h.code
		if code == "" {
			code = "unreadable"
			if r.Err == nil {
				t.Errorf("%q has been judged", h.name)
			}
		}
		if want := map[string]float64{"right": 10}[code]; p.Verdict.Code != code || p.Earned != want {
			t.Errorf("%q: p3 is %s with %v points, want %s", h.name, p.Verdict.Code, p.Earned, code)
		}
	}
	for _, f := range format.All() {
		for _, r := range c.Results {
			var b bytes.Buffer
			if err := f.Write(&b, &grade.Class{Title: "T", Results: []*grade.Result{r}}, format.Options{}); err != nil {
				t.Errorf("%s of %q: %v", f.Name, r.File, err)
			}
			if strings.ContainsAny(b.String(), "\u202e\x00") || strings.Contains(b.String(), "<script>") {
				t.Errorf("%s of %q has what must not be there", f.Name, r.File)
			}
		}
	}
}

package arrayfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"

	"hw4/internal/pattern"
	"hw4/internal/strict"
	"hw4/tensor"
)

type format int

const (
	formatText format = iota
	formatNPY
	formatNPZ
	formatSafetensors
	formatTorch
)

// formatOf tells the format of a file by its first bytes, and by the name where they do
// not say; known is whether they do.
func formatOf(name string, content []byte) (form format, known bool) {
	const npyName, zip, pickle, tarAt = "\x93NUMPY", "PK\x03\x04", "\x80", 257
	extension := strings.ToLower(filepath.Ext(name))
	switch {
	case bytes.HasPrefix(content, []byte(npyName)):
		return formatNPY, true
	case len(content) > 8 && content[8] == '{' && binary.LittleEndian.Uint64(content) <= uint64(len(content)):
		return formatSafetensors, true
	case bytes.HasPrefix(content, []byte(zip)):
		if extension != ".npz" && !strings.HasSuffix(firstMember(content), ".npy") {
			return formatTorch, true
		}
		return formatNPZ, true
	case extension != ".safetensors" && bytes.HasPrefix(content, []byte(pickle)),
		len(content) > tarAt && bytes.HasPrefix(content[tarAt:], []byte("ustar")):
		return formatTorch, true
	}
	return map[string]format{
		".npy": formatNPY, ".npz": formatNPZ, ".safetensors": formatSafetensors, ".pt": formatTorch, ".pth": formatTorch,
	}[extension], false
}

// IsText reports whether a file is read as text.
func IsText(name string, content []byte) bool {
	form, _ := formatOf(name, content)
	return form == formatText
}

// firstMember returns the name of the first member of a zip archive.
func firstMember(content []byte) string {
	const lengthAt, nameAt = 26, 30
	if len(content) < nameAt {
		return ""
	}
	rest := content[nameAt:]
	return string(rest[:min(len(rest), int(binary.LittleEndian.Uint16(content[lengthAt:])))])
}

// parseText reads an array, or objects with arrays in them, whose keys are joined by dots
// as PyTorch does.
func (f *File) parseText(content []byte, limit int) error {
	text, err := strict.Decode(f.Name, content)
	if err != nil {
		return err
	}
	d := strict.NewLoose(f.Name, text, 0)
	if err = f.values(d, "", limit); err == nil {
		err = d.End()
	}
	f.Rounded = d.Rounded()
	if err != nil {
		return fmt.Errorf("%w%s", err, hint(text))
	}
	return nil
}

// values reads an array of that name, or an object with arrays in it.
func (f *File) values(d *strict.JSON, name string, limit int) error {
	if d.Peek() != '{' {
		shape, values, err := d.Numbers(limit)
		if err != nil {
			return err
		}
		x := tensor.Scalar(values[0])
		if len(shape) > 0 {
			x = tensor.FromSlice(values, shape...)
		}
		f.Arrays = append(f.Arrays, Array{name, shape, x})
		return nil
	}
	if name != "" {
		name += "."
	}
	return d.Object(func(key string) error { return f.values(d, name+key, limit) })
}

// hints say what people write who know numbers better than JSON.
var hints = []struct {
	pattern pattern.Pattern
	hint    string
}{
	{pattern.New(`\.\.\.`), "the text leaves numbers out: print all of them, or save the array in a file"},
	{pattern.New(`"[-+.0-9]`), "numbers have no quotes"},
	{pattern.New(`[(;&]|\{\s*\{|[0-9.]\s+[-.0-9]`), "rows are written in brackets and separated by commas: " +
		"[[1, 2], [3, 4]], as print(x.tolist()) in Python shows them"},
}

func hint(text []byte) string {
	for _, h := range hints {
		if h.pattern.In(text) {
			return "; " + h.hint
		}
	}
	return ""
}

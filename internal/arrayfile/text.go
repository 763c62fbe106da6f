package arrayfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

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
	err = d.End(f.values(d, "", limit))
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

// hint says what somebody has written who knows numbers better than JSON.
func hint(text []byte) string {
	const number = "-+.0123456789"
	words := bytes.Fields(text)
	quoted := slices.ContainsFunc(bytes.SplitAfter(text, []byte(`"`))[1:], func(s []byte) bool {
		return len(s) > 0 && strings.IndexByte(number, s[0]) >= 0
	})
	rows := bytes.ContainsAny(text, "(;&") || bytes.Contains(bytes.Join(words, nil), []byte("{{"))
	for i := 1; i < len(words); i++ { // numbers without a comma between them
		before := words[i-1]
		rows = rows || strings.IndexByte(number[2:], before[len(before)-1]) >= 0 &&
			words[i][0] != '+' && strings.IndexByte(number, words[i][0]) >= 0
	}
	switch {
	case bytes.Contains(text, []byte("...")):
		return "; the text leaves numbers out: print all of them, or save the array in a file"
	case quoted:
		return "; numbers have no quotes"
	case rows:
		return "; rows are written in brackets and separated by commas: [[1, 2], [3, 4]], as print(x.tolist()) in Python " +
			"shows them"
	}
	return ""
}

package strict

import (
	"fmt"
	"slices"
	"strings"
)

// A Field is a key of an object and what reads its value.
type Field struct {
	Key      string
	Read     func() error
	Optional bool // the key may be left out
}

// Fields reads an object with exactly the given keys, in any order.
func (d *JSON) Fields(fields ...Field) error {
	at := d.Offset() - d.base
	found := make([]bool, len(fields))
	err := d.Object(func(key string) error {
		i := slices.IndexFunc(fields, func(f Field) bool { return f.Key == key })
		if i < 0 {
			return d.fail(d.at, "not a known key", "one of "+keyList(fields))
		}
		found[i] = true
		return fields[i].Read()
	})
	if err != nil {
		return err
	}
	for i, f := range fields {
		if !found[i] && !f.Optional {
			return d.fail(at, fmt.Sprintf("without the key %q", f.Key), "an object with "+keyList(fields))
		}
	}
	return nil
}

func keyList(fields []Field) string {
	quoted := make([]string, len(fields))
	for i, f := range fields {
		quoted[i] = fmt.Sprintf("%q", f.Key)
	}
	return strings.Join(quoted, ", ")
}

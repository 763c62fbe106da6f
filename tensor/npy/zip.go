package npy

import (
	"fmt"
	"strings"

	"hw4/internal/strict"
	"hw4/internal/zipfile"
)

// suffix ends the names of members.
const suffix = ".npy"

// ReadZip parses a .npz file: a zip archive of .npy files, stored or deflated,
// and returns the arrays by the members' names without ".npy". It refuses what
// numpy.savez and savez_compressed do not write: bytes that belong to no member,
// before, between and behind them; encryption; comments; archives of 4 GiB and
// more; a directory that contradicts the members' own headers; wrong checksums;
// two members of one name; and names that are no relative paths, such as
// "../a.npy". The arrays of deflated members are new, and those of stored members
// share their elements with the file. No more than limit bytes are decompressed in
// all. All errors are *FormatErrors.
func ReadZip(name string, file []byte, limit int64) (map[string]*Array, error) {
	members, err := zipfile.Read(name, file, limit)
	if err != nil {
		return nil, err
	}
	arrays := make(map[string]*Array, len(members))
	for _, m := range members {
		key, is := strings.CutSuffix(m.Name, suffix)
		if !is {
			return nil, strict.Fail(name, m.At, "the name of a member", fmt.Sprintf("%.80q", m.Name), "one that ends in .npy")
		}
		if arrays[key], err = Read(name+": "+m.Name, m.Content); err != nil {
			return nil, err
		}
	}
	return arrays, nil
}

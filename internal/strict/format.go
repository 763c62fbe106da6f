package strict

import "bytes"

// kinds are files that are given for others, by how they begin; ? is any byte.
var kinds = []struct{ magic, kind string }{
	{"????ftyphe", "a HEIC file"}, {"????ftypavi", "an AVIF file"}, {"????ftypm?f1", "a HEIC or AVIF file"},
	{"????ftyp", "a video, or another file of the MP4 family"},
	{"%PDF", "a PDF file"}, {"%!PS", "a PostScript file"},
	{"\x93NUMPY", "an array of NumPy's (.npy)"}, {"PK\x03\x04", "a ZIP archive, as .npz files are"},
	{"II+\x00", "a BigTIFF file"}, {"MM\x00+", "a BigTIFF file"}, {"8BPS", "a Photoshop file"},
	{"\xff\x0a", "a JPEG XL file"}, {"????JXL ", "a JPEG XL file"}, {"????jP  ", "a JPEG 2000 file"},
	{"gimp xcf", "a GIMP file"}, {"\x00\x00\x01\x00", "an icon (ICO)"}, {"P?\n", "a PBM, PGM or PPM file"},
	{"\x1f\x8b", "a file compressed by gzip"}, {"\x1f\x9d", "a file compressed by compress (.Z)"}, {"BZh", "a file compressed by bzip2"},
	{"\xfd7zXZ", "a file compressed by xz"}, {"7z\xbc\xaf", "an archive of 7-Zip"},
	{"\x89PNG", "a PNG picture"}, {"\xff\xd8\xff", "a JPEG picture"}, {"GIF8?a", "a GIF picture"},
	{"\x89HDF", "an HDF5 file, as Keras writes"}, {"MATLAB 5.0", "a file of MATLAB's (.mat)"},
	{"\x08?\x12", "an ONNX model"}, {"version https://git-lfs", "a pointer of Git LFS to the file"},
}

// words are in files of text, of a kind each.
var words = []struct{ word, kind string }{
	{"<svg", "an SVG drawing"}, {"<html", "a web page (HTML)"}, {"<!doctype html", "a web page (HTML)"},
}

// Begins reports whether a file begins in a way; ? is any byte.
func Begins(file []byte, magic string) bool {
	if len(file) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != file[i] {
			return false
		}
	}
	return true
}

// Format names what a file is, by its first bytes; empty: it is not known.
func Format(file []byte) string {
	if len(file) == 0 {
		return "an empty file"
	}
	for _, k := range kinds {
		if Begins(file, k.magic) {
			return k.kind
		}
	}
	start := bytes.ToLower(file[:min(len(file), 4096)])
	for _, w := range words {
		if bytes.Contains(start, []byte(w.word)) {
			return w.kind
		}
	}
	return ""
}

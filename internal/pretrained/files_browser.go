//go:build browser

package pretrained

// The page in the browser brings the weights along.
var modern, original []byte

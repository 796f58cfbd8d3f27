module core

go 1.26

module example.com/processor

go 1.26

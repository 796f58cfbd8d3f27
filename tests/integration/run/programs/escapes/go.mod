module escapes

go 1.25

# fold.c: min and max of a list change places
s/is_min ? value : best, is_min ? best : value/is_min ? best : value, is_min ? value : best/

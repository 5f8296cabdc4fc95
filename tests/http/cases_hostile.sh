# Clients that ask too much, too slowly, or too many at once. On SQLite.
# shellcheck shell=sh

database=sqlite:$work/hostile.db
start_service --create
same "a request line of 100 kB is refused" "HTTP/1.1 414 URI Too Long" "$("$suite" long "$port" 100000)"
same "one of 8 kB is only unknown" "HTTP/1.1 404 Not Found" "$("$suite" long "$port" 8000)"
same "a head of 100 kB is refused" 431 "$(code /healthz -H "X: $(head -c 100000 /dev/zero | tr '\0' a)")"
# One byte comes of the 3 MB that are announced. (Who still sends while the answer comes may see the connection end before it.)
same "a body is not waited for" 405 "$(code /metrics -X POST -H 'Expect:' -H 'Content-Length: 3000000' --data-binary x)"
seconds=$("$suite" drip "$port")
holds "who sends a byte at a time is cut off within 30 s (after $seconds s)" [ "$seconds" -ge 5 -a "$seconds" -le 30 ]
same "200 silent connections keep nobody out for good" "HTTP/1.1 200 OK" "$("$suite" crowd "$port" 200)"
holds "the service lives" kill -0 "$service"
stop_service

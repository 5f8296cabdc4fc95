# Clients that ask too much, too slowly, or too many at once. On SQLite.
# shellcheck shell=sh

database=sqlite:$work/hostile.db
start_service --create
same "a request line of 100 kB is refused" "HTTP/1.1 414 URI Too Long" "$("$suite" long "$port" 100000)"
same "one of 8 kB is only unknown" "HTTP/1.1 404 Not Found" "$("$suite" long "$port" 8000)"
same "a head of 100 kB is refused" 431 "$(code /healthz -H "X: $(head -c 100000 /dev/zero | tr '\0' a)")"
# Who still sends while the answer comes may see the connection end before it.
tries=0
until answer=$(head -c 3000000 /dev/zero | code /metrics -X POST -H 'Expect:' --data-binary @- 2>/dev/null) && [ "$answer" = 405 ] || [ "$tries" -ge 10 ]; do
    tries=$((tries + 1))
done
same "a body is not read" 405 "$answer"
seconds=$("$suite" drip "$port")
holds "who sends a byte at a time is cut off within 30 s (after $seconds s)" [ "$seconds" -ge 5 -a "$seconds" -le 30 ]
same "200 silent connections keep nobody out for good" "HTTP/1.1 200 OK" "$("$suite" crowd "$port" 200)"
holds "the service lives" kill -0 "$service"
stop_service

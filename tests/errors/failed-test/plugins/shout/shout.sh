n=0
while IFS= read -r line; do
    case "$line" in
    *'"call":"hello"'*) printf '{"id":0,"protocol":1}\n' ;;
    *Quiet*) printf '{"id":%d,"html":"call %d"}\n' "$n" "$n" ;;
    *) printf '{"id":%d,"html":"<p>Hello!!!</p>"}\n' "$n" ;;
    esac
    n=$((n + 1))
done

read -r line
printf '{"id":0,"protocol":1}\n'
read -r line
echo 'Traceback (most recent call last):' >&2
echo "  File \"$PWD/shout.sh\", line 4" >&2
echo 'ZeroDivisionError: division by zero' >&2
exit 1

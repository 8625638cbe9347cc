read -r line
printf '{"id":0,"protocol":1}\n'
read -r line
echo 'debugging: They fell!'
read -r line

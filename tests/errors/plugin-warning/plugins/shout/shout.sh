read -r line
printf '{"id":0,"protocol":1}\n'
read -r line
printf '{"id":1,"warnings":[{"message":"this is loud","help":"write a full stop","near":"fell!"}]}\n'
read -r line

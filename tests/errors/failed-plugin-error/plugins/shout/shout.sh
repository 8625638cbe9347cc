read -r line
printf '{"id":0,"protocol":1}\n'
read -r line
printf '{"id":1,"error":{"message":"nobody may shout","help":"whisper","near":"fell!"}}\n'
read -r line

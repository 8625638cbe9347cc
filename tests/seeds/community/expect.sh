# Their text is not the project's, so it is not in the repository: SEEDS is the folder that has it.
# shellcheck shell=bash disable=SC2034
post=$(printf '%s\n' "$SEEDS"/000_*.txt)
page=$(printf '%s\n' "$SEEDS"/004_*.txt)
post_output=blog/nhs-confed-expo.html
page_output=open-source-healthcare-statistics.html
post_has=(
    '<path d="M12 2a10 10'
    '<time datetime="2022-06-12">12 June 2022</time>'
    '>NHS Python Community</a>'
    '<h2 id="promoting-open-source-in-the-nhs">'
)
page_has=('Open Source Healthcare Statistics</h1>')

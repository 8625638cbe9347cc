# shellcheck shell=bash disable=SC2034,SC2154
post=$here/made-up/post.md
page=$here/made-up/page.md
post_output=blog/open-evening.html
page_output=the-shelf-in-figures.html
post_has=(
    '<path d="M12 3a9 9'
    '<time datetime="2023-03-18">18 March 2023</time>'
    '>Readers of the Marsh</a>'
    '<h2 id="writing-in-the-open-at-the-library">'
)
page_has=('The Shelf in Figures</h1>')

//! Links of a finished page to the site itself lead from the root of the host, so that they work in the preview and on any host.
//!
//! Templates write `{{ SITEURL }}/…`, and often `{{ SITEURL }}` alone for the home page, so that it has to be the whole URL for them.

use avocet_plugin::html;

/// The page with the site's own URLs made local, but for those that have to be whole: the canonical one, and those of other languages.
pub(super) fn with_local_links(page: String, url: &str, base: &str) -> String {
    if url.is_empty() || !page.contains(url) {
        return page;
    }
    let mut local = String::with_capacity(page.len());
    let mut done = 0;
    for (tag, _) in html::start_tags(&page) {
        let has_to_be_whole = tag.name == "link"
            && tag.attributes.iter().any(|attribute| match &*attribute.name {
                "rel" => attribute.raw.eq_ignore_ascii_case("canonical"),
                name => name == "hreflang",
            });
        for link in html::links(&tag).into_iter().filter(|_| !has_to_be_whole) {
            let Some(rest) = page.get(link.span.clone()).and_then(|written| written.strip_prefix(url)) else { continue };
            if !rest.is_empty() && !rest.starts_with(['/', '?', '#']) {
                continue;
            }
            local.push_str(&page[done..link.span.start]);
            local.push_str(base);
            if !rest.starts_with('/') {
                local.push('/');
            }
            done = link.span.start + url.len();
        }
    }
    local.push_str(&page[done..]);
    local
}

#[cfg(test)]
mod tests {
    use super::with_local_links;

    fn local(page: &str) -> String {
        with_local_links(page.to_owned(), "https://x.org/notes", "/notes")
    }

    #[test]
    fn links_to_the_site_lead_from_the_root_of_the_host() {
        assert_eq!(local("<a href='https://x.org/notes'>Home</a>"), "<a href='/notes/'>Home</a>");
        assert_eq!(local("<img src=\"https://x.org/notes/a.png\">"), "<img src=\"/notes/a.png\">");
        assert_eq!(local("<a href=https://x.org/notes?q#f>"), "<a href=/notes/?q#f>");
        assert_eq!(local("<img srcset='https://x.org/notes/a 1x, https://x.org/notes/b 2x'>"), "<img srcset='/notes/a 1x, /notes/b 2x'>");
    }

    #[test]
    fn other_links_text_and_what_has_to_be_whole_stay() {
        for same in [
            "<a href='https://x.org/notesbook'>",
            "<a href='https://x.org/'>https://x.org/notes/</a>",
            "<link rel='canonical' href='https://x.org/notes/a'>",
            "<link rel='alternate' hreflang='fr' href='https://x.org/notes/fr/a'>",
            "<meta property='og:url' content='https://x.org/notes/a'>",
            "<script>x = 'https://x.org/notes/'</script>",
        ] {
            assert_eq!(local(same), same);
        }
    }
}

//! What the components do besides what the package does: as tags in Markdown, and with what the engine knows.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where something is wrong")]

mod common;

use tera::{Context, Map, Value};

/// What a component gives, on one line; every picture is 640 by 480.
fn render(component: &str, options: &[(&'static str, Value)], body: Option<&str>) -> String {
    let side = |name: &'static str, side: u64| (name.into(), Value::from(side));
    let tera = common::components(Value::from(Map::from_iter([side("width", 640), side("height", 480)])));
    let mut context = Context::new();
    for (name, value) in options {
        context.insert_value(*name, value.clone());
    }
    let html = tera.render_component_with_implicits(component, &context, &Context::new(), body, true).expect("the component renders");
    html.lines().map(str::trim).collect()
}

/// The icons of a list in HTML, by a short name.
fn with_short_icons(html: &str) -> String {
    let mut parts = html.split("<svg class=\"nhsuk-icon nhsuk-icon--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        let name = part.split('"').next().unwrap_or_default();
        let rest = part.split_once("</svg>").map_or("", |(_, rest)| rest);
        out + "[" + name + "]" + rest
    })
}

fn card(heading: &str, body: &str) -> String {
    render("card", &[("heading", heading.into())], Some(body))
}

/// Cells as the engine gives those of a table in Markdown.
fn cells(texts: &[&str]) -> Value {
    let cell = |text: &&str| Value::from(Map::from_iter([("html".into(), Value::from(*text))]));
    Value::from(texts.iter().map(cell).collect::<Vec<_>>())
}

fn table(options: &[(&'static str, Value)]) -> String {
    let rows = Value::from(vec![cells(&["Oak", "12", "<em>tall</em>"])]);
    render("table", &[&[("head", cells(&["Tree", "Height", "Note"])), ("rows", rows)], options].concat(), None)
}

#[test]
fn a_do_list_gives_each_of_its_items_a_tick_and_leaves_lists_inside_of_them() {
    let body = "<ul>\n<li>wash <em>your</em> hands\n<ul>\n<li>with soap</li>\n</ul>\n</li>\n<li>rest</li>\n</ul>\n<p>Then call.</p>\n";
    assert_eq!(
        with_short_icons(&render("do_list", &[], Some(body))),
        "<div class=\"nhsuk-card nhsuk-card--feature\"><div class=\"nhsuk-card__content\"><h3 class=\"nhsuk-card__heading\">Do</h3>\
         <ul class=\"nhsuk-list nhsuk-list--tick\" role=\"list\"><li>[tick] wash <em>your</em> hands\
         <ul><li>with soap</li></ul></li><li>[tick] rest</li></ul><p>Then call.</p></div></div>"
    );
}

#[test]
fn a_dont_list_has_crosses_and_the_words_of_its_author() {
    let html = render("dont_list", &[("heading", "Do not".into())], Some("<ul>\n<li>never <b>smoke</b></li>\n</ul>\n"));
    assert_eq!(
        with_short_icons(&html),
        "<div class=\"nhsuk-card nhsuk-card--feature\"><div class=\"nhsuk-card__content\"><h3 class=\"nhsuk-card__heading\">Do not</h3>\
         <ul class=\"nhsuk-list nhsuk-list--cross\" role=\"list\"><li>[cross] never <b>smoke</b></li></ul></div></div>"
    );
    assert!(render("dont_list", &[], Some("<ul><li>smoke</li></ul>")).contains("Don&#39;t"));
}

#[test]
fn two_lists_in_a_do_list_are_both_of_its_kind() {
    let html = with_short_icons(&render("do_list", &[], Some("é <ul><li>a</li></ul><p>é, and</p><ul><li>é</li></ul>")));
    assert_eq!(html.matches("<ul class=\"nhsuk-list nhsuk-list--tick\" role=\"list\"><li>[tick] ").count(), 2, "{html}");
}

#[test]
fn a_card_group_is_one_list_with_each_card_in_an_item() {
    let body = format!("{}\n{}\n", card("A", ""), render("card", &[("heading", "B".into()), ("variant", "feature".into())], None));
    let html = render("card_group", &[("columns", 3.into())], Some(&body));
    let item = "<li class=\"nhsuk-grid-column-one-third nhsuk-card-group__item\">";
    assert!(html.starts_with(&format!("<ul class=\"nhsuk-grid-row nhsuk-card-group\">{item}<div class=\"nhsuk-card\"><div")), "{html}");
    assert!(html.contains(&format!("</div></div></li>{item}<div class=\"nhsuk-card nhsuk-card--feature\"><div")), "{html}");
    assert!(html.ends_with("</div></div></li></ul>"), "{html}");
}

#[test]
fn a_card_inside_of_a_card_is_no_item_of_the_group() {
    let body = card("A", &card("inner", "<div>x</div>")) + &card("B", "");
    let html = render("card_group", &[], Some(&body));
    assert_eq!(html.matches("<li class=\"nhsuk-grid-column-one-half").count(), 2, "{html}");
    assert_eq!(html.matches("</li>").count(), 2, "{html}");
}

#[test]
fn what_stands_between_the_cards_of_a_group_is_kept() {
    let body = format!("<p>before</p>{}<p>between</p>{}<p>after</p>", card("A", ""), card("B", ""));
    let html = render("card_group", &[], Some(&body));
    assert!(html.starts_with("<p>before</p><ul class="), "{html}");
    assert!(html.contains("</div><p>between</p></li><li"), "{html}");
    assert!(html.ends_with("</div><p>after</p></li></ul>"), "{html}");
    assert_eq!(render("card_group", &[], Some("<p>none</p>")), "<p>none</p>");
}

#[test]
fn the_columns_of_numbers_are_named_by_their_places() {
    let numeric = |value: Value| {
        let html = table(&[("numeric", value)]);
        let cells = html.split("<t").filter(|part| part.starts_with("h ") || part.starts_with("d "));
        cells.map(|cell| if cell.contains("--numeric") { '9' } else { 'x' }).collect::<String>()
    };
    assert_eq!(numeric("".into()), "xxxxxx");
    assert_eq!(numeric(true.into()), "x99x99");
    assert_eq!(numeric(false.into()), "xxxxxx");
    assert_eq!(numeric(2.into()), "x9xx9x");
    assert_eq!(numeric("2 3".into()), "x99x99");
    assert_eq!(numeric("1, 3".into()), "9x99x9");

    let rows = Value::from(vec![cells(&["Oak", "12"])]);
    let html = render("table", &[("rows", rows), ("numeric", 2.into())], None);
    assert!(html.contains("<td class=\"nhsuk-table__cell nhsuk-table__cell--numeric\">12</td>") && !html.contains("<th"), "{html}");
}

#[test]
fn a_sortable_table_sorts_every_column_and_begins_with_the_largest_number() {
    let html = table(&[("sortable", true.into()), ("numeric", 2.into()), ("caption", "Trees".into())]);
    assert!(html.starts_with("<table class=\"nhsuk-table nhsuk-table--sortable\" data-module=\"nhsuk-table\">"), "{html}");
    assert!(html.contains("Trees<span class=\"nhsuk-u-visually-hidden\"> (Column headers are sortable)</span></caption>"), "{html}");
    let heads: Vec<Vec<&str>> =
        html.split("<th ").skip(1).map(|head| head.split(['>', ' ']).filter(|word| word.starts_with("data-")).collect()).collect();
    assert_eq!(heads.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 1], "{html}");
    assert!(heads.iter().all(|head| head.contains(&"data-sort")) && heads[1].contains(&"data-sort-next=\"descending\""), "{html}");
    assert!(html.contains("<td class=\"nhsuk-table__cell\"><em>tall</em></td>"), "{html}");

    let rows = Value::from(vec![cells(&["a", "b"])]);
    let html = render("table", &[("head", cells(&["", "B"])), ("rows", rows), ("sortable", true.into())], None);
    assert!(html.contains("scope=\"col\"></th>"), "nobody can sort by a head without words: {html}");
}

#[test]
fn what_scrolls_always_has_a_name() {
    let name = |options: &[(&'static str, Value)]| {
        let html = table(&[&[("scroll", Value::from(true))], options].concat());
        html.split("role=\"region\" ").nth(1).and_then(|rest| rest.split('>').next()).unwrap_or_default().to_owned()
    };
    assert_eq!(name(&[]), "aria-label=\"Table\"");
    assert_eq!(name(&[("labelled_by", "trees".into())]), "aria-labelledby=\"trees\"");
    assert_eq!(name(&[("labelled_by", "trees".into()), ("caption", "Oak & ash".into())]), "aria-label=\"Oak &amp; ash\"");
    assert_eq!(name(&[("id", "t".into()), ("caption", "Oaks".into())]), "aria-labelledby=\"t-caption\"");
}

#[test]
fn a_picture_says_its_size_and_waits_until_it_is_near() {
    let size = "width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\">";
    let html = render("image", &[("src", "/oak.jpg".into()), ("alt", "An oak".into()), ("caption", "Old & tall".into())], None);
    assert_eq!(
        html,
        format!(
            "<figure class=\"nhsuk-image\"><img class=\"nhsuk-image__img\" src=\"/oak.jpg\" alt=\"An oak\" {size}\
             <figcaption class=\"nhsuk-image__caption\">Old &amp; tall</figcaption></figure>"
        )
    );
    let html = render("card", &[("heading", "Oak".into()), ("image", "/oak.jpg".into())], None);
    assert!(html.contains(&format!("<img class=\"nhsuk-card__img\" src=\"/oak.jpg\" alt=\"\" {size}")), "{html}");
}

#[test]
fn a_card_as_a_tag_is_a_heading_that_leads_somewhere_with_more_under_it() {
    let options =
        [("heading", "Join <us>".into()), ("href", "/join.html".into()), ("description", "Now".into()), ("clickable", true.into())];
    assert_eq!(
        render("card", &options, Some("<p>More</p>")),
        "<div class=\"nhsuk-card nhsuk-card--clickable\"><div class=\"nhsuk-card__content\"><h2 class=\"nhsuk-card__heading\">\
         <a class=\"nhsuk-card__link\" href=\"/join.html\">Join &lt;us&gt;</a></h2><p class=\"nhsuk-card__description\">Now</p>\
         <p>More</p></div></div>"
    );
}

#[test]
fn a_warning_callout_says_important_once_and_has_no_role_that_html_forbids() {
    let html = |heading: &'static str| render("warning_callout", &[("heading", heading.into())], Some("<p>Stay home</p>"));
    let reported = "<h3 class=\"nhsuk-card__heading\"><span><span class=\"nhsuk-u-visually-hidden\">Important: </span>School</span></h3><p>Stay home</p>";
    assert!(html("School").contains(reported), "{}", html("School"));
    assert!(html("This is important").contains("<h3 class=\"nhsuk-card__heading\">This is important</h3>"));
}

//! The theme's components, compiled as the engine compiles them, without an engine.

use tera::{Kwargs, State, Tera, Value};

/// All components. Each picture has this size; nothing else of a site is there.
pub(crate) fn components(image_size: Value) -> Tera {
    let mut tera = Tera::default();
    tera.register_function("picture_size", move |_: Kwargs, _: &State| image_size.clone());
    tera.register_function("asset", |_: Kwargs, _: &State| Value::none());
    for name in ["absolute", "date", "in_site", "json", "reading_time"] {
        tera.register_filter(name, |value: Value, _: Kwargs, _: &State| value);
    }
    let components = avocet_theme_nhs::files().filter(|(path, _)| path.starts_with("components/"));
    let components = components.map(|(path, text)| (path, std::str::from_utf8(text).expect("a component is UTF-8")));
    tera.add_raw_templates(components).expect("the components compile");
    tera
}

//! Just enough reading of HTML for the checks. Escaped text holds no angle brackets or quotes.

/// The insides of all tags: `a href="/x"`, `/a`.
pub(super) fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(tag, _)| tag)
}

/// The name of a tag, with the slash of a closing one.
pub(super) fn name_of(tag: &str) -> &str {
    tag.split_whitespace().next().unwrap_or_default().trim_end_matches('/')
}

/// How often a tag is opened.
pub(super) fn count(html: &str, name: &str) -> usize {
    tags(html).filter(|tag| name_of(tag) == name).count()
}

/// The text between the first opening and closing of a tag.
pub(super) fn body_of<'a>(html: &'a str, name: &str) -> &'a str {
    let after = html.split_once(&format!("<{name}")).map_or("", |(_, rest)| rest);
    let inside = after.split_once('>').map_or("", |(_, rest)| rest);
    inside.split_once(&format!("</{name}>")).map_or("", |(text, _)| text)
}

/// The value of an attribute in a tag.
pub(super) fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// The values of an attribute in all tags.
pub(super) fn values_of<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    tags(html).filter_map(|tag| attribute(tag, name)).collect()
}

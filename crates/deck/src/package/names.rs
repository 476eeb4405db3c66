//! Part names: absolute within the package, never outside of it.

/// The part that a relationship's target names, seen from the part that holds it. `None` where it leads outside.
///
/// Names are returned without the leading slash, as they stand in the zip.
pub fn resolve(base: &str, target: &str) -> Option<String> {
    let target = target
        .split(['#', '?'])
        .next()
        .unwrap_or(target)
        .replace('\\', "/");
    let mut parts: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        base.rsplit_once('/')
            .map_or_else(Vec::new, |(folder, _)| folder.split('/').collect())
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// Whether a name in the zip could be a part: relative, without `..`, drive or control characters.
pub fn is_safe(name: &str) -> bool {
    !name.starts_with('/')
        && !name.contains(['\\', ':', '\0'])
        && name.split('/').all(|part| part != "..")
}

/// The part that holds the relationships of a part; of the package for an empty name.
pub fn relationships_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_seen_from_the_part_that_names_them() {
        let from = "ppt/slides/slide1.xml";
        assert_eq!(
            resolve(from, "../media/a.png").as_deref(),
            Some("ppt/media/a.png")
        );
        assert_eq!(
            resolve(from, "/ppt/media/a.png").as_deref(),
            Some("ppt/media/a.png")
        );
        assert_eq!(
            resolve("", "ppt/presentation.xml").as_deref(),
            Some("ppt/presentation.xml")
        );
    }

    #[test]
    fn a_target_outside_of_the_package_is_none() {
        assert_eq!(resolve("ppt/presentation.xml", "../../etc/passwd"), None);
        assert_eq!(resolve("ppt/presentation.xml", ".."), None);
    }

    #[test]
    fn names_that_lead_outside_are_not_safe() {
        assert!(is_safe("ppt/slides/slide1.xml"));
        for name in ["/etc/passwd", "../x", "a/../../x", "C:\\x", "a\\b"] {
            assert!(!is_safe(name), "{name}");
        }
    }

    #[test]
    fn relationships_lie_beside_their_part() {
        assert_eq!(
            relationships_of("ppt/presentation.xml"),
            "ppt/_rels/presentation.xml.rels"
        );
        assert_eq!(relationships_of(""), "_rels/.rels");
    }
}

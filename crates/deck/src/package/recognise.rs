//! What bytes are that are no zip: said precisely, since it is what a user can act on.

use super::super::error::ReadError;

/// Why bytes that do not open as a zip are no presentation.
pub fn explain(bytes: &[u8]) -> ReadError {
    let wrong = |detail: &str| ReadError::WrongType {
        detail: detail.to_owned(),
    };
    if bytes.is_empty() {
        return wrong("it is empty");
    }
    if bytes.starts_with(b"PK") {
        return ReadError::Malformed {
            detail: "the file is cut off or its zip directory is broken".to_owned(),
        };
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return compound_file(bytes);
    }
    if bytes.starts_with(b"%PDF") {
        return wrong("it is a PDF");
    }
    if bytes.starts_with(b"{\\rtf") {
        return wrong("it is a rich text document");
    }
    if bytes.starts_with(&[0x1F, 0x8B]) {
        return wrong("it is a gzip archive");
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).to_lowercase();
    if head.trim_start().starts_with("<!doctype html") || head.contains("<html") {
        return wrong("it is a web page; perhaps a log-in page was saved in place of the file");
    }
    if std::str::from_utf8(&bytes[..bytes.len().min(512)]).is_ok() {
        return wrong("it is a text file");
    }
    wrong("its format is not known")
}

/// A compound file is an encrypted package, or PowerPoint's format from before 2007.
fn compound_file(bytes: &[u8]) -> ReadError {
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if names("EncryptedPackage") || names("EncryptionInfo") {
        return ReadError::Encrypted;
    }
    let detail = if names("PowerPoint Document") {
        "it is in PowerPoint's format from before 2007 (.ppt); save it as .pptx"
    } else {
        "it is an old Office document or damaged; save it as .pptx"
    };
    ReadError::WrongType {
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_learns_what_the_file_is_instead() {
        let told = |bytes: &[u8]| explain(bytes).to_string();
        assert!(told(b"").contains("empty"));
        assert!(told(b"%PDF-1.7").contains("PDF"));
        assert!(told(b"<!DOCTYPE html><html>").contains("web page"));
        assert!(told(b"hello").contains("text file"));
        assert!(matches!(
            explain(b"PK\x03\x04cut"),
            ReadError::Malformed { .. }
        ));
    }

    #[test]
    fn an_encrypted_package_is_known_by_its_streams() {
        let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        assert!(matches!(explain(&bytes), ReadError::WrongType { .. }));
        bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(explain(&bytes), ReadError::Encrypted);
    }
}

//! The OPC package (ECMA-376 part 2): a zip read within limits, its parts, their XML and their relationships.

pub mod container;
pub mod limits;
pub mod names;
pub mod namespaces;
pub mod recognise;
pub mod relationships;
pub mod sniff;
pub mod xml;

mod unpack;
mod xml_scan;
mod xml_tree;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod xml_scan_tests;

//! The OPC package: a zip read within limits, its parts and relationships.

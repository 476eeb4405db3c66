//! How many bytes of instructions a page comes to when every form that it draws is counted each time.
//!
//! Forms may draw forms: a file of a kilobyte can ask for more work than there is time.

use std::collections::BTreeMap;

use hayro_interpret::hayro_syntax::content::UntypedIter;
use hayro_interpret::hayro_syntax::object::dict::keys::{CONTENTS, RESOURCES, SUBTYPE};
use hayro_interpret::hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro_interpret::hayro_syntax::page::{Page, Resources};

/// Forms deeper in each other than this are not drawn, and not counted.
const DEEPEST: u32 = 50;

/// Bytes of instructions of all pages without forms: the parser keeps those of each page it was asked for, shared or not.
const HELD: u64 = 64 << 20;

/// Lengths of forms that were counted, with what they draw.
#[derive(Default)]
pub(super) struct Forms {
    known: BTreeMap<ObjectIdentifier, u64>,
    /// Lengths of what pages are made of, each unpacked once.
    contents: BTreeMap<ObjectIdentifier, u64>,
    held: u64,
}

impl Forms {
    /// Bytes of instructions of a page, forms counted each time; `None` where they are more than `most`, or too many to be held.
    pub(super) fn of_page(&mut self, page: &Page<'_>, most: u64) -> Option<u64> {
        let own = self.own(page, most);
        let held = self.held.saturating_add(own);
        if own > most || held > HELD {
            return None;
        }
        self.held = held;
        let own = page.page_stream().unwrap_or_default();
        let bytes = self.of(own, page.resources(), 0);
        (bytes <= most).then_some(bytes)
    }

    /// Bytes of a page's own instructions. Counting ends soon after `most`.
    fn own(&mut self, page: &Page<'_>, most: u64) -> u64 {
        if let Some(stream) = page.raw().get::<Stream<'_>>(CONTENTS) {
            return self.length(&stream);
        }
        let Some(streams) = page.raw().get::<Array<'_>>(CONTENTS) else {
            return 0;
        };
        let mut bytes = 0_u64;
        for stream in streams.iter::<Stream<'_>>() {
            bytes = bytes.saturating_add(self.length(&stream) + 1);
            if bytes > most {
                break;
            }
        }
        bytes
    }

    fn length(&mut self, stream: &Stream<'_>) -> u64 {
        let counted = || stream.decoded_data().map_or(0, |data| data.len() as u64);
        *self.contents.entry(stream.obj_id()).or_insert_with(counted)
    }

    fn of(&mut self, instructions: &[u8], resources: &Resources<'_>, depth: u32) -> u64 {
        let mut bytes = instructions.len() as u64;
        if depth >= DEEPEST || resources.x_objects.is_empty() {
            return bytes;
        }
        let mut rest = UntypedIter::new(instructions);
        while let Some(instruction) = rest.next() {
            if &**instruction.operator != b"Do" {
                continue;
            }
            let drawn = match instruction.operands().next() {
                Some(Object::Name(name)) => resources.get_x_object(name),
                _ => None,
            };
            if let Some(form) = drawn.filter(is_form) {
                bytes = bytes.saturating_add(self.of_form(&form, resources, depth + 1));
            }
        }
        bytes
    }

    fn of_form(&mut self, form: &Stream<'_>, around: &Resources<'_>, depth: u32) -> u64 {
        let id = form.obj_id();
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        // A form that draws itself is counted once; the interpreter stops at a depth.
        self.known.insert(id, 0);
        let own = form.decoded_data().unwrap_or_default();
        let resources = form.dict().get::<Dict<'_>>(RESOURCES).map(Resources::new);
        let bytes = self.of(&own, resources.as_ref().unwrap_or(around), depth);
        self.known.insert(id, bytes);
        bytes
    }
}

fn is_form(stream: &Stream<'_>) -> bool {
    stream
        .dict()
        .get::<Name<'_>>(SUBTYPE)
        .is_some_and(|kind| &*kind == b"Form")
}

//! Little-endian values out of bytes that may end anywhere.

/// A place in bytes.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// The same bytes from an offset counted from their beginning.
    pub(super) fn from(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// So many bytes on.
    pub(super) fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    /// The next bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let found = self.data.get(self.at..end)?;
        self.at = end;
        Some(found)
    }

    /// Bytes at an offset counted from the beginning.
    pub(super) fn slice(&self, at: u32, count: u32) -> Option<&'a [u8]> {
        let at = usize::try_from(at).ok()?;
        let end = at.checked_add(usize::try_from(count).ok()?)?;
        self.data.get(at..end)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.first_chunk().copied()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[b]| b)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn i16(&mut self) -> Option<i16> {
        self.array().map(i16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_le_bytes)
    }

    /// A finite number of single precision.
    pub(super) fn f32(&mut self) -> Option<f64> {
        let value = self.array().map(f32::from_le_bytes)?;
        value.is_finite().then(|| f64::from(value))
    }

    /// A count of things that each take at least `least` bytes; `None` where so many cannot follow.
    pub(super) fn count(&mut self, least: usize) -> Option<usize> {
        let count = usize::try_from(self.u32()?).ok()?;
        (count.checked_mul(least)? <= self.rest().len()).then_some(count)
    }

    /// A number of 32 bits.
    pub(super) fn long(&mut self) -> Option<f64> {
        self.i32().map(f64::from)
    }

    /// A number of 16 bits.
    pub(super) fn short(&mut self) -> Option<f64> {
        self.i16().map(f64::from)
    }

    /// A point of 32-bit numbers.
    pub(super) fn point(&mut self) -> Option<(f64, f64)> {
        Some((self.long()?, self.long()?))
    }

    /// A point of 16-bit numbers.
    pub(super) fn small_point(&mut self) -> Option<(f64, f64)> {
        Some((self.short()?, self.short()?))
    }

    /// Left, top, right and bottom of 32-bit numbers.
    pub(super) fn rect(&mut self) -> Option<[f64; 4]> {
        Some([self.long()?, self.long()?, self.long()?, self.long()?])
    }
}

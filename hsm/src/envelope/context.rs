/// A place: which store, which object, which version. Bound to every ciphertext.
///
/// Each part is written with its length before it, so two different lists of parts never give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context(Vec<u8>);

impl Context {
    /// `label` names the kind of place and its version: `"im.message.v1"`.
    pub fn new(label: &'static str) -> Self {
        Self(Vec::with_capacity(64)).bytes(label.as_bytes())
    }

    pub fn bytes(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(&(part.len() as u64).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    pub fn str(self, part: &str) -> Self {
        self.bytes(part.as_bytes())
    }

    pub fn u64(self, part: u64) -> Self {
        self.bytes(&part.to_be_bytes())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(parts: &[Vec<u8>]) -> Context {
        parts.iter().fold(Context::new("t"), |context, part| context.bytes(part))
    }

    proptest! {
        #[test]
        fn different_parts_give_different_bytes(
            a in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 0..5),
            b in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 0..5),
        ) {
            prop_assert_eq!(a == b, of(&a) == of(&b));
        }
    }

    #[test]
    fn moving_a_boundary_changes_the_place() {
        assert_ne!(Context::new("t").str("ab").str("c"), Context::new("t").str("a").str("bc"));
        assert_ne!(Context::new("t").str(""), Context::new("t"));
    }
}

//! One slip of the finger.

/// `typed` is `meant`, or the beginning of it where `meant` is longer, with at most one letter wrong, missing, added or swapped
/// with its neighbour. The first letter must be right, since nearly nobody mistypes it and it keeps strangers out.
pub(super) fn one_slip(typed: &[u8], meant: &[u8]) -> bool {
    if typed.first() != meant.first() {
        return false;
    }
    let same = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (t, m) = (&typed[same..], &meant[same..]);
    let begins = |typed: Option<&[u8]>, meant: Option<&[u8]>| matches!((typed, meant), (Some(t), Some(m)) if m.starts_with(t));
    if t.is_empty() {
        return true;
    }
    let swapped = t.len() >= 2 && m.len() >= 2 && t[0] == m[1] && t[1] == m[0] && begins(t.get(2..), m.get(2..));
    swapped || begins(t.get(1..), m.get(1..)) || begins(Some(t), m.get(1..)) || begins(t.get(1..), Some(m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgives_one_and_not_two() {
        for typed in ["zhangwei", "zhagnwei", "zhanwei", "zhanngwei", "zhamgwei", "zangwei", "zhangwe"] {
            assert!(one_slip(typed.as_bytes(), b"zhangwei"), "{typed}");
        }
        for typed in ["zangwe1", "shangwei", "zhangweii1", "zhxngwxi"] {
            assert!(!one_slip(typed.as_bytes(), b"zhangwei"), "{typed}");
        }
    }
}

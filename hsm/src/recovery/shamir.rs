//! Shamir's secret sharing over GF(256), byte by byte, in the field of AES (polynomial 0x11b).
//!
//! Our own, since none of the crates convinces: sharks is abandoned (RUSTSEC-2024-0398, biased coefficients) and blahaj,
//! which carries it on, looks logarithms up in tables, so that its timing depends on the secret; vsss-rs brings curves
//! and big numbers for what takes a page.
//!
//! Always true: nothing here branches on a secret or uses one as an index; each coefficient is uniform, zero included,
//! so fewer points than the threshold say nothing about the secret.

use holdfast_base::World;
use zeroize::Zeroizing;

pub(super) const SECRET: usize = 32;
/// One value for each byte of the secret, at one place.
pub(super) type Values = Zeroizing<[u8; SECRET]>;

/// Values at the places 1 to `shares`, of which any `threshold` give the secret back.
pub(super) fn split(secret: &[u8; SECRET], threshold: u8, shares: u8, world: &World) -> Vec<Values> {
    let higher: Vec<Values> = (1..threshold).map(|_| Zeroizing::new(world.random())).collect();
    (1..=shares)
        .map(|at| {
            let mut values = Zeroizing::new([0; SECRET]);
            // Horner's rule, from the highest power down.
            for coefficients in higher.iter().map(|values| &**values).rev().chain([secret]) {
                values.iter_mut().zip(coefficients).for_each(|(value, coefficient)| *value = times(*value, at) ^ coefficient);
            }
            values
        })
        .collect()
}

/// The secret: the polynomial's value at zero (Lagrange). The places differ, and none is zero.
pub(super) fn combine(points: &[(u8, &[u8; SECRET])]) -> Values {
    let mut secret = Zeroizing::new([0; SECRET]);
    for (at, values) in points {
        let others = points.iter().filter(|(other, _)| other != at);
        let weight = others.fold(1, |weight, (other, _)| times(weight, times(*other, inverse(at ^ other))));
        secret.iter_mut().zip(values.iter()).for_each(|(byte, value)| *byte ^= times(*value, weight));
    }
    secret
}

/// The product, in eight steps that are the same for all factors.
fn times(a: u8, b: u8) -> u8 {
    let (mut a, mut product) = (a, 0);
    for bit in 0..8 {
        product ^= a & 0u8.wrapping_sub(b >> bit & 1);
        a = a << 1 ^ 0x1b & 0u8.wrapping_sub(a >> 7);
    }
    product
}

/// The 254th power: a^255 is 1 for all but zero.
fn inverse(a: u8) -> u8 {
    let (mut power, mut out) = (a, 1);
    for _ in 0..7 {
        power = times(power, power);
        out = times(out, power);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at_zero(points: &[(u8, u8)]) -> u8 {
        let values: Vec<(u8, [u8; SECRET])> = points.iter().map(|(at, value)| (*at, [*value; SECRET])).collect();
        let points: Vec<(u8, &[u8; SECRET])> = values.iter().map(|(at, values)| (*at, values)).collect();
        combine(&points)[0]
    }

    #[test]
    fn agrees_with_what_others_published() {
        // FIPS 197, 4.2 and 4.2.1.
        assert_eq!((times(0x57, 0x83), times(0x57, 0x13), inverse(0x53)), (0xc1, 0xfe, 0xca));
        // The vectors of codahale/shamir, GF256Test.
        assert_eq!(at_zero(&[(1, 1), (2, 2), (3, 3)]), 0);
        assert_eq!(at_zero(&[(1, 80), (2, 90), (3, 20)]), 30);
        assert_eq!(at_zero(&[(1, 43), (2, 22), (3, 86)]), 107);
        let polynomial = [1, 0, 2, 3];
        assert_eq!(polynomial.iter().rev().fold(0, |value, coefficient| times(value, 2) ^ coefficient), 17);
    }

    #[test]
    fn every_element_has_its_inverse() {
        assert!((1..=255).all(|a| times(a, inverse(a)) == 1));
    }

    /// Exhaustive, for 3 of 5: whatever the secret byte, every pair of values at two places is as likely as any other.
    #[test]
    fn two_points_of_a_cubic_say_nothing() {
        for (secret, places) in [(0u8, (1, 2)), (0x41, (2, 5)), (0xff, (4, 1))] {
            let mut seen = vec![false; 1 << 16];
            for a in 0..=255 {
                for b in 0..=255 {
                    let value = |at| times(times(b, at) ^ a, at) ^ secret;
                    let pair = usize::from(value(places.0)) << 8 | usize::from(value(places.1));
                    assert!(!std::mem::replace(&mut seen[pair], true));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_enough_shares_give_the_secret_back(
            secret: [u8; SECRET], threshold in 1u8..6, more in 0u8..4, order in any::<prop::sample::Index>(),
        ) {
            let shares = split(&secret, threshold, threshold + more, &World::system());
            let mut points: Vec<(u8, &[u8; SECRET])> = (1..).zip(shares.iter().map(|values| &**values)).collect();
            let length = points.len();
            points.rotate_left(order.index(length));
            prop_assert_eq!(&*combine(&points[..usize::from(threshold)]), &secret);
            prop_assert_eq!(&*combine(&points), &secret);
            if threshold > 1 {
                prop_assert_ne!(&*combine(&points[..usize::from(threshold) - 1]), &secret);
            }
        }
    }

    /// Two shares of 3 of 5, of two very different secrets: the same spread of bytes (chi-squared, 255 degrees of freedom).
    #[test]
    fn shares_are_spread_alike_whatever_the_secret() {
        let world = World::system();
        for secret in [[0u8; SECRET], [0xff; SECRET]] {
            let mut counts = [0f64; 256];
            for _ in 0..2_000 {
                for share in &split(&secret, 3, 5, &world)[..2] {
                    share.iter().for_each(|byte| counts[usize::from(*byte)] += 1.0);
                }
            }
            let expected = 2_000.0 * 2.0 * SECRET as f64 / 256.0;
            let spread: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
            // One run in ten million is outside.
            assert!((150.0..400.0).contains(&spread), "{spread}");
        }
    }
}

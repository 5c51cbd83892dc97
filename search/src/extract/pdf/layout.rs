//! Glyphs in the order they are drawn, with blanks and breaks where the page shows them.

use super::super::sink::{Sink, is_wide};

/// A matrix as PDF writes it: `a b c d e f`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    pub(super) const UNIT: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `next`.
    pub(super) fn then(self, next: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [na, nb, nc, nd, ne, nf] = next.0;
        Self([a * na + b * nc, a * nb + b * nd, c * na + d * nc, c * nb + d * nd, e * na + f * nc + ne, e * nb + f * nd + nf])
    }

    pub(super) fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

/// Where the last glyph ended.
#[derive(Debug, Clone, Copy)]
struct Pen {
    x: f64,
    y: f64,
}

/// Puts glyphs into the sink.
pub(super) struct Layout<'a> {
    pub(super) sink: &'a mut Sink,
    pen: Option<Pen>,
}

/// Gaps, in parts of the size of the font.
const BLANK: f64 = 0.18;
/// Between two Han characters a gap is often only justified text.
const WIDE_BLANK: f64 = 0.9;
const SAME_LINE: f64 = 0.4;
const NEXT_LINE: f64 = 2.2;

impl<'a> Layout<'a> {
    pub(super) fn new(sink: &'a mut Sink) -> Self {
        Self { sink, pen: None }
    }

    /// One glyph: `place` takes the text's units to the page's; `width` is its advance in text units of size 1.
    pub(super) fn glyph(&mut self, text: &str, place: Matrix, width: f64) {
        let [a, b, c, d, x, y] = place.0;
        let size = c.hypot(d).max(a.hypot(b)).max(1e-6);
        let (dx, dy) = (a / a.hypot(b).max(1e-9), b / a.hypot(b).max(1e-9));
        if let (Some(pen), Some(first)) = (self.pen, text.chars().next()) {
            let along = ((x - pen.x) * dx + (y - pen.y) * dy) / size;
            let across = ((x - pen.x) * -dy + (y - pen.y) * dx).abs() / size;
            self.gap(along, across, first);
        }
        if text.chars().all(char::is_whitespace) && !text.is_empty() {
            self.sink.blank();
        } else {
            text.chars().filter(|c| !c.is_control()).for_each(|c| self.sink.char(c));
        }
        self.pen = Some(Pen { x: x + a * width, y: y + b * width });
    }

    fn gap(&mut self, along: f64, across: f64, next: char) {
        if across > NEXT_LINE {
            return self.sink.line();
        }
        if across > SAME_LINE {
            return self.sink.soft();
        }
        let both_wide = is_wide(next) && self.sink.last().is_some_and(is_wide);
        let blank = if both_wide { WIDE_BLANK } else { BLANK };
        if along > blank || along < -1.0 {
            self.sink.blank();
        }
    }
}

//! How lines look: colours that colour-blind readers can tell apart, dashes when colours run out.

use plotters::style::RGBColor;

pub(super) const WHITE: RGBColor = RGBColor(255, 255, 255);
/// Titles and names.
pub(super) const INK: RGBColor = RGBColor(34, 34, 34);
/// Axis labels, tick labels, explanations.
pub(super) const GREY: RGBColor = RGBColor(90, 90, 90);
pub(super) const GRID: RGBColor = RGBColor(230, 230, 230);
pub(super) const FRAME: RGBColor = RGBColor(160, 160, 160);
pub(super) const BLUE: RGBColor = RGBColor(0, 114, 178);
pub(super) const VERMILLION: RGBColor = RGBColor(213, 94, 0);

/// Okabe and Ito (2008). Their yellow is all but invisible on white; the grey that R's palette adds to
/// theirs stands in for it.
const PALETTE: [RGBColor; 8] = [
    BLUE,
    VERMILLION,
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
    RGBColor(153, 153, 153),
];

/// Pixels of ink and gap, by turns; none for a solid line.
const PATTERNS: [&[f64]; 4] = [&[], &[7.0, 3.5], &[1.8, 2.6], &[9.0, 3.0, 2.0, 3.0]];

/// Colour, width and dashes of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub(super) colour: RGBColor,
    pub(super) width: f64,
    pub(super) pattern: &'static [f64],
}

impl Stroke {
    pub(super) fn solid(colour: RGBColor, width: f64) -> Stroke {
        Stroke { colour, width, pattern: &[] }
    }

    /// The colour of area number `index`, in turn.
    pub(super) fn colour_of_area(index: usize) -> RGBColor {
        PALETTE[index % PALETTE.len()]
    }

    /// The line of curve number `index`: the colours in turn, then again dashed, dotted, dash-dotted,
    /// then all of that in wider lines.
    pub(super) fn of_curve(index: usize) -> Stroke {
        let round = index / PALETTE.len();
        Stroke {
            colour: PALETTE[index % PALETTE.len()],
            width: 1.8 + 1.4 * (round / PATTERNS.len()) as f64,
            pattern: PATTERNS[round % PATTERNS.len()],
        }
    }
}

/// The colour mixed with white; `share` of the colour remains.
pub(super) fn tint(colour: RGBColor, share: f64) -> RGBColor {
    let mix = |c: u8| (255.0 - share * (255.0 - f64::from(c))).round() as u8;
    RGBColor(mix(colour.0), mix(colour.1), mix(colour.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_four_curves_look_different() {
        let looks = |i| {
            let stroke = Stroke::of_curve(i);
            (
                stroke.colour,
                stroke.width.to_bits(),
                stroke.pattern.len(),
                stroke.pattern.first().copied(),
            )
        };
        for i in 0..64 {
            assert!((0..i).all(|j| looks(i) != looks(j)), "curve {i} looks like an earlier one");
        }
    }

    #[test]
    fn a_tint_lies_between_the_colour_and_white() {
        assert_eq!(tint(BLUE, 0.0), WHITE);
        assert_eq!(tint(BLUE, 1.0), BLUE);
    }
}
